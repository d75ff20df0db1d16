"""Reads of the policy, of the ledger, and of a year: frozen where it is closed, counted from the ledger where it is open."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from courses.catalogue.measure import Suggestion
from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.kept import Kept
from courses.kernel.prepared import Prepared
from courses.kernel.words import Words
from learning.hours import rules
from learning.hours.models import ClosedYear, HoursEntry, HoursPolicy, YearClosing
from learning.hours.rules import Figures, Terms, YearHours
from learning.organization import queries as organization
from learning.organization.models import Appointment, Membership, Organization, Person
from learning.organization.rules import Standing

FEW = 400  # people whose ids fit into one question; of more the whole year is read


@dataclass(frozen=True)
class PersonYear:
    """One person's year with where and how they belonged on its last day; `organization` is None for whoever belonged nowhere then."""

    person: Person
    organization: Organization | None
    stage: str
    expectation: str
    figures: Figures

    @property
    def group(self) -> str:
        return Standing(self.stage, self.expectation).group if self.organization else "other"


_DAYS = Prepared(select(HoursPolicy.id, HoursPolicy.since).order_by(HoursPolicy.since))
_TERMS = Kept(lambda policy_id: db.session.get_one(HoursPolicy, policy_id).terms)


def _in_force(on: date) -> int:
    rows = _DAYS.rows()
    found = next((policy_id for policy_id, since in reversed(rows) if since <= on), rows[0][0] if rows else None)
    if found is None:
        raise Refused("还没有设定学时规则，请县委组织部管理员先设定。")
    return int(found)


def policy(on: date) -> HoursPolicy:
    """The policy in force on a day, the first one for any day before it; raises `Refused` when the county has set none."""
    return db.session.get_one(HoursPolicy, _in_force(on))


def terms_on(on: date) -> Terms:
    """What the policy in force on a day says; raises `Refused` when the county has set none."""
    return _TERMS.of(_in_force(on))


def policies() -> list[HoursPolicy]:
    """Every version, the latest day first."""
    return list(db.session.scalars(select(HoursPolicy).options(joinedload(HoursPolicy.entered_by)).order_by(HoursPolicy.since.desc())))


def terms(on: date) -> Terms | None:
    """What holds on a day; None while the county has set nothing."""
    try:
        return terms_on(on)
    except Refused:
        return None


def suggestion(minutes: int, on: date) -> Suggestion:
    """What so many minutes of a course are worth by the policy in force on a day, with its basis."""
    held = terms(on) or Terms()
    _topic, value, basis = rules.lines(held)[0]
    return Suggestion(rules.quarters_for(minutes, held), Words("%(value)s（依据：%(basis)s）", value=value, basis=basis.rstrip("。")))


def closing(number: int) -> YearClosing | None:
    """The closing of a year, if it is closed."""
    return db.session.scalar(select(YearClosing).where(YearClosing.year == number))


def closings() -> list[tuple[YearClosing, int]]:
    """Every closing with the number of people in it, the latest year first."""
    people = select(ClosedYear.closing_id, func.count().label("people")).group_by(ClosedYear.closing_id).subquery()
    statement = select(YearClosing, func.coalesce(people.c.people, 0)).outerjoin(people, people.c.closing_id == YearClosing.id)
    return [(row, int(count)) for row, count in db.session.execute(statement.options(joinedload(YearClosing.by)).order_by(YearClosing.year.desc()))]


def last_closed() -> int | None:
    """The last year that is closed."""
    return db.session.scalar(select(func.max(YearClosing.year)))


def closable(today: date) -> int | None:
    """The year that may be closed on this day."""
    first = db.session.scalar(select(func.min(HoursEntry.year)))
    return rules.closable(first, last_closed=last_closed(), this_year=today.year)


def year(person_id: int, number: int) -> YearHours:
    """A person's hours of a year, under the policy in force at its end; as they were frozen, once the year is closed."""
    shut = closing(number) if _IS_CLOSED.rows(year=number) else None
    frozen = db.session.scalar(select(ClosedYear).where(ClosedYear.closing_id == shut.id, ClosedYear.person_id == person_id)) if shut else None
    if shut is not None:
        found = frozen.figures if frozen else rules.figures({}, shut.policy.terms, required=0)
        return rules.year_hours(number, found, shut.policy.terms, is_closed=True)
    held = terms_on(date(number, 12, 31))
    belonged = [Standing(stage, expectation).group for stage, expectation in _BELONGED.rows(person=person_id, on=date(number, 12, 31))]
    [one] = _count(number, held, [(person_id, belonged[0] if belonged else "other")])
    return rules.year_hours(number, one, held)


def years_of(person_id: int) -> list[int]:
    """The years in which the person has hours, or that were closed for them, the latest first."""
    written = db.session.scalars(select(HoursEntry.year).where(HoursEntry.person_id == person_id).distinct())
    frozen = db.session.scalars(select(YearClosing.year).join(ClosedYear, ClosedYear.closing_id == YearClosing.id).where(ClosedYear.person_id == person_id))
    return sorted({*written, *frozen}, reverse=True)


def people(top: Organization, number: int) -> list[PersonYear]:
    """The year of everyone who belonged to `top` or below it on its last day, by name."""
    below = Organization.path.like(f"{top.path}%")
    shut = closing(number)
    if shut is None:
        return _open_year(number, list(db.session.scalars(organization.belonging(date(number, 12, 31)).where(below))))
    statement = (
        select(ClosedYear)
        .join(ClosedYear.organization)
        .join(ClosedYear.person)
        .where(ClosedYear.closing_id == shut.id, below)
        .options(joinedload(ClosedYear.organization), joinedload(ClosedYear.person))
        .order_by(Person.name_key, Person.id)
    )
    return [PersonYear(row.person, row.organization, row.stage, row.expectation, row.figures) for row in db.session.scalars(statement)]


def everyone(number: int) -> list[PersonYear]:
    """An open year of everyone it concerns: who belonged somewhere on its last day, and who has hours in it and belonged nowhere."""
    found = _open_year(number, list(db.session.scalars(organization.belonging(date(number, 12, 31)))))
    known = {one.person.id for one in found}
    left = set(db.session.scalars(select(HoursEntry.person_id).where(HoursEntry.year == number).distinct())) - known
    figures = _count(number, terms_on(date(number, 12, 31)), [(person_id, "other") for person_id in sorted(left)])
    gone = [db.session.get_one(Person, person_id) for person_id in sorted(left)]
    return found + [PersonYear(person, None, "", "", one) for person, one in zip(gone, figures, strict=True)]


def entries(person_id: int, course_id: int) -> list[HoursEntry]:
    """The credit of a course and its corrections, in order."""
    statement = select(HoursEntry).where(HoursEntry.person_id == person_id, HoursEntry.course_id == course_id)
    return list(db.session.scalars(statement.order_by(HoursEntry.correction)))


def entries_of(person_ids: Collection[int], number: int | None = None) -> list[HoursEntry]:
    """The ledger of these people, of one year or of all, in the order in which it was written."""
    statement = select(HoursEntry).where(HoursEntry.person_id.in_(list(person_ids)))
    return list(db.session.scalars((statement if number is None else statement.where(HoursEntry.year == number)).order_by(HoursEntry.id)))


def later(person_ids: Collection[int], number: int) -> dict[int, list[HoursEntry]]:
    """What was written about a closed year of these people after it was closed, into a later one; by person."""
    statement = select(HoursEntry).where(HoursEntry.about_year == number)
    out: dict[int, list[HoursEntry]] = {}
    for row in db.session.scalars(statement.where(*_few(HoursEntry.person_id, list(person_ids))).order_by(HoursEntry.id)):
        out.setdefault(row.person_id, []).append(row)
    return out


def _open_year(number: int, memberships: Iterable[Membership]) -> list[PersonYear]:
    rows = list(memberships)
    if not rows:
        return []
    groups = [(row.person_id, Standing(row.stage, row.expectation).group) for row in rows]
    figures = _count(number, terms_on(date(number, 12, 31)), groups)
    return [PersonYear(row.person, row.organization, row.stage, row.expectation, one) for row, one in zip(rows, figures, strict=True)]


def _count(number: int, held: Terms, groups: list[tuple[int, str]]) -> list[Figures]:
    """The figures of an open year for each (person, group), in their order, with a fixed number of questions."""
    ids = [person_id for person_id, _ in groups]
    totals: dict[int, dict[str, int]] = {}
    for person_id, kind, quarters in _SUMS.rows(ids, year=number):
        totals.setdefault(person_id, {})[kind] = int(quarters)
    leading, before, courses = _leading(held, ids, date(number, 12, 31)), dict(_CARRIED.rows(ids, year=number - 1)), dict(_COURSES.rows(ids, year=number))
    return [
        rules.figures(
            totals.get(person_id, {}),
            held,
            required=rules.required(held, group=group, leads=person_id in leading),
            carried_in=before.get(person_id, 0) if group == "required" else 0,
            courses=courses.get(person_id, 0),
        )
        for person_id, group in groups
    ]


def _few(person: Any, ids: list[int]) -> tuple[ColumnElement[bool], ...]:
    return (person.in_(ids),) if len(ids) <= FEW else ()


def _leading(held: Terms, ids: list[int], on: date) -> set[int]:
    return {person_id for person_id, role in _POSTS.rows(ids, on=on) if role in held.leading_roles}


class _OfPeople:
    """Rows about people, by `person`: sent as it stands for one of them, narrowed to a few, or of everyone."""

    def __init__(self, build: Callable[..., Select[Any]], person: Any) -> None:
        self.build, self.person = build, person
        self.of_one = Prepared(build(person == bindparam("person")))

    def rows(self, ids: list[int], **values: Any) -> Iterable[Any]:
        if len(ids) == 1:
            return self.of_one.rows(person=ids[0], **values)
        return db.session.execute(self.build(*_few(self.person, ids)), values).all()


def _sums(*of: ColumnElement[bool]) -> Any:
    statement = select(HoursEntry.person_id, HoursEntry.kind, func.sum(HoursEntry.quarters)).where(HoursEntry.year == bindparam("year"), *of)
    return statement.group_by(HoursEntry.person_id, HoursEntry.kind)


def _carried(*of: ColumnElement[bool]) -> Any:
    """What each carries out of a closed year."""
    statement = select(ClosedYear.person_id, ClosedYear.carried_out).join(ClosedYear.closing)
    return statement.where(YearClosing.year == bindparam("year"), ClosedYear.carried_out > 0, *of)


def _courses(*of: ColumnElement[bool]) -> Any:
    """How many courses each was credited with in the year, those that corrections took back left out."""
    worth = (
        select(HoursEntry.person_id, HoursEntry.course_id)
        .where(HoursEntry.year == bindparam("year"), *of)
        .group_by(HoursEntry.person_id, HoursEntry.course_id)
        .having(func.sum(HoursEntry.quarters) > 0)
        .subquery()
    )
    return select(worth.c.person_id, func.count()).group_by(worth.c.person_id)


def _posts(*of: ColumnElement[bool]) -> Any:
    return select(Appointment.person_id, Appointment.role).where(organization.in_force(Appointment, bindparam("on")), *of)


_IS_CLOSED = Prepared(select(YearClosing.id).where(YearClosing.year == bindparam("year")))
_BELONGED = Prepared(
    select(Membership.stage, Membership.expectation).where(Membership.person_id == bindparam("person"), organization.in_force(Membership, bindparam("on")))
)
_SUMS = _OfPeople(_sums, HoursEntry.person_id)
_CARRIED = _OfPeople(_carried, ClosedYear.person_id)
_COURSES = _OfPeople(_courses, HoursEntry.person_id)
_POSTS = _OfPeople(_posts, Appointment.person_id)
