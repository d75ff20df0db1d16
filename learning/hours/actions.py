"""Writes of the policy, of the ledger, which only grows, and of the closing of a year."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import func, insert, select

from courses.kernel.db import db, insert_once
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.hours import queries, rules
from learning.hours.models import ClosedYear, HoursEntry, HoursPolicy, YearClosing
from learning.hours.queries import PersonYear
from learning.hours.rules import Terms
from learning.organization.models import Person


def set_policy(since: date, terms: Terms | None = None, *, now: datetime, reason: str = "", actor_id: int | None = None) -> bool:
    """Set the policy in force from a day on; one set earlier for that day stands. Says whether this was it."""
    said = asdict(terms or Terms())
    values = {**said, "leading_roles": list(said["leading_roles"]), "counted_kinds": list(said["counted_kinds"])}
    return insert_once(HoursPolicy, {"since": since, **values, "reason": reason, "entered_by_id": actor_id, "entered_at": now}, unique=("since",))


def issue_policy(since: date, terms: Terms, reason: str, *, actor: Person, now: datetime) -> HoursPolicy:
    """Issue a new version; raises `Refused` for terms that contradict themselves, a day in a closed year, and one that has a version already."""
    wrong = rules.faults(terms)
    if wrong:
        raise Refused(next(iter(wrong.values())), fields=wrong)
    closed = queries.last_closed()
    if closed is not None and since.year <= closed:
        raise Refused(
            "%(closed)s 年已经结账，新规则最早从 %(first)s 年 1 月 1 日起。", closed=closed, first=closed + 1, fields={"since": Words("这一年已经结账")}
        )
    if not set_policy(since, terms, now=now, reason=reason, actor_id=actor.id):
        raise Refused("这一天起的规则已经有一版了，请换一个日期，例如后一天。", fields={"since": Words("这一天已经有一版")})
    return db.session.scalars(select(HoursPolicy).where(HoursPolicy.since == since)).one()


def credit(person_id: int, course_id: int, kind: str, quarters: int, *, year: int, actor_id: int | None, now: datetime) -> bool:
    """Credit a finished course once; says whether this call did. What is late for a closed year is written into the first open one, and says so."""
    into = rules.year_of(year, last_closed=queries.last_closed())
    values = {
        "person_id": person_id,
        "course_id": course_id,
        "kind": kind,
        "year": into,
        "quarters": quarters,
        "correction": 0,
        "reason": "" if into == year else f"{year} 年已结账，补记在 {into} 年",
        "at": now,
        "entered_by_id": actor_id,
        "about_year": None if into == year else year,
    }
    return insert_once(HoursEntry, values, unique=("person_id", "course_id", "correction"))


def correct(person_id: int, course_id: int, quarters: int, reason: str, *, actor_id: int, now: datetime) -> HoursEntry:
    """Add a correction of so many quarters (negative to take away) to a credit; nothing is erased, and no closed year is touched."""
    first = db.session.scalars(select(HoursEntry).where(HoursEntry.person_id == person_id, HoursEntry.course_id == course_id, HoursEntry.correction == 0)).one()
    last = db.session.scalar(select(func.max(HoursEntry.correction)).where(HoursEntry.person_id == person_id, HoursEntry.course_id == course_id)) or 0
    into = rules.year_of(first.year, last_closed=queries.last_closed())
    row = HoursEntry(
        person_id=person_id,
        course_id=course_id,
        kind=first.kind,
        year=into,
        quarters=quarters,
        correction=last + 1,
        reason=reason,
        at=now,
        entered_by_id=actor_id,
        about_year=None if into == first.year else first.year,
    )
    db.session.add(row)
    db.session.flush()
    return row


def close_year(year: int, reason: str, *, actor: Person, today: date, now: datetime) -> YearClosing:
    """Freeze a year's figures, a row a person; raises `Refused` for any but the earliest open year that is over.

    Invariant: nothing is written into a closed year, so its rows equal a recount of the ledger for ever.
    """
    due = queries.closable(today)
    if due != year:
        raise Refused("%(year)s 年现在不能结账：要等这一年过完，并且按年份先后一年一年地结。", year=year)
    policy = queries.policy(date(year, 12, 31))
    row = YearClosing(year=year, policy_id=policy.id, reason=reason, at=now, by_id=actor.id)
    frozen = queries.everyone(year)
    db.session.add(row)
    db.session.flush()
    _freeze(row.id, frozen)
    return row


def _freeze(closing_id: int, people: Iterable[PersonYear]) -> None:
    rows = [
        {
            "closing_id": closing_id,
            "person_id": one.person.id,
            "organization_id": one.organization.id if one.organization else None,
            "stage": one.stage,
            "expectation": one.expectation,
            **asdict(one.figures),
        }
        for one in people
    ]
    if rows:
        db.session.execute(insert(ClosedYear), rows)
