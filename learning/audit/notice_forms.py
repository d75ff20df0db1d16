"""The form of a notice."""

from flask_babel import lazy_gettext as _
from wtforms.fields.datetime import DateField
from wtforms.fields.simple import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from courses.kernel.web import Form
from learning.accounts.forms import no_identity_number


class NoticeForm(Form):
    title = StringField(_("标题"), [InputRequired(_("请写标题")), Length(max=60, message=_("标题最多 60 字")), no_identity_number])
    text = TextAreaField(_("内容"), [InputRequired(_("请写内容")), Length(max=2000, message=_("最多 2000 字，请写短一点")), no_identity_number])
    until = DateField(_("显示到哪一天"), [InputRequired(_("请选日期"))])
