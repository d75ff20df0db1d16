"""The form of an answer to a request."""

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectField
from wtforms.fields.simple import TextAreaField
from wtforms.validators import InputRequired, Length

from courses.kernel.web import Form, choices
from learning.accounts.forms import no_numbers


class AnswerForm(Form):
    outcome = SelectField(
        _("办理结果"),
        [InputRequired(_("请选择办理结果"))],
        default="",
        choices=choices([("", _("请选择")), ("done", _("已更正")), ("kept", _("核对过，记录没有错")), ("forwarded", _("要由县委组织部更正，已转报"))]),
    )
    words = TextAreaField(_("答复"), [InputRequired(_("请写一句，本人看得到")), Length(max=500, message=_("最多 500 字，请写短一点")), no_numbers])
