"""Forms of campaigns and their shares."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import RadioField, SelectField, SelectMultipleField
from wtforms.fields.datetime import DateField
from wtforms.fields.numeric import IntegerField
from wtforms.fields.simple import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from courses.catalogue.rules import quarters
from courses.kernel.errors import Refused
from courses.kernel.web import Form, choices
from learning.goals.terms_rules import MEANS_WORDS, MOST_QUARTERS
from learning.hours.rules import KINDS
from learning.organization.rules import ROLE_WORDS, STAGE_WORDS

MOST_PEOPLE = 10_000_000
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def _ticks(label: Any, words: Mapping[str, str]) -> Any:
    ticks = {"widget": ListWidget(), "option_widget": CheckboxInput(), "validators": [Optional()]}
    return SelectMultipleField(label, choices=choices(words.items()), validate_choice=True, **ticks)


def _quarters(_form: Form, field: StringField) -> None:
    if quarters(field.data, most=MOST_QUARTERS) is None:
        raise ValidationError(_("学时按四分之一学时填写，例如 0.25、2、8，最多 1000"))


class CampaignForm(Form):
    title = StringField(_("活动名称"), [InputRequired(_("请填活动名称")), Length(max=80)])
    target = IntegerField(_("目标人数"), [InputRequired(_("请填人数")), NumberRange(1, MOST_PEOPLE, _("请填 1 以上的人数"))])
    since = DateField(_("开始日期"), [InputRequired(_("请选开始日期"))])
    until = DateField(_("结束日期"), [InputRequired(_("请选结束日期"))])
    basis = TextAreaField(_("依据"), [Optional(), Length(max=300, message=_("最多 300 字"))])
    courses = SelectMultipleField(_("必修课程"), coerce=int, widget=ListWidget(), option_widget=CheckboxInput(), validators=[Optional()], validate_choice=True)

    means = RadioField(_("哪种情况算“已训”"), choices=choices(MEANS_WORDS.items()), default="all", validators=[Optional()])
    hours = StringField(_("至少多少学时"), [Optional(), _quarters], render_kw={"inputmode": "decimal", "autocomplete": "off"})
    kinds = _ticks(_("哪几种学时"), KINDS)
    class_id = SelectField(_("哪个培训班"), coerce=int, default=0, validators=[Optional()])
    times = IntegerField(_("至少到班几场"), [Optional(), NumberRange(1, 100, _("请填 1 以上的整数"))], default=1)
    places = TextAreaField(_("只在这些党组织开展"), [Optional(), Length(max=4000, message=_("最多 4000 字"))])
    stages = _ticks(_("哪些人员"), STAGE_WORDS)
    roles = _ticks(_("只限担任这些职务的"), ROLE_WORDS)
    reason = StringField(_("改动范围或规则的原因"), [Optional(), Length(max=200, message=_("最多 200 字"))])


class SharesForm(Form):
    """Only the token; the numbers are read by `shares`, one field an organization."""


def shares(values: Mapping[str, str], organization_ids: list[int]) -> dict[int, int]:
    """The shares typed as share-<organization>; an empty field sets none. Raises `Refused` for what is no number of people."""
    out = {}
    for organization_id in organization_ids:
        typed = values.get(f"share-{organization_id}", "").strip().translate(_WIDE)
        if not typed:
            continue
        if not typed.isascii() or not typed.isdigit() or int(typed) > MOST_PEOPLE:
            raise Refused("“%(typed)s”不是人数，名额请填整数，例如 893。", typed=typed)
        out[organization_id] = int(typed)
    return out
