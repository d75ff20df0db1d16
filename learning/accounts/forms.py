"""Forms of signing in and of one's own account, and what no field of any form may hold."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.fields.simple import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional, ValidationError

from courses.kernel.web import Form
from learning.accounts.rules import holds_mobile_number, looks_like_identity_number


def no_identity_number(form: Any, field: Any) -> None:
    """Refuse an identity number in any field."""
    if looks_like_identity_number(field.data or ""):
        raise ValidationError(_("这里像是填了身份证号。系统不登记身份证号，请删去。"))


def no_numbers(form: Any, field: Any) -> None:
    """Refuse an identity number, and a mobile number outside its own field: these words are kept and shown in the clear."""
    no_identity_number(form, field)
    if holds_mobile_number(field.data or ""):
        raise ValidationError(_("这里不要写手机号，请删去。手机号只填在“手机号”一栏，加密保存。"))


class SignIn(Form):
    name = StringField(
        _("手机号或用户名"), [InputRequired(_("请填手机号或用户名")), Length(max=80)], render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )
    password = PasswordField(_("密码"), [InputRequired(_("请填密码")), Length(max=200)], render_kw={"autocomplete": "current-password"})
    then = HiddenField(validators=[Optional()])


class NewPassword(Form):
    password = PasswordField(_("新密码"), [InputRequired(_("请填新密码")), Length(max=200)], render_kw={"autocomplete": "new-password"})
    again = PasswordField(_("再填一次"), [InputRequired(_("请再填一次")), EqualTo("password", _("两次填的不一样"))], render_kw={"autocomplete": "new-password"})


class ChangePassword(NewPassword):
    present = PasswordField(_("现在的密码"), [InputRequired(_("请填现在的密码")), Length(max=200)], render_kw={"autocomplete": "current-password"})


class FirstSignIn(NewPassword):
    pin = StringField(
        _("卡片上的六位数字"), [InputRequired(_("请填卡片上的六位数字")), Length(max=12)], render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"}
    )
