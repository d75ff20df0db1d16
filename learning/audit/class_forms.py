"""Forms of a roll call and of a home delivery."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import RadioField, SelectField, SelectMultipleField
from wtforms.fields.datetime import DateField
from wtforms.fields.simple import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from courses.catalogue.rules import Outline
from courses.kernel.plain import whole
from courses.kernel.web import Form, choices
from learning.accounts.forms import no_identity_number, no_numbers
from learning.classes.rules import LEAVE_REASONS, SESSION_WORDS
from learning.organization.models import Membership

_CHOOSE = _("请选择课程")
_FIRST = (0, _("请选择"))  # nothing is chosen for anyone
_APART = ("csrf_token", "counted", "second")  # what a form holds beside what is reviewed


class Reviewed(Form):
    """A form whose page says what it comes to before it is entered."""

    counted = HiddenField()  # what was last shown to be confirmed

    def asks(self, how: str, *more: Any) -> bool:
        """Whether what was sent is to be shown for review: that was asked for, or something changed since it was last shown.

        A program that sends no such field is not asked.
        """
        said = json.dumps([{name: value for name, value in self.data.items() if name not in _APART}, more], default=str)
        before, self.counted.data = self.counted.data, hashlib.sha256(said.encode()).hexdigest()[:32]
        return bool(self.counted.raw_data) and (how == "review" or before != self.counted.data)


class Chosen:
    """Something other than the first line was chosen."""

    field_flags = {"required": True}

    def __init__(self, words: Any) -> None:
        self.words = words

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data:
            raise ValidationError(self.words)


class RollCallForm(Reviewed):
    course_id = SelectField(_("哪门课程"), coerce=int, default=0, validators=[Chosen(_CHOOSE)], validate_choice=True)
    second = BooleanField(_("当天确实又办了一场，这是另外一场"))
    kind = RadioField(
        _("形式"),
        choices=choices(SESSION_WORDS.items()),
        default="group_viewing",
        validators=[InputRequired(_("请选择形式"))],
    )
    held_on = DateField(_("日期"), [InputRequired(_("请选日期"))])
    venue = StringField(_("地点"), [InputRequired(_("请填地点，例如 村党群服务中心")), Length(max=80), no_identity_number])
    lecturer = StringField(_("主持或授课人"), [Optional(), Length(max=40), no_numbers])
    issuer = StringField(_("举办单位"), [Optional(), Length(max=80), no_numbers])
    class_id = SelectField(_("属于哪个班次"), coerce=int, default=0, validators=[Optional()])
    makes_up_id = SelectField(_("为哪一场补学"), coerce=int, default=0, validators=[Optional()])

    def offer(self, outlines: Iterable[Outline], classes: Iterable[tuple[int, str]], earlier: Iterable[tuple[int, str]], *, today: date) -> None:
        """Offer the open courses, the classes and sessions it may belong to, and today for a form not yet filled in."""
        self.class_id.choices = choices([(0, _("不属于班次")), *classes])
        self.makes_up_id.choices = choices([(0, _("不是补学")), *earlier])
        self.course_id.choices = choices([_FIRST, *((row.course_id, row.title) for row in outlines)])
        if not self.is_submitted():
            self.held_on.data = today


class TrainingClassForm(Form):
    title = StringField(_("班次名称"), [InputRequired(_("请填名称，例如 2026年冬季轮训（第一期）")), Length(max=80), no_numbers])
    audience = StringField(_("培训对象"), [InputRequired(_("请写培训对象")), Length(max=200), no_numbers])
    since = DateField(_("开始日期"), [InputRequired(_("请选日期"))])
    until = DateField(_("结束日期"), [InputRequired(_("请选日期"))])
    venue = StringField(_("地点"), [InputRequired(_("请填地点")), Length(max=80), no_numbers])
    trainers = StringField(_("授课人"), [Optional(), Length(max=200), no_numbers])
    plan = TextAreaField(_("方案"), [Optional(), Length(max=3000), no_numbers])
    summary = TextAreaField(_("总结"), [Optional(), Length(max=3000), no_numbers])
    courses = SelectMultipleField(_("计划课程"), coerce=int, widget=ListWidget(), option_widget=CheckboxInput(), validators=[Optional()])

    def offer(self, titles: Mapping[int, str], planned: Iterable[int]) -> None:
        """Offer the open courses and those planned already."""
        self.courses.choices = choices(titles.items())
        if not self.is_submitted():
            self.courses.data = list(planned)


class CorrectionForm(Form):
    """Only the token; the roll is read by `roll`."""


class HomeDeliveryForm(Reviewed):
    person_id = SelectField(_("同志"), coerce=int, default=0, validators=[Chosen(_("请选择同志"))], validate_choice=True)
    course_id = SelectField(_("哪门课程"), coerce=int, default=0, validators=[Chosen(_CHOOSE)], validate_choice=True)
    delivered_on = DateField(_("日期"), [InputRequired(_("请选日期"))])
    delivered_by = StringField(_("送学人"), [InputRequired(_("请填送学人的姓名")), Length(max=80), no_numbers])
    what = TextAreaField(
        _("做了什么"), [InputRequired(_("请写一两句，例如 到家中讲了消防常识，留下大字版材料")), Length(max=300, message=_("最多 300 字")), no_numbers]
    )

    def offer(self, people: Iterable[Membership], outlines: Iterable[Outline], *, by: str, chosen: int | None, today: date) -> None:
        """Offer the branch's people and the open courses; `chosen` is the person whose page this was opened from."""
        self.person_id.choices = choices([_FIRST, *((row.person_id, row.person.name) for row in people)])
        self.course_id.choices = choices([_FIRST, *((row.course_id, row.title) for row in outlines)])
        if not self.is_submitted():
            self.delivered_on.data, self.delivered_by.data, self.person_id.data = today, by, chosen or 0


def roll(values: MultiDict[str, str], person_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """{person: (state, reason)} from the ticks 'present' and the choices reason-<person>: unticked with a reason is leave, without is absent."""
    present = set(values.getlist("present", type=whole))
    return {person_id: ("present", "") if person_id in present else _away(values, person_id) for person_id in person_ids}


def _away(values: Mapping[str, str], person_id: int) -> tuple[str, str]:
    reason = values.get(f"reason-{person_id}", "")
    return ("leave", reason) if reason in LEAVE_REASONS else ("absent", "")
