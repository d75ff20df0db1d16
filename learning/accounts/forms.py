"""Forms of signing in and of one's own account."""

from flask_babel import lazy_gettext as _
from wtforms.fields.simple import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from courses.kernel.web import Form


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
