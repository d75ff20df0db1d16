"""Reads of the hours ledger with what each line rests on: the course, how it was finished, who entered it, the certificate."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.catalogue import queries as catalogue
from courses.kernel.clock import day_of
from courses.kernel.db import db
from learning.hours import queries as hours
from learning.hours.models import HoursEntry
from learning.organization import queries as organization
from learning.records.models import Certificate, CourseCompletion


@dataclass(frozen=True)
class Credit:
    """One line of the ledger: what was credited or corrected, how it arose, and who entered it."""

    person_id: int
    title: str
    kind: str
    quarters: int
    on: date | None  # when the course was finished; of a correction, when it was made
    route: str
    by: str
    number: str
    reason: str
    is_correction: bool
    is_own: bool  # entered by the very person it is about


def credits_of(person_ids: Collection[int], year: int | None = None, *, zone: str = "Asia/Shanghai") -> list[Credit]:
    """The lines of the ledger of these people, by person, day and course."""
    rows = hours.entries_of(person_ids, year)
    done = completions_among(person_ids, {row.course_id for row in rows})
    titles, names = catalogue.titles(row.course_id for row in rows), organization.names(row.entered_by_id for row in rows)
    out = [_credit(row, done.get((row.person_id, row.course_id)), titles, names, zone) for row in rows]
    return sorted(out, key=lambda one: (one.person_id, one.on or date.min, one.title, one.is_correction))


def completions_among(person_ids: Collection[int], course_ids: Collection[int] | None) -> dict[tuple[int, int], CourseCompletion]:
    """The completions of these people, by person and course; None asks about every course."""
    statement = select(CourseCompletion).where(CourseCompletion.person_id.in_(list(person_ids)))
    if course_ids is not None:
        statement = statement.where(CourseCompletion.course_id.in_(list(course_ids)))
    papers = joinedload(CourseCompletion.certificate).joinedload(Certificate.revocation)
    return {(row.person_id, row.course_id): row for row in db.session.scalars(statement.options(papers))}


def _credit(row: HoursEntry, done: CourseCompletion | None, titles: dict[int, str], names: dict[int, str], zone: str) -> Credit:
    on = day_of(row.at, zone) if row.correction else done.completed_on if done else None
    return Credit(
        person_id=row.person_id,
        title=titles.get(row.course_id, ""),
        kind=row.kind,
        quarters=row.quarters,
        on=on,
        route=done.route if done else "",
        by=names.get(row.entered_by_id or 0, ""),
        number=done.certificate.number if done and done.certificate else "",
        reason=row.reason,
        is_correction=row.correction > 0,
        is_own=row.entered_by_id == row.person_id,
    )
