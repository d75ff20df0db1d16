"""Forms of checking, correcting and revoking."""

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectField
from wtforms.fields.simple import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from courses.kernel.web import Form, choices
from learning.accounts.forms import no_numbers
from learning.records import rules


class Check(Form):
    """Not protected against forgery: it changes nothing, and whoever checks may come from a printed page."""

    class Meta(Form.Meta):
        csrf = False

    number = StringField(_("编号"), [InputRequired(_("请填证明上的编号")), Length(max=60)], render_kw={"autocapitalize": "characters", "autocomplete": "off"})
    code = StringField(
        _("查询码"), [InputRequired(_("请填证明上的六位查询码")), Length(max=20)], render_kw={"autocapitalize": "characters", "autocomplete": "off"}
    )

    def validate_number(self, field: StringField) -> None:
        """A slip in typing shows in the check character, before anything is looked up."""
        if not rules.is_number(rules.tidy_number(field.data)):
            raise ValidationError(_("编号好像打错了一两个字，请对照证明再看一遍"))


class Revocation(Form):
    reason = StringField(_("撤销原因"), [InputRequired(_("请写明原因")), Length(max=200), no_numbers])


class Correction(Form):
    field = SelectField(_("更正哪一项"), choices=choices([("person_name", _("姓名")), ("organization_name", _("所在党组织"))]))
    value = StringField(_("更正为"), [InputRequired(_("请填更正后的内容")), Length(max=120), no_numbers])
    reason = StringField(_("更正原因"), [InputRequired(_("请写明原因")), Length(max=200), no_numbers])


class Request(Form):
    text = TextAreaField(
        _("哪里不对，应该是怎样"),
        [InputRequired(_("请写明哪一条不对、应该是怎样")), Length(max=500, message=_("最多 500 字，请写短一点")), no_numbers],
    )
