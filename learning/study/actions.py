"""The walk of the main job: what a person did, then the record it earns, then the campaign's count. One transaction, no event bus."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from courses.catalogue import queries as catalogue
from courses.catalogue.rules import LessonOutline, Outline
from courses.kernel.clock import day_of
from courses.kernel.db import db
from courses.kernel.settings import Settings
from learning.goals import actions as goals
from learning.organization.models import Person
from learning.progress import actions as progress
from learning.progress import queries as progress_queries
from learning.progress.actions import Limits, Outcome, Report
from learning.progress.models import StudySession
from learning.progress.note_actions import note
from learning.progress.note_rules import of_opening, of_paper
from learning.progress.report_actions import Told, extend_plainly
from learning.progress.rules import decode, seconds
from learning.quizzes import actions as quizzes
from learning.quizzes import tally_actions
from learning.quizzes.models import Attempt, QuizSubmission
from learning.records import actions as records


@dataclass(frozen=True)
class County:
    """What the installation decides for study: the limits and the time zone."""

    limits: Limits
    zone: str

    @classmethod
    def of(cls, settings: Settings) -> "County":
        return cls(Limits(settings.watch_speed, settings.watch_threshold, settings.reading_chars_per_minute), settings.zone)


@dataclass(frozen=True)
class Heard:
    """What the player is told: seconds covered and still waiting, whether the lesson is finished and the session still open."""

    covered: int
    waiting: int
    finished: bool
    is_open: bool


def open_session(
    person_id: int, outline: Outline, lesson: LessonOutline, *, county: County, now: datetime, key: str | None = None, offline: bool = False
) -> StudySession:
    """Begin the course, and open a study session of one of its lectures."""
    progress.enrol(person_id, outline.course_id, outline.version_id, now=now)
    session = progress.open_session(person_id, lesson.id, length_seconds=lesson.seconds, now=now, key=key, offline=offline)
    odd = of_opening(progress_queries.opened_since(person_id, now - timedelta(hours=1)))
    note(person_id, outline.course_id, odd, today=day_of(now, county.zone))
    return session


def watch(session: StudySession, report: Report, *, county: County, now: datetime) -> Outcome:
    """Take a report of a player, and settle every course in which it finished a lesson."""
    outcome = progress.extend(session, report, limits=county.limits, now=now)
    if outcome.oddities:
        note(session.person_id, progress_queries.course_of(session), outcome.oddities, today=day_of(now, county.zone))
    for course_id in outcome.courses_moved:
        settle(session.person_id, course_id, county=county, now=now)
    return outcome


def hear(person_id: int, session_id: int, report: Report, *, county: County, now: datetime) -> Heard:
    """Take any report; raises `Missing` for another's session. Returns values, for a shared commit."""
    session = progress_queries.session_for(person_id, session_id)
    outcome = watch(session, report, county=county, now=now)
    finished = progress_queries.is_finished(person_id, session.lesson_id)
    return Heard(outcome.covered_seconds, outcome.waiting_seconds, finished=finished, is_open=outcome.is_open)


def hear_usual(driver: Any, told: Sequence[Told], *, county: County) -> list[Heard | None]:
    """Take the usual ones among these reports, as `hear` would; None for each of the others."""
    return [
        Heard(row.covered_seconds, seconds(decode(row.claimed)), finished=row.finished, is_open=True) if row else None
        for row in extend_plainly(driver, told, limits=county.limits)
    ]


def catch_up(person_id: int, *, county: County, now: datetime) -> None:
    """Credit what waited for allowance, though nothing new was reported."""
    for course_id in progress.credit(person_id, limits=county.limits, now=now):
        settle(person_id, course_id, county=county, now=now)


def read(person: Person, outline: Outline, lesson: LessonOutline, *, county: County, now: datetime) -> int:
    """读完了 on a text or a document; returns the seconds still to wait, 0 when it is finished."""
    wait = progress.read_through(person.id, lesson.id, lesson.characters, limits=county.limits, now=now)
    if wait == 0:
        settle(person.id, outline.course_id, county=county, now=now)
    return wait


def hand_in(attempt: Attempt, outline: Outline, *, county: County, now: datetime) -> QuizSubmission:
    """Hand a paper in and mark it at once."""
    quizzes.hand_in(attempt, now=now)
    return mark(attempt, outline, county=county, now=now)


def end(attempt_id: int, *, county: County, now: datetime) -> QuizSubmission:
    """到时自动交卷: hand in a paper whose time is over, with what had arrived by then, and mark it. Safe to call twice."""
    attempt = db.session.get_one(Attempt, attempt_id)
    return hand_in(attempt, catalogue.outline(attempt.version_id), county=county, now=now)


def mark(attempt: Attempt, outline: Outline, *, county: County, now: datetime) -> QuizSubmission:
    """Mark a paper that was handed in, once; a passed quiz of a lesson that is read finishes that lesson too, if it was open for as long as its length asks."""
    submission, new = quizzes.mark(attempt)
    if submission.passed and new:
        odd = of_paper(len(attempt.paper), int((submission.at - attempt.since).total_seconds()))
        note(attempt.person_id, outline.course_id, odd, today=day_of(now, county.zone))
    lesson = next((row for row in outline.lessons if row.id == attempt.lesson_id), None)
    if submission.passed and lesson is not None and lesson.is_read:
        passed = {"attempt": attempt.id, "score": submission.score}
        progress.read_through(attempt.person_id, lesson.id, lesson.characters, limits=county.limits, now=now, how="quiz", evidence=passed)
    if submission.passed:
        settle(attempt.person_id, outline.course_id, county=county, now=now)
    if new:
        tally_actions.count(attempt)
    return submission


def settle(person_id: int, course_id: int, *, county: County, now: datetime) -> None:
    """Ask for the record; when one arises, count the person. Safe to call at any time, any number of times."""
    if records.settle(person_id, course_id, now=now, zone=county.zone) is not None:
        goals.count(person_id, now=now, today=day_of(now, county.zone))
