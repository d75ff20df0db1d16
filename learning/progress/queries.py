"""Reads of what a person began, covered and finished."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, func, select

from courses.catalogue.models import CourseVersion, Lesson
from courses.kernel.db import db
from courses.kernel.errors import Missing
from courses.kernel.prepared import Prepared
from courses.media.models import Asset
from learning.progress import rules
from learning.progress.models import HAS_WAITING, Allowance, Coverage, Enrolment, LessonCompletion, StudyNote, StudySession

_FINISHED = Prepared(select(LessonCompletion.course_id, LessonCompletion.origin).where(LessonCompletion.person_id == bindparam("person")))
_BEGUN = Prepared(select(Enrolment.course_id, Enrolment.version_id).where(Enrolment.person_id == bindparam("person")).order_by(Enrolment.since.desc()))
_SOME = (Coverage.covered_seconds > 0) | (Coverage.position > 0)
_STUDIED = Prepared(select(Coverage.lesson_id).where(Coverage.person_id == bindparam("person"), _SOME))
_WAITING = Prepared(select(StudySession.id).where(StudySession.person_id == bindparam("person"), HAS_WAITING).limit(1))


@dataclass(frozen=True)
class Facts:
    """What is known of a person's own study of a course: the version they began, when each lesson was finished, and who witnessed a practical one, by origin."""

    version_id: int
    since: datetime
    finished: dict[str, datetime]
    witnesses: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Recording:
    """Which recording a lesson has, and its measured length in seconds; (None, 0) for a text. A document has a length of 0."""

    asset_id: int | None
    seconds: int


@dataclass(frozen=True)
class Part:
    """How far a person is in one lesson: the second of a lecture, the section of a text (0 before any was turned to)."""

    covered_seconds: int = 0
    position: int = 0


def facts(person_id: int, course_id: int) -> Facts | None:
    """The person's own study of the course; None if they never began it."""
    enrolment = db.session.scalar(select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id))
    if enrolment is None:
        return None
    rows = list(db.session.scalars(select(LessonCompletion).where(LessonCompletion.person_id == person_id, LessonCompletion.course_id == course_id)))
    witnesses = {row.origin: int(row.evidence["witness"]) for row in rows if row.how == "practice"}
    return Facts(enrolment.version_id, enrolment.since, {row.origin: row.at for row in rows}, witnesses)


def begun(person_id: int) -> dict[int, int]:
    """The version in which the person began each course, by course, the latest first."""
    return dict(_BEGUN.rows(person=person_id))  # type: ignore[arg-type]


def finished_origins(person_id: int) -> dict[int, set[str]]:
    """The lessons the person has finished, by course."""
    out: dict[int, set[str]] = {}
    for course_id, origin in _FINISHED.rows(person=person_id):
        out.setdefault(course_id, set()).add(origin)
    return out


def parts(person_id: int, lesson_ids: Iterable[int]) -> dict[int, Part]:
    """How far the person is in each of these lessons, of those they studied something of."""
    same = select(Coverage).join(Lesson, (Lesson.id == Coverage.lesson_id) & Lesson.asset_id.is_not_distinct_from(Coverage.asset_id))
    rows = db.session.scalars(same.where(Coverage.person_id == person_id, Coverage.lesson_id.in_(list(lesson_ids))))
    return {row.lesson_id: Part(row.covered_seconds, row.position) for row in rows}


def studied(person_id: int) -> set[int]:
    """The lessons of which the person played or read something; opening one is not yet studying it."""
    return set(_STUDIED.column(person=person_id))


def session_for(person_id: int, session_id: int) -> StudySession:
    """The person's own study session; raises `Missing` for another's."""
    row = db.session.get(StudySession, session_id)
    if row is None or row.person_id != person_id:
        raise Missing
    return row


def recording_of(lesson_id: int) -> Recording:
    """The recording that a lesson has now; none for a text."""
    found = db.session.execute(select(Asset.id, Asset.duration_seconds).join(Lesson, Lesson.asset_id == Asset.id).where(Lesson.id == lesson_id)).first()
    return Recording(found.id, found.duration_seconds or 0) if found else Recording(None, 0)


def notes(person_id: int) -> list[StudyNote]:
    """The notes 请核对 about a person."""
    return list(db.session.scalars(select(StudyNote).where(StudyNote.person_id == person_id).order_by(StudyNote.id)))


def course_of(row: StudySession | Coverage) -> int:
    """The course that a session or a coverage belongs to."""
    statement = select(CourseVersion.course_id).join(Lesson, Lesson.version_id == CourseVersion.id).where(Lesson.id == row.lesson_id)
    return db.session.scalars(statement).one()


def session_named(person_id: int, key: str) -> StudySession | None:
    """The person's session that a browser gave this name, if it was opened."""
    return db.session.scalar(select(StudySession).where(StudySession.person_id == person_id, StudySession.key == key))


def downloaded(person_id: int, lesson_id: int, *, now: datetime) -> StudySession | None:
    """The open session that a download of the lesson opened."""
    mine = select(StudySession).where(StudySession.person_id == person_id, StudySession.lesson_id == lesson_id, StudySession.offline)
    return db.session.scalars(mine.where(StudySession.until > now).order_by(StudySession.id)).first()


def opened_since(person_id: int, since: datetime) -> int:
    """How many sessions the person opened after an instant."""
    mine = select(func.count()).select_from(StudySession).where(StudySession.person_id == person_id, StudySession.until > since)
    return db.session.scalar(mine.where(StudySession.since > since)) or 0


def heir_of(session: StudySession, *, now: datetime) -> StudySession | None:
    """The open session of the same recording that takes over what an ended one can no longer credit."""
    mine = select(StudySession).where(StudySession.person_id == session.person_id, StudySession.lesson_id == session.lesson_id, StudySession.until > now)
    return db.session.scalars(mine.where(StudySession.asset_id == session.asset_id).order_by(StudySession.since, StudySession.id)).first()


def waiting(person_id: int) -> list[StudySession]:
    """The person's sessions with claims that are not credited yet, oldest first."""
    statement = select(StudySession).where(StudySession.person_id == person_id, HAS_WAITING)
    return list(db.session.scalars(statement.order_by(StudySession.since, StudySession.id)))


def can_credit(person_id: int, *, speed: float, now: datetime) -> bool:
    """Whether some of what waits could be credited now, so that a page need not open a transaction for nothing."""
    sessions = waiting(person_id) if _WAITING.rows(person=person_id) else []
    allowance = db.session.get(Allowance, person_id) if sessions else None
    if allowance is None or not any(rules.session_room(row.window, now=now, speed=speed) for row in sessions):
        return False
    open_since = select(StudySession.id).where(StudySession.person_id == person_id, StudySession.until > allowance.grown_until).limit(1)
    return allowance.left_ms >= 1000 or db.session.scalar(open_since) is not None


def is_finished(person_id: int, lesson_id: int) -> bool:
    """Whether the person has finished the lesson, in whichever version of its course."""
    lesson = db.session.get_one(Lesson, lesson_id)
    version = db.session.get_one(CourseVersion, lesson.version_id)
    done = select(LessonCompletion.id).where(
        LessonCompletion.person_id == person_id, LessonCompletion.course_id == version.course_id, LessonCompletion.origin == lesson.origin
    )
    return db.session.scalar(done) is not None
