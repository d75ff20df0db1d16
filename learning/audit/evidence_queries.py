"""How a completion arose: positions in the media, papers, rolls, deliveries, hours and the log, and never the hour of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from courses.catalogue import queries as catalogue
from courses.catalogue.rules import LessonOutline, Outline
from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.audit import attempt_queries
from learning.audit.attempt_queries import PaperEvidence
from learning.classes import queries as classes
from learning.classes.models import Attendance, HomeDelivery, OfflineSession
from learning.hours import queries as hours
from learning.hours.models import HoursEntry
from learning.organization import queries as organization
from learning.organization.models import Membership, Organization, Person
from learning.progress import queries as progress
from learning.progress.models import Coverage, LessonCompletion, StudySession
from learning.progress.rules import Spans, decode
from learning.records import log
from learning.records import queries as records
from learning.records.models import CourseCompletion, LogLeaf


@dataclass(frozen=True)
class LessonEvidence:
    """A lesson: which seconds were covered, on which sessions, and the row that says it was finished."""

    lesson: LessonOutline
    spans: Spans
    sessions: tuple[StudySession, ...]
    completion: LessonCompletion | None


@dataclass(frozen=True)
class Evidence:
    """Everything that one completion, or the lack of one, rests on."""

    person: Person
    outline: Outline
    completion: CourseCompletion | None
    lessons: tuple[LessonEvidence, ...]
    papers: tuple[PaperEvidence, ...]
    lines: tuple[tuple[Attendance, OfflineSession], ...]
    deliveries: tuple[HomeDelivery, ...]
    hours: tuple[HoursEntry, ...]
    leaf: LogLeaf | None
    revocation_leaf: LogLeaf | None


def people(actor: Any, words: str) -> Select[Any]:
    """Those whose evidence `actor` may see, by name; `words` are found in a name, its pinyin or its initials."""
    statement = organization.people(actor, "see_evidence")
    wanted = words.strip().lower()
    return statement.where(Person.name_key.contains(wanted, autoescape=True)) if wanted else statement


def courses_of(person_id: int) -> dict[int, str]:
    """The courses the person began, attended, was brought or finished, with their titles."""
    ids = set(progress.begun(person_id))
    ids |= set(db.session.scalars(select(CourseCompletion.course_id).where(CourseCompletion.person_id == person_id)))
    ids |= set(db.session.scalars(select(HomeDelivery.course_id).where(HomeDelivery.person_id == person_id)))
    attended = select(OfflineSession.course_id).join(Attendance, Attendance.session_id == OfflineSession.id).where(Attendance.person_id == person_id)
    ids |= set(db.session.scalars(attended))
    return dict(sorted(catalogue.titles(ids).items()))


def completions(person_id: int) -> dict[int, CourseCompletion]:
    """What the person finished, by course."""
    return {row.course_id: row for row in records.completions_of(person_id)}


def evidence(actor: Any, person_id: int, course_id: int, *, capability: str = "see_evidence") -> Evidence:
    """The evidence of one person in one course; raises `Missing` beyond reach, or where there is none."""
    person = person_for(actor, person_id, capability=capability)
    if course_id not in courses_of(person_id):
        raise Missing
    completion = records.completion(person_id, course_id)
    outline = _outline(person_id, course_id, completion)
    certificate = completion.certificate if completion else None
    revocation = certificate.revocation if certificate else None
    return Evidence(
        person=person,
        outline=outline,
        completion=completion,
        lessons=_lessons(person_id, outline),
        papers=attempt_queries.papers(person_id, course_id),
        lines=tuple(classes.lines_of(person_id, course_id)),
        deliveries=tuple(classes.deliveries_of(person_id, course_id)),
        hours=tuple(hours.entries(person_id, course_id)),
        leaf=log.leaf_of("certificate", certificate.id) if certificate else None,
        revocation_leaf=log.leaf_of("revocation", revocation.id) if revocation else None,
    )


def person_for(actor: Any, person_id: int, *, capability: str = "see_evidence") -> Person:
    """A person whose evidence `actor` may see: of an organization within reach now or, for someone who left, last; raises `Missing` otherwise."""
    last = select(Membership.organization_id).where(Membership.person_id == person_id).order_by(Membership.id.desc()).limit(1).scalar_subquery()
    statement = select(Organization.id).where(Organization.id == last, organization.within(actor, capability))
    if db.session.scalar(statement) is None:
        raise Missing
    return db.session.get_one(Person, person_id)


def names(found: Evidence) -> dict[int, str]:
    """The names of those who entered something, by id."""
    entered = [row.entered_by_id for row in found.deliveries] + [row.entered_by_id for row in found.hours] + [line.entered_by_id for line, _ in found.lines]
    entered += [row.completion.evidence.get("witness") for row in found.lessons if row.completion and row.completion.how == "practice"]
    entered += [found.completion.entered_by_id] if found.completion else []
    return organization.names(entered)


def _outline(person_id: int, course_id: int, completion: CourseCompletion | None) -> Outline:
    if completion is not None:
        return catalogue.outline(completion.version_id)
    facts = progress.facts(person_id, course_id)
    if facts is not None:
        return catalogue.outline(facts.version_id)
    offline = [session.version_id for _, session in classes.lines_of(person_id, course_id)]
    return catalogue.outline((offline + [row.version_id for row in classes.deliveries_of(person_id, course_id)])[0])


def _lessons(person_id: int, outline: Outline) -> tuple[LessonEvidence, ...]:
    ids = [lesson.id for lesson in outline.lessons]
    covered = {
        row.lesson_id: decode(row.spans) for row in db.session.scalars(select(Coverage).where(Coverage.person_id == person_id, Coverage.lesson_id.in_(ids)))
    }
    done = select(LessonCompletion).where(LessonCompletion.person_id == person_id, LessonCompletion.course_id == outline.course_id)
    by_origin = {row.origin: row for row in db.session.scalars(done)}
    opened = _sessions(person_id, ids)
    return tuple(LessonEvidence(lesson, covered.get(lesson.id, ()), opened.get(lesson.id, ()), by_origin.get(lesson.origin)) for lesson in outline.lessons)


def _sessions(person_id: int, lesson_ids: Sequence[int]) -> dict[int, tuple[StudySession, ...]]:
    """The study sessions of each lesson that are still kept, oldest first: one that ended long ago is forgotten, what it covered is not."""
    rows = db.session.scalars(
        select(StudySession).where(StudySession.person_id == person_id, StudySession.lesson_id.in_(lesson_ids)).order_by(StudySession.since, StudySession.id)
    )
    out: dict[int, tuple[StudySession, ...]] = {}
    for row in rows:
        out[row.lesson_id] = (*out.get(row.lesson_id, ()), row)
    return out
