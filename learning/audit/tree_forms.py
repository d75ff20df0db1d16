"""Forms of organizations."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectField
from wtforms.fields.simple import StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from courses.kernel.web import Form, choices
from learning.accounts.forms import no_numbers
from learning.organization.models import Organization
from learning.organization.rules import KIND_WORDS, KINDS, TYPE_WORDS, may_stand_under

_NAME = [InputRequired(_("请填名称")), Length(max=80), no_numbers]
_TYPES = choices([("", _("不注明")), *TYPE_WORDS.items()])


class NewOrganizationForm(Form):
    name = StringField(_("名称"), _NAME)
    code = StringField(_("代码"), [InputRequired(_("请填代码")), Length(max=20), Regexp(r"[A-Za-z0-9]+\Z", message=_("代码用字母和数字"))])
    kind = SelectField(_("级别"), validators=[InputRequired(_("请选择级别"))])
    type = SelectField(_("类型"), choices=_TYPES, validators=[Optional()])

    def offer(self, above: Organization) -> None:
        """Offer the kinds that may stand there."""
        self.kind.choices = choices((kind, KIND_WORDS[kind]) for kind in KINDS if may_stand_under(kind, above.kind))


class OrganizationForm(Form):
    name = StringField(_("名称"), _NAME)
    type = SelectField(_("类型"), choices=_TYPES, validators=[Optional()])
    parent_id = SelectField(_("上级"), coerce=int, validators=[InputRequired(_("请选择上级"))])

    def offer(self, places: Iterable[Organization], row: Organization) -> None:
        """Offer the places where this one may stand, its own among them."""
        rows = [one for one in places if not one.path.startswith(row.path) and one.closed_on is None and may_stand_under(row.kind, one.kind)]
        names = {one.id: one.name for one in ([row.parent] if row.parent else []) + rows}
        self.parent_id.choices = choices(names.items())


class ClosingForm(Form):
    """Only the token."""
