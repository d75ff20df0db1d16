"""Reads for the year ledger, score sheets and summary sheets, with a fixed number of questions however many people there are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from courses.catalogue import queries as catalogue
from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.audit.sheet_rules import Marked
from learning.hours import queries as hours
from learning.hours.models import HoursEntry
from learning.hours.queries import PersonYear
from learning.hours.rules import Terms
from learning.organization import queries as organization
from learning.organization.models import Membership, Organization, Person
from learning.quizzes.models import Attempt, QuizSubmission
from learning.records.credit_queries import Credit, completions_among, credits_of
from learning.records.models import CourseCompletion

SEEN_BY = ("see_roster", "see_evidence")


@dataclass(frozen=True)
class Ledger:
    """党员学习台账: an organization's people in a year, each with their hours and how each arose. `belongings` say how they belong now."""

    where: Organization
    year: int
    as_of: date
    terms: Terms
    is_closed: bool
    people: tuple[PersonYear, ...]
    credits: tuple[Credit, ...]
    belongings: dict[int, Membership]
    later: dict[int, list[HoursEntry]]  # written about this year after it was closed


def organization_seen(actor: Any, organization_id: int) -> Organization:
    """An organization whose ledgers `actor` may read; raises `Missing` otherwise."""
    found = (organization.within(actor, capability) for capability in SEEN_BY)
    row = next((row for one in found if (row := db.session.scalar(select(Organization).where(Organization.id == organization_id, one)))), None)
    if row is None:
        raise Missing
    return row


def ledger(where: Organization, year: int, *, today: date) -> Ledger:
    """The ledger of everyone at or below an organization."""
    people = hours.people(where, year)
    ids = [one.person.id for one in people]
    shut, last = hours.closing(year), date(year, 12, 31)
    terms = shut.policy.terms if shut else hours.policy(last).terms
    belongings = {row.person_id: row for row in organization.members_below(where, min(today, last))}
    return Ledger(where, year, min(today, last), terms, shut is not None, tuple(people), tuple(credits_of(ids, year)), belongings, hours.later(ids, year))


def scores(people: dict[int, tuple[Person, str]], course_ids: Collection[int] | None = None, *, year: int | None = None) -> list[Marked]:
    """What these people ({id: (person, home)}) came to: in each of these courses, or in what they finished in a year; by course, then name."""
    done = completions_among(people, course_ids)
    if course_ids is None:
        wanted = [key for key, row in done.items() if row.completed_on.year == year]
    else:
        wanted = [(person_id, course_id) for course_id in course_ids for person_id in people]
    tried, titles = _tries(people), catalogue.titles({course_id for _, course_id in wanted})
    ordered = sorted(wanted, key=lambda key: (titles.get(key[1], ""), people[key[0]][0].name_key, key[0]))
    return [_marked(*people[who], titles.get(course, ""), done.get((who, course)), tried.get((who, course), (None, 0))) for who, course in ordered]


def _marked(person: Person, home: str, title: str, done: CourseCompletion | None, tried: tuple[int | None, int]) -> Marked:
    paper = done.certificate if done else None
    on, route = (done.completed_on, done.route) if done else (None, "")
    return Marked(person.name, home, title, on, route, tried[0], tried[1], paper.number if paper else "", bool(paper and paper.revocation))


def _tries(person_ids: Collection[int]) -> dict[tuple[int, int], tuple[int | None, int]]:
    """(best score, number of papers handed in) of the final quizzes, by person and course."""
    statement = (
        select(Attempt.person_id, Attempt.course_id, func.max(QuizSubmission.score), func.count())
        .join(QuizSubmission, QuizSubmission.attempt_id == Attempt.id)
        .where(Attempt.person_id.in_(list(person_ids)), Attempt.lesson_id.is_(None))
        .group_by(Attempt.person_id, Attempt.course_id)
    )
    return {(person_id, course_id): (best, int(tries)) for person_id, course_id, best, tries in db.session.execute(statement)}
