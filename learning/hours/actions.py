"""Writes of the policy and of the ledger, which only grows."""

from datetime import date, datetime

from sqlalchemy import func, select

from courses.kernel.db import db, insert_once
from learning.hours import rules
from learning.hours.models import HoursEntry, HoursPolicy


def set_policy(
    since: date,
    *,
    now: datetime,
    minutes_per_hour: int = 45,
    annual_quarters: int = 128,
    secretary_quarters: int = 224,
    counted_kinds: tuple[str, ...] = rules.DEFAULT_COUNTED,
    basis: str = rules.DEFAULT_BASIS,
) -> bool:
    """Set the policy in force from a day on; one set earlier for that day stands. Says whether this was it."""
    values = {
        "since": since,
        "minutes_per_hour": minutes_per_hour,
        "annual_quarters": annual_quarters,
        "secretary_quarters": secretary_quarters,
        "counted_kinds": list(counted_kinds),
        "basis": basis,
        "entered_at": now,
    }
    return insert_once(HoursPolicy, values, unique=("since",))


def credit(person_id: int, course_id: int, kind: str, quarters: int, *, year: int, actor_id: int | None, now: datetime) -> bool:
    """Credit a finished course once; says whether this call did."""
    values = {
        "person_id": person_id,
        "course_id": course_id,
        "kind": kind,
        "year": year,
        "quarters": quarters,
        "correction": 0,
        "reason": "",
        "at": now,
        "entered_by_id": actor_id,
    }
    return insert_once(HoursEntry, values, unique=("person_id", "course_id", "correction"))


def correct(person_id: int, course_id: int, quarters: int, reason: str, *, actor_id: int, now: datetime) -> HoursEntry:
    """Add a correction of so many quarters (negative to take away) to a credit; nothing is erased."""
    first = db.session.scalars(select(HoursEntry).where(HoursEntry.person_id == person_id, HoursEntry.course_id == course_id, HoursEntry.correction == 0)).one()
    last = db.session.scalar(select(func.max(HoursEntry.correction)).where(HoursEntry.person_id == person_id, HoursEntry.course_id == course_id)) or 0
    row = HoursEntry(
        person_id=person_id,
        course_id=course_id,
        kind=first.kind,
        year=first.year,
        quarters=quarters,
        correction=last + 1,
        reason=reason,
        at=now,
        entered_by_id=actor_id,
    )
    db.session.add(row)
    db.session.flush()
    return row
