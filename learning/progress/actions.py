"""Writes of study: beginning a course, opening a session, claiming what was played, finishing a lesson."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import delete, select

from courses.catalogue.models import CourseVersion, Lesson
from courses.kernel.db import db, insert_once, lock_row
from courses.kernel.errors import Refused
from learning.progress import queries, rules
from learning.progress.models import Allowance, Coverage, Enrolment, LessonCompletion, StudySession
from learning.progress.note_rules import Oddity, of_claims


@dataclass(frozen=True)
class Limits:
    """The county's numbers: highest speed, share of a lecture to be played, fastest reading in characters a minute."""

    speed: float
    threshold: float
    reading_rate: int


@dataclass(frozen=True)
class Report:
    """What a browser says of one session: spans played, where it stood and how many seconds ago, and its own running number."""

    spans: rules.Spans
    position: int
    sequence: int
    sound_only: bool = False
    ago_seconds: int = 0


@dataclass(frozen=True)
class Outcome:
    """What stands after a report: seconds covered and still waiting for allowance, whether the session is still open, the courses in
    which a lesson was finished by it, and what was odd about it."""

    covered_seconds: int
    waiting_seconds: int
    courses_moved: tuple[int, ...]
    is_open: bool = True
    oddities: tuple[Oddity, ...] = ()


def enrol(person_id: int, course_id: int, version_id: int, *, now: datetime) -> Enrolment:
    """Begin a course in this version; the one begun first stands."""
    insert_once(Enrolment, {"person_id": person_id, "course_id": course_id, "version_id": version_id, "since": now}, unique=("person_id", "course_id"))
    return db.session.scalars(select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id)).one()


def open_session(person_id: int, lesson_id: int, *, length_seconds: int, now: datetime, key: str | None = None, offline: bool = False) -> StudySession:
    """Open a study session. Beyond the few that may be open at once, the oldest is closed; its claims stay.

    A `key` that was seen before, or a lesson that is downloaded again, opens nothing new: an answer that was lost is asked for twice.
    Raises `Refused` for more in a day than anyone studies.
    """
    found = queries.session_named(person_id, key) if key else None
    found = found or (queries.downloaded(person_id, lesson_id, now=now) if offline else None)
    if found is not None:
        return found
    if queries.opened_since(person_id, now - timedelta(days=1)) >= rules.OPENED_A_DAY:
        raise Refused("今天打开课程的次数太多了，请明天再来；已看的部分都记着，不会丢。")
    allowance = _allowance(person_id, now=now)
    if not _windows(person_id, allowance, now=now):
        allowance.grown_until = max(allowance.grown_until, now)  # nothing was open since, so there is nothing to look back at
    _make_room(person_id, offline=offline, now=now)
    until = rules.session_until(now, now=now, length_seconds=length_seconds, offline=offline)
    asset_id = queries.recording_of(lesson_id).asset_id
    session = StudySession(
        person_id=person_id,
        lesson_id=lesson_id,
        asset_id=asset_id,
        key=key,
        offline=offline,
        since=now,
        until=until,
        sequence=0,
        credited_seconds=0,
        claimed=b"",
    )
    db.session.add(session)
    if asset_id is not None:
        _coverage(person_id, lesson_id, asset_id)  # it stands from here on, so that the first report goes the short way as the later ones do
    db.session.flush()
    return session


def reading_session(person_id: int, lesson_id: int, *, need_seconds: int, now: datetime) -> StudySession:
    """The open session of a text or document, or a new one: turning back to a page must not start the clock again."""
    open_one = select(StudySession).where(StudySession.person_id == person_id, StudySession.lesson_id == lesson_id, StudySession.until > now)
    return db.session.scalars(open_one.order_by(StudySession.since)).first() or open_session(person_id, lesson_id, length_seconds=need_seconds, now=now)


def extend(session: StudySession, report: Report, *, limits: Limits, now: datetime) -> Outcome:
    """Take a report: keep all it claims, credit what the allowance covers, finish the lesson when enough was played.

    Replays, duplicates and any order of reports lead to the same rows: claims are a union, and a position moves only with a
    higher sequence. An expired session still takes claims, within its own age. One of a recording since replaced takes none.
    """
    recording = queries.recording_of(session.lesson_id)
    allowance = _allowance(session.person_id, now=now)
    coverage = _coverage(session.person_id, session.lesson_id, recording.asset_id)
    oddities: tuple[Oddity, ...] = ()
    if session.asset_id == recording.asset_id:
        fresh = rules.without(rules.clipped(report.spans, recording.seconds), rules.decode(coverage.spans))
        claims = rules.merged((*rules.decode(session.claimed), *fresh))
        oddities = of_claims(claims, room=rules.session_room(session.window, now=now, speed=limits.speed))
        session.claimed = rules.encode(rules.bounded(claims))
        _move(session, coverage, report, length=recording.seconds, now=now)
    if session.until > now and not session.offline:
        session.until = max(session.until, rules.session_until(session.since, now=now, length_seconds=recording.seconds))
    moved = _credit_claims(session.person_id, allowance, limits=limits, now=now)
    waiting = rules.seconds(rules.decode(session.claimed))
    return Outcome(coverage.covered_seconds, waiting, moved, session.until > now, oddities)


def credit(person_id: int, *, limits: Limits, now: datetime) -> tuple[int, ...]:
    """Credit what waits, though nothing new was reported; returns the courses in which a lesson was finished by it."""
    return _credit_claims(person_id, _allowance(person_id, now=now), limits=limits, now=now)


def turn_to(person_id: int, lesson_id: int, section: int, *, now: datetime) -> None:
    """Remember the section of a text or the page of a document at which the person reads, on whichever device; it has nothing to do with credit."""
    coverage = _coverage(person_id, lesson_id, queries.recording_of(lesson_id).asset_id)
    coverage.position, coverage.position_at = section, rules.tick(now)


def read_through(
    person_id: int, lesson_id: int, characters: int, *, limits: Limits, now: datetime, how: str = "text", evidence: Mapping[str, object] = MappingProxyType({})
) -> int:
    """读完了, or with `how` and `evidence` a passed quiz: finish a lesson that is read, unless its length asks for more time; returns the seconds still to wait
    (0: finished)."""
    need = rules.reading_seconds(characters, limits.reading_rate)
    allowance = _allowance(person_id, now=now)
    _grow(allowance, limits=limits, now=now)
    coverage = _coverage(person_id, lesson_id, queries.recording_of(lesson_id).asset_id)
    coverage.position = coverage.position or 1
    if coverage.covered_seconds >= need > 0:
        return 0
    own = select(StudySession).where(StudySession.person_id == person_id, StudySession.lesson_id == lesson_id)
    windows = [row.window for row in db.session.scalars(own)]
    opened = min((window.since for window in windows), default=now)
    wait = max(
        need - rules.open_ms(windows, after=opened - timedelta(seconds=1), now=now) // 1000, -(-(need * 1000 - allowance.left_ms) // int(1000 * limits.speed))
    )
    if wait > 0:
        return wait
    allowance.left_ms -= need * 1000
    coverage.covered_seconds, coverage.spans = need, rules.encode([(0, need)])
    complete_lesson(person_id, lesson_id, how=how, evidence={"characters": characters, "at_least_seconds": need, **evidence}, now=now)
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


def _make_room(person_id: int, *, offline: bool, now: datetime) -> None:
    """Close the oldest of too many open sessions, and forget those that ended long ago with nothing waiting."""
    own = select(StudySession).where(StudySession.person_id == person_id, StudySession.until > now, StudySession.offline == offline)
    still = list(db.session.scalars(own.order_by(StudySession.since.desc(), StudySession.id.desc())))
    for row in still[(rules.DOWNLOADS_AT_ONCE if offline else rules.OPEN_AT_ONCE) - 1 :]:
        row.until = now
    long_ago = StudySession.until < now - rules.KEPT_AFTER_END
    db.session.execute(delete(StudySession).where(StudySession.person_id == person_id, long_ago, StudySession.claimed == b""))


def _move(session: StudySession, coverage: Coverage, report: Report, *, length: int, now: datetime) -> None:
    """Where to resume, on whichever device the person stood last; it has nothing to do with credit."""
    held = rules.tick(now - timedelta(seconds=report.ago_seconds))
    if rules.moves(held, than=coverage.position_at, sequence=report.sequence, last=session.sequence):
        coverage.position, coverage.position_at = max(0, min(length, report.position)), held
        coverage.sound_only = report.sound_only
    session.sequence = max(session.sequence, report.sequence)


def _credit_claims(person_id: int, allowance: Allowance, *, limits: Limits, now: datetime) -> tuple[int, ...]:
    """Credit every waiting claim of the person as far as the allowance goes, oldest session first; returns the courses moved."""
    _grow(allowance, limits=limits, now=now)
    moved: list[int] = []
    sessions = queries.waiting(person_id)
    for session in sessions:
        if session.asset_id != queries.recording_of(session.lesson_id).asset_id:
            session.claimed = b""  # of a recording that was replaced: there is nothing left to credit it to
            continue
        coverage = _coverage(person_id, session.lesson_id, session.asset_id)
        fresh = rules.without(rules.decode(session.claimed), rules.decode(coverage.spans))
        room = rules.session_room(session.window, now=now, speed=limits.speed)
        taken = rules.first(fresh, min(allowance.left_ms // 1000, room))
        amount = rules.seconds(taken)
        heir = _hand_on(session, rules.without(fresh, taken), room - amount, now=now)
        sessions += [heir] if heir is not None and heir not in sessions else []
        if amount:
            session.credited_seconds += amount
            allowance.left_ms -= amount * 1000
            moved += _cover(coverage, taken, limits=limits, now=now)
    db.session.flush()
    return tuple(moved)


def _hand_on(session: StudySession, left: rules.Spans, room: int, *, now: datetime) -> StudySession | None:
    """Keep what is left of a session's claims. Of one that has ended, what is beyond its room goes to its heir, if it has one; returns the heir."""
    over = rules.beyond(left, room)
    heir = queries.heir_of(session, now=now) if over and session.until <= now else None
    if heir is not None:
        heir.claimed = rules.encode(rules.bounded((*rules.decode(heir.claimed), *over)))
        left = rules.first(left, room)
    session.claimed = rules.encode(left)
    return heir


def _cover(coverage: Coverage, taken: rules.Spans, *, limits: Limits, now: datetime) -> list[int]:
    """Add credited seconds; returns the course if the lesson is thereby finished."""
    spans = rules.merged((*rules.decode(coverage.spans), *taken))
    coverage.spans, coverage.covered_seconds = rules.encode(spans), rules.seconds(spans)
    length = queries.recording_of(coverage.lesson_id).seconds
    if not rules.is_finished(coverage.covered_seconds, length, limits.threshold):
        return []
    evidence: dict[str, object] = {"covered_seconds": coverage.covered_seconds, "length_seconds": length, "recording": coverage.asset_id}
    how = "sound" if coverage.sound_only else "video"
    if not complete_lesson(coverage.person_id, coverage.lesson_id, how=how, evidence=evidence, now=now):
        return []
    return [queries.course_of(coverage)]


def _grow(allowance: Allowance, *, limits: Limits, now: datetime) -> None:
    if now <= allowance.grown_until:
        return
    windows = _windows(allowance.person_id, allowance, now=now)
    allowance.left_ms = rules.allowance_ms(allowance.left_ms, windows, grown_until=allowance.grown_until, now=now, speed=limits.speed)
    allowance.grown_until = now


def _windows(person_id: int, allowance: Allowance, *, now: datetime) -> list[rules.Window]:
    recent = select(StudySession).where(StudySession.person_id == person_id, StudySession.until > allowance.grown_until, StudySession.since < now)
    return [row.window for row in db.session.scalars(recent)]


def _allowance(person_id: int, *, now: datetime) -> Allowance:
    insert_once(Allowance, {"person_id": person_id, "left_ms": 0, "grown_until": now}, unique=("person_id",))
    row = db.session.get_one(Allowance, person_id)
    lock_row(row)
    return row


def _coverage(person_id: int, lesson_id: int, asset_id: int | None) -> Coverage:
    """The person's coverage of this recording of the lesson; that of a recording since replaced starts anew."""
    fresh = {"asset_id": asset_id, "spans": b"", "covered_seconds": 0, "position": 0, "position_at": 0, "sound_only": False}
    insert_once(Coverage, {"person_id": person_id, "lesson_id": lesson_id, **fresh}, unique=("person_id", "lesson_id"))
    row = db.session.scalars(select(Coverage).where(Coverage.person_id == person_id, Coverage.lesson_id == lesson_id)).one()
    if row.asset_id != asset_id:
        for name, value in fresh.items():
            setattr(row, name, value)
    return row
