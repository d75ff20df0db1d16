"""Forms of transfers."""

from flask_babel import lazy_gettext as _
from wtforms.fields.simple import StringField
from wtforms.validators import InputRequired, Length

from courses.kernel.web import Form
from learning.accounts.forms import no_numbers

_BRANCH = [InputRequired(_("请写支部的名称或代码")), Length(max=120)]


class TransferOutForm(Form):
    destination = StringField(_("转到哪个支部"), _BRANCH)


class TransferInForm(Form):
    name = StringField(_("姓名"), [InputRequired(_("请填姓名")), Length(max=40), no_numbers])
    origin = StringField(_("原来在哪个支部"), _BRANCH)


class RefusalForm(Form):
    reason = StringField(_("退回的原因"), [InputRequired(_("请写明原因")), Length(max=200), no_numbers])
