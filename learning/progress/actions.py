"""Writes of study: beginning a course, opening a session, claiming what was played, finishing a lesson."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from courses.catalogue.models import CourseVersion, Lesson
from courses.kernel.db import db, insert_once, lock_row
from learning.progress import queries, rules
from learning.progress.models import Allowance, Coverage, Enrolment, LessonCompletion, StudySession


@dataclass(frozen=True)
class Limits:
    """The county's numbers: highest speed, share of a lecture to be played, fastest reading in characters a minute."""

    speed: float
    threshold: float
    reading_rate: int


@dataclass(frozen=True)
class Report:
    """What a browser says of one session: spans played, where it stands now, its own running number."""

    spans: rules.Spans
    position: int
    sequence: int
    sound_only: bool = False


@dataclass(frozen=True)
class Outcome:
    """What stands after a report: seconds covered and still waiting for allowance, and the courses in which a lesson was finished by it."""

    covered_seconds: int
    waiting_seconds: int
    courses_moved: tuple[int, ...]


def enrol(person_id: int, course_id: int, version_id: int, *, now: datetime) -> Enrolment:
    """Begin a course in this version; the one begun first stands."""
    insert_once(Enrolment, {"person_id": person_id, "course_id": course_id, "version_id": version_id, "since": now}, unique=("person_id", "course_id"))
    return db.session.scalars(select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id)).one()


def open_session(person_id: int, lesson_id: int, *, length_seconds: int, now: datetime) -> StudySession:
    """Open a study session. Beyond the few that may be open at once, the oldest is closed; its claims stay."""
    allowance = _allowance(person_id, now=now)
    if not _windows(person_id, allowance, now=now):
        allowance.grown_until = now  # nothing was open since, so there is nothing to look back at
    still = list(
        db.session.scalars(
            select(StudySession)
            .where(StudySession.person_id == person_id, StudySession.until > now)
            .order_by(StudySession.since.desc(), StudySession.id.desc())
        )
    )
    for row in still[rules.OPEN_AT_ONCE - 1 :]:
        row.until = now
    until = rules.session_until(now, now=now, length_seconds=length_seconds)
    session = StudySession(person_id=person_id, lesson_id=lesson_id, since=now, until=until, sequence=0, credited_seconds=0, claimed=b"")
    db.session.add(session)
    db.session.flush()
    return session


def reading_session(person_id: int, lesson_id: int, *, need_seconds: int, now: datetime) -> StudySession:
    """The open session of a text, or a new one: turning back to a page must not start the clock again."""
    open_one = select(StudySession).where(StudySession.person_id == person_id, StudySession.lesson_id == lesson_id, StudySession.until > now)
    return db.session.scalars(open_one.order_by(StudySession.since)).first() or open_session(person_id, lesson_id, length_seconds=need_seconds, now=now)


def extend(session: StudySession, report: Report, *, limits: Limits, now: datetime) -> Outcome:
    """Take a report: keep all it claims, credit what the allowance covers, finish the lesson when enough was played.

    Replays, duplicates and any order of reports lead to the same rows: claims are a union, and a position moves only with a
    higher sequence. An expired session still takes claims, within its own age.
    """
    length = queries.length_of(session.lesson_id)
    allowance = _allowance(session.person_id, now=now)
    coverage = _coverage(session.person_id, session.lesson_id)
    session.claimed = rules.encode((*rules.decode(session.claimed), *rules.clipped(report.spans, length)))
    if report.sequence > session.sequence:
        session.sequence, coverage.position = report.sequence, max(0, min(length, report.position))
        coverage.sound_only = report.sound_only
    if session.until > now:
        session.until = max(session.until, rules.session_until(session.since, now=now, length_seconds=length))
    moved = _credit_claims(session.person_id, allowance, limits=limits, now=now)
    return Outcome(coverage.covered_seconds, rules.seconds(rules.decode(session.claimed)), moved)


def read_through(person_id: int, lesson_id: int, characters: int, *, limits: Limits, now: datetime) -> int:
    """读完了: finish a text lesson, unless its length asks for more time; returns the seconds still to wait (0: finished)."""
    need = rules.reading_seconds(characters, limits.reading_rate)
    allowance = _allowance(person_id, now=now)
    _grow(allowance, limits=limits, now=now)
    coverage = _coverage(person_id, lesson_id)
    if coverage.covered_seconds >= need > 0:
        return 0
    own = select(StudySession).where(StudySession.person_id == person_id, StudySession.lesson_id == lesson_id)
    windows = [_window(row) for row in db.session.scalars(own)]
    opened = min((window.since for window in windows), default=now)
    wait = max(
        need - rules.open_ms(windows, after=opened - timedelta(seconds=1), now=now) // 1000, -(-(need * 1000 - allowance.left_ms) // int(1000 * limits.speed))
    )
    if wait > 0:
        return wait
    allowance.left_ms -= need * 1000
    coverage.covered_seconds, coverage.spans = need, rules.encode([(0, need)])
    complete_lesson(person_id, lesson_id, how="text", evidence={"characters": characters, "at_least_seconds": need}, now=now)
    return 0


def complete_lesson(person_id: int, lesson_id: int, *, how: str, evidence: dict[str, object], now: datetime) -> bool:
    """Write the dated proof that a lesson was finished; the first stands. Says whether this was it."""
    lesson = db.session.get_one(Lesson, lesson_id)
    values = {
        "person_id": person_id,
        "course_id": db.session.get_one(CourseVersion, lesson.version_id).course_id,
        "origin": lesson.origin,
        "lesson_id": lesson_id,
        "how": how,
        "at": now,
        "evidence": evidence,
    }
    return insert_once(LessonCompletion, values, unique=("person_id", "course_id", "origin"))


def _credit_claims(person_id: int, allowance: Allowance, *, limits: Limits, now: datetime) -> tuple[int, ...]:
    """Credit every waiting claim of the person as far as the allowance goes, oldest session first; returns the courses moved."""
    _grow(allowance, limits=limits, now=now)
    waiting = select(StudySession).where(StudySession.person_id == person_id, StudySession.claimed != b"").order_by(StudySession.since, StudySession.id)
    moved: list[int] = []
    for session in db.session.scalars(waiting).all():
        coverage = _coverage(person_id, session.lesson_id)
        fresh = rules.without(rules.decode(session.claimed), rules.decode(coverage.spans))
        room = min(allowance.left_ms // 1000, rules.session_room(_window(session), now=now, speed=limits.speed))
        credit = rules.first(fresh, room)
        amount = rules.seconds(credit)
        session.claimed = rules.encode(rules.without(fresh, credit))
        if amount == 0:
            continue
        session.credited_seconds += amount
        allowance.left_ms -= amount * 1000
        coverage.spans = rules.encode((*rules.decode(coverage.spans), *credit))
        coverage.covered_seconds = rules.seconds(rules.decode(coverage.spans))
        moved += _finish_if_enough(coverage, limits=limits, now=now)
    db.session.flush()
    return tuple(moved)


def _finish_if_enough(coverage: Coverage, *, limits: Limits, now: datetime) -> list[int]:
    length = queries.length_of(coverage.lesson_id)
    if not rules.is_finished(coverage.covered_seconds, length, limits.threshold):
        return []
    evidence: dict[str, object] = {"covered_seconds": coverage.covered_seconds, "length_seconds": length}
    how = "sound" if coverage.sound_only else "video"
    if not complete_lesson(coverage.person_id, coverage.lesson_id, how=how, evidence=evidence, now=now):
        return []
    version = select(CourseVersion.course_id).join(Lesson, Lesson.version_id == CourseVersion.id).where(Lesson.id == coverage.lesson_id)
    return [db.session.scalars(version).one()]


def _grow(allowance: Allowance, *, limits: Limits, now: datetime) -> None:
    if now <= allowance.grown_until:
        return
    windows = _windows(allowance.person_id, allowance, now=now)
    allowance.left_ms = rules.allowance_ms(allowance.left_ms, windows, grown_until=allowance.grown_until, now=now, speed=limits.speed)
    allowance.grown_until = now


def _windows(person_id: int, allowance: Allowance, *, now: datetime) -> list[rules.Window]:
    recent = select(StudySession).where(StudySession.person_id == person_id, StudySession.until > allowance.grown_until, StudySession.since < now)
    return [_window(row) for row in db.session.scalars(recent)]


def _window(session: StudySession) -> rules.Window:
    return rules.Window(session.since, session.until, session.credited_seconds)


def _allowance(person_id: int, *, now: datetime) -> Allowance:
    insert_once(Allowance, {"person_id": person_id, "left_ms": 0, "grown_until": now}, unique=("person_id",))
    row = db.session.get_one(Allowance, person_id)
    lock_row(row)
    return row


def _coverage(person_id: int, lesson_id: int) -> Coverage:
    insert_once(
        Coverage,
        {"person_id": person_id, "lesson_id": lesson_id, "spans": b"", "covered_seconds": 0, "position": 0, "sound_only": False},
        unique=("person_id", "lesson_id"),
    )
    return db.session.scalars(select(Coverage).where(Coverage.person_id == person_id, Coverage.lesson_id == lesson_id)).one()
