"""Forms about people, their way in, and posts."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import RadioField, SelectField
from wtforms.fields.datetime import DateField
from wtforms.fields.simple import BooleanField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from courses.kernel.web import Form, choices
from learning.accounts.forms import no_identity_number, no_numbers
from learning.organization.models import Organization, Person
from learning.organization.rules import EXPECTATION_WORDS, ROLE_WORDS, STAGE_WORDS

_STAGES = choices((stage, STAGE_WORDS[stage]) for stage in ("full", "probationary", "admission_candidate", "activist", "applicant"))


def legible(form: Any, field: Any) -> None:
    """Refuse a name in which nothing can be read."""
    if not any(mark.isalpha() for mark in field.data) or not field.data.isprintable():
        raise ValidationError(_("请填姓名，用汉字或字母"))


class PersonForm(Form):
    name = StringField(_("姓名"), [InputRequired(_("请填姓名")), Length(max=40, message=_("姓名最多 40 字")), legible, no_numbers])
    stage = SelectField(_("类别"), choices=_STAGES, default="full", validators=[InputRequired(_("请选择类别"))])
    expectation = RadioField(_("学习要求"), choices=choices(EXPECTATION_WORDS.items()), default="required", validators=[InputRequired(_("请选择学习要求"))])
    online = BooleanField(_("能用手机上网"), default=True)
    floating = BooleanField(_("外出流动（六个月以上）"))
    contact = StringField(_("联系人"), [Optional(), Length(max=40, message=_("最多 40 字")), no_numbers])


class NewPersonForm(PersonForm):
    mobile = StringField(
        _("手机号"), [Optional(), Length(max=30, message=_("请填 11 位手机号")), no_identity_number], render_kw={"inputmode": "tel", "autocomplete": "off"}
    )
    user_name = StringField(
        _("用户名"), [Optional(), Length(max=40, message=_("最多 40 字")), no_numbers], render_kw={"autocomplete": "off", "autocapitalize": "none"}
    )
    confirmed = BooleanField(_("不是同一个人，继续添加"))


class EditPersonForm(PersonForm):
    organization_id = SelectField(_("所在支部"), coerce=int, validators=[InputRequired(_("请选择支部"))])

    def offer(self, homes: Iterable[Organization], person: Person) -> None:
        """Offer the branches, with the person's own among them."""
        standing = person.membership
        own = {standing.organization_id: standing.organization.name} if standing else {}
        self.organization_id.choices = choices({**own, **{row.id: row.name for row in homes}}.items())


class WayInForm(Form):
    mobile = StringField(
        _("手机号"), [Optional(), Length(max=30, message=_("请填 11 位手机号")), no_identity_number], render_kw={"inputmode": "tel", "autocomplete": "off"}
    )
    user_name = StringField(
        _("用户名"), [Optional(), Length(max=40, message=_("最多 40 字")), no_numbers], render_kw={"autocomplete": "off", "autocapitalize": "none"}
    )


class PostForm(Form):
    role = SelectField(_("职务"), choices=choices(ROLE_WORDS.items()), validators=[InputRequired(_("请选择职务"))])
    organization_id = SelectField(_("党组织"), coerce=int, validators=[InputRequired(_("请选择党组织"))])
    ends_on = DateField(_("聘期至"), [Optional()])
    note = StringField(_("说明"), [Optional(), Length(max=200, message=_("最多 200 字")), no_numbers])

    def offer(self, places: Iterable[Organization]) -> None:
        """Offer the organizations within reach."""
        self.organization_id.choices = choices((row.id, row.name) for row in places)
