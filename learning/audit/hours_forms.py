"""Forms of a version of the hours policy and of the closing of a year."""

from collections.abc import Iterable
from datetime import date

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectField, SelectMultipleField
from wtforms.fields.datetime import DateField
from wtforms.fields.numeric import IntegerField
from wtforms.fields.simple import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from courses.catalogue.rules import quarters
from courses.kernel.web import Form, choices
from courses.kernel.words import Words
from learning.accounts.forms import no_numbers
from learning.audit.hours_queries import Credited
from learning.hours import rules
from learning.hours.rules import Terms

_REASON = [InputRequired(_("请写明原因")), Length(max=200, message=_("最多 200 字")), no_numbers]


def _hours(label: str) -> StringField:
    return StringField(label, [InputRequired(_("请填学时")), _quarters], render_kw={"inputmode": "decimal", "autocomplete": "off"})


def _quarters(_form: Form, field: StringField) -> None:
    if field.data.strip() != "0" and quarters(field.data) is None:
        raise ValidationError(_("学时按四分之一学时填写，例如 0.5、8、32，最多 100"))


def _basis(label: str) -> TextAreaField:
    return TextAreaField(label, [InputRequired(_("请写依据")), Length(max=300, message=_("最多 300 字"))])


def _ticks(label: str) -> SelectMultipleField:
    return SelectMultipleField(label, widget=ListWidget(), option_widget=CheckboxInput())


class PolicyForm(Form):
    since = DateField(_("从哪一天起"), [InputRequired(_("请选日期"))])
    minutes_per_hour = IntegerField(_("1 学时是多少分钟"), [InputRequired(_("请填分钟数")), NumberRange(10, 120, _("请填 10 到 120"))])
    rounding = SelectField(_("怎样取整"), [InputRequired()], choices=choices(rules.ROUNDINGS.items()))
    basis_minutes = _basis(_("分钟数和取整的依据"))
    day_hours = _hours(_("一天几学时"))
    half_day_hours = _hours(_("半天几学时"))
    basis_day = _basis(_("一天和半天的依据"))
    annual_hours = _hours(_("党员全年几学时"))
    basis_annual = _basis(_("党员全年学时的依据"))
    secretary_hours = _hours(_("书记和委员全年几学时"))
    leading_roles = _ticks(_("哪些职务按书记和委员要求"))
    basis_secretary = _basis(_("书记和委员学时的依据"))
    counted_kinds = _ticks(_("哪些学习形式计入年度学时"))
    basis_kinds = _basis(_("计入形式的依据"))
    carry_hours = _hours(_("最多结转几学时到下一年"))
    basis_carry = _basis(_("结转的依据"))
    basis = _basis(_("写在证明上的依据"))
    reason = TextAreaField(_("为什么改"), _REASON)

    def offer(self, terms: Terms, since: date) -> None:
        """Offer the choices, and the terms in force to begin with."""
        self.leading_roles.choices = choices(rules.LEADING.items())
        self.counted_kinds.choices = choices(rules.KINDS.items())
        if self.is_submitted():
            return
        self.since.data, self.minutes_per_hour.data, self.rounding.data = since, terms.minutes_per_hour, terms.rounding
        self.leading_roles.data, self.counted_kinds.data, self.basis.data = list(terms.leading_roles), list(terms.counted_kinds), terms.basis
        for name in ("day", "half_day", "annual", "secretary", "carry"):
            self[f"{name}_hours"].data = rules.hours_text(getattr(terms, f"{name}_quarters"))
        for topic in rules.TOPICS:
            self[f"basis_{topic}"].data = terms.basis_of(topic)

    def terms(self) -> Terms:
        """What was typed, once it is valid."""
        typed = {f"{name}_quarters": quarters(self[f"{name}_hours"].data) or 0 for name in ("day", "half_day", "annual", "secretary", "carry")}
        return Terms(
            minutes_per_hour=self.minutes_per_hour.data or 0,
            rounding=self.rounding.data,
            leading_roles=tuple(self.leading_roles.data or ()),
            counted_kinds=tuple(self.counted_kinds.data or ()),
            basis=self.basis.data.strip(),
            bases={topic: self[f"basis_{topic}"].data.strip() for topic in rules.TOPICS},
            **typed,
        )


class HoursCorrectionForm(Form):
    course_id = SelectField(_("哪一门课"), coerce=int, validators=[InputRequired(_("请选课程"))])
    hours = _hours(_("应是几学时"))
    reason = TextAreaField(_("为什么更正"), _REASON)

    def offer(self, courses: Iterable[Credited]) -> None:
        """Offer the courses that were credited, with what each comes to now."""
        self.course_id.choices = choices(
            (one.course_id, Words("%(title)s · %(hours)s 学时", title=one.title, hours=rules.hours_text(one.quarters))) for one in courses
        )


class ClosingForm(Form):
    year = IntegerField(widget=HiddenInput(), validators=[InputRequired(), NumberRange(2000, 2100)])
    reason = TextAreaField(_("说明"), [InputRequired(_("请写一句说明，例如 各支部已核对")), *_REASON[1:]])
