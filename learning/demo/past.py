"""Lets the demo's invented past happen, event by event, through the doors that study, roll calls and home deliveries use."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from courses.catalogue.rules import LessonOutline, Outline
from courses.questions import queries as questions
from learning.audit import class_actions, class_queries
from learning.classes import queries as classes
from learning.demo import queries
from learning.demo.actions import Calendar
from learning.demo.courses import COURSES
from learning.demo.history import Event, Study, Viewing, Visit
from learning.organization import queries as organization
from learning.organization.models import Person
from learning.progress import actions as progress
from learning.progress import queries as progress_queries
from learning.progress.actions import Report
from learning.quizzes import actions as quizzes
from learning.study import actions as study
from learning.study.actions import County

TITLES = {course.key: course.title for course in COURSES}
READING = timedelta(minutes=6)


def happen(event: Event, *, calendar: Calendar, county: County) -> bool:
    """Let one event happen; says whether it did. It does not when it stands, or when its people or its course are no longer there."""
    outline = queries.outline(TITLES[event.course])
    if outline is None:
        return False
    if isinstance(event, Viewing):
        return _view_together(event, outline, calendar=calendar, county=county)
    person = queries.person(event.name)
    if person is None:
        return False
    if isinstance(event, Visit):
        return _visit(event, person, outline, calendar=calendar, county=county)
    return _study(event, person, outline, now=calendar.at(event.when), county=county)


def _view_together(event: Viewing, outline: Outline, *, calendar: Calendar, county: County) -> bool:
    branch, today = queries.place(event.branch), calendar.day(event.when.minus_days)
    if any(row.session.course_id == outline.course_id and row.session.held_on == today for row in class_queries.held_at(branch.id)):
        return False
    said: Mapping[str, tuple[str, str]] = {**dict.fromkeys(event.present, ("present", "")), **{name: ("leave", why) for name, why in event.excused}}
    roll = {row.person_id: said.get(row.person.name, ("absent", "")) for row in organization.members_on(branch.id, today)}
    values = {"kind": "group_viewing", "held_on": today, "venue": event.venue, "lecturer": ""}
    actor = queries.holder("branch_secretary", event.branch)
    class_actions.hold(branch, outline, values, roll, actor=actor, today=today, now=calendar.at(event.when), zone=county.zone)
    return True


def _visit(event: Visit, person: Person, outline: Outline, *, calendar: Calendar, county: County) -> bool:
    if classes.delivered(person.id, outline.course_id):
        return False
    actor, today = queries.holder("branch_secretary", event.branch), calendar.day(event.when.minus_days)
    values = {"delivered_on": today, "delivered_by": actor.name, "what": event.what}
    branch = queries.place(event.branch)
    class_actions.deliver(person, branch, outline, values, actor=actor, today=today, now=calendar.at(event.when), zone=county.zone)
    return True


def _study(event: Study, person: Person, outline: Outline, *, now: datetime, county: County) -> bool:
    if progress_queries.facts(person.id, outline.course_id) is not None:
        return False
    progress.enrol(person.id, outline.course_id, outline.version_id, now=now)
    for lesson in outline.lessons:
        if lesson.kind == "video":
            now = _watch(person, lesson, lesson.seconds if event.whole else lesson.seconds // 2, now=now, county=county)
        elif event.whole:
            now = _read(person, outline, lesson, now=now, county=county)
    if event.whole and outline.final_quiz_id:
        _answer(person, outline, outline.final_quiz_id, slips=event.slips, now=now, county=county)
    return True


def _watch(person: Person, lesson: LessonOutline, until: int, *, now: datetime, county: County) -> datetime:
    session = progress.open_session(person.id, lesson.id, length_seconds=lesson.seconds, now=now)
    half = until // 2
    study.watch(session, Report(((0, half),), half, 1), county=county, now=now + timedelta(seconds=half))
    study.watch(session, Report(((half, until),), until, 2), county=county, now=now + timedelta(seconds=until))
    return now + timedelta(seconds=until + 20)


def _read(person: Person, outline: Outline, lesson: LessonOutline, *, now: datetime, county: County) -> datetime:
    progress.reading_session(person.id, lesson.id, need_seconds=60, now=now)
    study.read(person, outline, lesson, county=county, now=now + READING)
    return now + READING


def _answer(person: Person, outline: Outline, quiz_id: int, *, slips: bool, now: datetime, county: County) -> None:
    attempt = quizzes.hand_out(person.id, quiz_id, course_id=outline.course_id, version_id=outline.version_id, lesson_id=None, now=now)
    items = sorted(questions.asked(key for key, _ in attempt.paper).values(), key=lambda item: item.id)
    for place, item in enumerate(items):
        wrong = slips and place == len(items) - 1
        chosen = ((item.places[0] + 1) % len(item.options),) if wrong else item.places
        quizzes.save_answer(attempt, item.id, chosen, sequence=place, now=now + timedelta(seconds=20 * (place + 1)))
    study.hand_in(attempt, outline, county=county, now=now + timedelta(seconds=20 * (len(items) + 1)))
