"""Forms of a letter to the committee and of its answer."""

from flask_babel import lazy_gettext as _
from wtforms.fields.simple import TextAreaField
from wtforms.validators import InputRequired, Length

from courses.kernel.web import Form
from learning.accounts.forms import no_identity_number

_LONG = Length(max=1000, message=_("最多 1000 字，请写短一点"))


class LetterForm(Form):
    text = TextAreaField(_("您的意见"), [InputRequired(_("请写下您的意见")), _LONG, no_identity_number])


class AnswerForm(Form):
    answer = TextAreaField(_("答复"), [InputRequired(_("请写下答复")), _LONG, no_identity_number])
