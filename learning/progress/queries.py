"""Reads of what a person began, covered and finished."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from courses.catalogue.models import CourseVersion, Lesson
from courses.kernel.db import db
from courses.kernel.errors import Missing
from courses.media.models import Asset
from learning.progress.models import Coverage, Enrolment, LessonCompletion, StudySession


@dataclass(frozen=True)
class Facts:
    """What is known of a person's own study of a course: the version they began, and when each lesson was finished, by origin."""

    version_id: int
    since: datetime
    finished: dict[str, datetime]


@dataclass(frozen=True)
class Part:
    """How far a person is in one lesson."""

    covered_seconds: int = 0
    position: int = 0


def facts(person_id: int, course_id: int) -> Facts | None:
    """The person's own study of the course; None if they never began it."""
    enrolment = db.session.scalar(select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id))
    if enrolment is None:
        return None
    rows = db.session.scalars(select(LessonCompletion).where(LessonCompletion.person_id == person_id, LessonCompletion.course_id == course_id))
    return Facts(enrolment.version_id, enrolment.since, {row.origin: row.at for row in rows})


def enrolments(person_id: int) -> dict[int, Enrolment]:
    """Every course the person began, by course."""
    return {row.course_id: row for row in db.session.scalars(select(Enrolment).where(Enrolment.person_id == person_id).order_by(Enrolment.since.desc()))}


def finished_origins(person_id: int) -> dict[int, set[str]]:
    """The lessons the person has finished, by course."""
    out: dict[int, set[str]] = {}
    rows = db.session.execute(select(LessonCompletion.course_id, LessonCompletion.origin).where(LessonCompletion.person_id == person_id))
    for course_id, origin in rows:
        out.setdefault(course_id, set()).add(origin)
    return out


def parts(person_id: int, lesson_ids: Iterable[int]) -> dict[int, Part]:
    """How far the person is in each of the lessons they opened."""
    rows = db.session.scalars(select(Coverage).where(Coverage.person_id == person_id, Coverage.lesson_id.in_(list(lesson_ids))))
    return {row.lesson_id: Part(row.covered_seconds, row.position) for row in rows}


def session_for(person_id: int, session_id: int) -> StudySession:
    """The person's own study session; raises `Missing` for another's."""
    row = db.session.get(StudySession, session_id)
    if row is None or row.person_id != person_id:
        raise Missing
    return row


def length_of(lesson_id: int) -> int:
    """The measured length of a lesson's recording in seconds; 0 for a text."""
    statement = select(Asset.duration_seconds).join(Lesson, Lesson.asset_id == Asset.id).where(Lesson.id == lesson_id)
    return db.session.scalar(statement) or 0


def is_finished(person_id: int, lesson_id: int) -> bool:
    """Whether the person has finished the lesson, in whichever version of its course."""
    lesson = db.session.get_one(Lesson, lesson_id)
    version = db.session.get_one(CourseVersion, lesson.version_id)
    done = select(LessonCompletion.id).where(
        LessonCompletion.person_id == person_id, LessonCompletion.course_id == version.course_id, LessonCompletion.origin == lesson.origin
    )
    return db.session.scalar(done) is not None
