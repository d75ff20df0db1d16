"""Reads everything that is held of one person's study, for themselves and for those who may see them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from courses.catalogue import queries as catalogue
from courses.kernel.clock import day_of
from courses.kernel.db import db
from learning.classes import queries as classes
from learning.classes.rules import SESSION_WORDS, state_text
from learning.hours import queries as hours
from learning.hours.rules import YearHours, later_text
from learning.organization import queries as organization
from learning.organization.models import Membership, Person
from learning.organization.rules import EXPECTATION_WORDS, STAGE_WORDS, is_member
from learning.records import queries
from learning.records.credit_queries import credits_of
from learning.records.file_rules import REQUEST_WORDS, STATE_WORDS, PersonFile, Study
from learning.records.models import Certificate, CorrectionRequest, RequestAnswer


def person_for(actor: Any, person_id: int) -> Person:
    """The person themselves, or someone whom `actor` may see; raises `Missing` otherwise."""
    return actor if person_id == actor.id else organization.person_for(actor, "see_people", person_id)  # type: ignore[no-any-return]


def requests_of(person_id: int) -> list[CorrectionRequest]:
    """What the person asked to have corrected, newest first, with the answers."""
    answers = selectinload(CorrectionRequest.answers).joinedload(RequestAnswer.by)
    statement = select(CorrectionRequest).where(CorrectionRequest.person_id == person_id).options(answers)
    return list(db.session.scalars(statement.order_by(CorrectionRequest.id.desc())))


def person_file(person: Person, *, today: date, zone: str) -> PersonFile:
    """学习档案 of a person."""
    standing = person.membership
    return PersonFile(
        name=person.name,
        home=organization.full_name(standing.organization) if standing else "",
        standing=_belonging(standing) if standing else "没有登记组织关系",
        as_of=today,
        years=tuple(_years(person.id, today)),
        study=tuple(
            Study(one.on, one.title, one.route, one.kind, one.quarters, one.by, one.number, one.reason, one.is_correction, one.is_own)
            for one in credits_of([person.id], zone=zone)
        ),
        papers=tuple(_paper(row, zone) for row in queries.certificates_of(person.id)),
        rolls=tuple(_rolls(person.id)),
        places=tuple((row.since, row.until, row.organization.name, _belonging(row)) for row in person.memberships if row.until != row.since),
        asked=tuple((day_of(row.at, zone), row.text, row.state, _answers(row.answers, zone)) for row in requests_of(person.id)),
    )


def _years(person_id: int, today: date) -> list[tuple[YearHours, tuple[str, ...]]]:
    if not hours.policies():
        return []
    return [(hours.year(person_id, number), _later(person_id, number)) for number in sorted({today.year, *hours.years_of(person_id)}, reverse=True)]


def _later(person_id: int, number: int) -> tuple[str, ...]:
    return tuple(later_text(row.quarters, row.year, row.reason) for row in hours.later([person_id], number).get(person_id, ()))


def _paper(row: Certificate, zone: str) -> tuple[str, str, int, date, str]:
    state = STATE_WORDS[queries.state_of(row)]
    reasons = [f"{change.value}：{change.reason}" for change in row.corrections] + ([row.revocation.reason] if row.revocation else [])
    return row.number, row.course_title, row.quarters, day_of(row.issued_at, zone), "；".join((state, *reasons))


def _rolls(person_id: int) -> list[tuple[date, str, str, str, str, str]]:
    lines, deliveries = classes.in_force_of(person_id), classes.all_deliveries_of(person_id)
    titles = catalogue.titles({session.course_id for _, session in lines} | {row.course_id for row in deliveries})
    out: list[tuple[date, str, str, str, str, str]] = [
        (session.held_on, titles.get(session.course_id, ""), SESSION_WORDS[session.kind], state_text(line.state, line.reason), *_held(line, session))
        for line, session in lines
    ]
    out += [(row.delivered_on, titles.get(row.course_id, ""), "送学上门", f"送学人 {row.delivered_by}", row.entered_by.name, "") for row in deliveries]
    return sorted(out)


def _held(line: Any, session: Any) -> tuple[str, str]:
    return line.entered_by.name, session.organization.name


def _belonging(row: Membership) -> str:
    words: list[str] = [STAGE_WORDS[row.stage], *([EXPECTATION_WORDS[row.expectation]] if is_member(row.stage) else [])]
    if row.floating:
        words.append("外出流动" + (f"（联系人 {row.contact}）" if row.contact else ""))
    return "，".join(words if row.online else [*words, "没有手机或不上网"])


def _answers(rows: Iterable[RequestAnswer], zone: str) -> str:
    return "；".join(f"{_day(row.at, zone)} {row.by.name}：{REQUEST_WORDS[row.outcome]}，{row.words}" for row in rows)


def _day(at: datetime, zone: str) -> str:
    return day_of(at, zone).isoformat()
