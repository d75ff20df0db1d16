"""Forms of campaigns and their shares."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectMultipleField
from wtforms.fields.datetime import DateField
from wtforms.fields.numeric import IntegerField
from wtforms.fields.simple import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from courses.kernel.errors import Refused
from courses.kernel.web import Form

MOST_PEOPLE = 10_000_000


class CampaignForm(Form):
    title = StringField(_("活动名称"), [InputRequired(_("请填活动名称")), Length(max=80)])
    target = IntegerField(_("目标人数"), [InputRequired(_("请填人数")), NumberRange(1, MOST_PEOPLE, _("请填 1 以上的人数"))])
    since = DateField(_("开始日期"), [InputRequired(_("请选开始日期"))])
    until = DateField(_("结束日期"), [InputRequired(_("请选结束日期"))])
    basis = TextAreaField(_("依据"), [Optional(), Length(max=300, message=_("最多 300 字"))])
    courses = SelectMultipleField(_("必修课程"), coerce=int, widget=ListWidget(), option_widget=CheckboxInput(), validators=[Optional()], validate_choice=True)


class SharesForm(Form):
    """Only the token; the numbers are read by `shares`, one field an organization."""


def shares(values: Mapping[str, str], organization_ids: list[int]) -> dict[int, int]:
    """The shares typed as share-<organization>; an empty field sets none. Raises `Refused` for what is no number of people."""
    out = {}
    for organization_id in organization_ids:
        typed = values.get(f"share-{organization_id}", "").strip()
        if not typed:
            continue
        if not typed.isascii() or not typed.isdigit() or int(typed) > MOST_PEOPLE:
            raise Refused(f"“{typed}”不是人数，名额请填整数，例如 893。")
        out[organization_id] = int(typed)
    return out
