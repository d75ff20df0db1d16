"""What the desk shows: a person's courses, with a fixed number of queries however many there are."""

from flask import url_for
from sqlalchemy import select

from courses.catalogue import queries as catalogue
from courses.catalogue.outline_queries import outlines as outlines_of
from courses.catalogue.rules import LessonOutline, Outline
from courses.kernel.db import db
from courses.kernel.errors import Missing, Refused
from courses.kernel.models import Installation
from courses.kernel.prepared import Prepared
from learning.progress import queries as progress
from learning.progress.models import Enrolment
from learning.quizzes import queries as quizzes
from learning.records import queries as records
from learning.records.models import CourseCompletion
from learning.study import rules
from learning.study.rules import CourseState

_KIND = Prepared(select(Installation.kind))


def is_demo() -> bool:
    """Whether this is the demo county."""
    return _KIND.column() == ["demo"]


def versions_in_use() -> set[int]:
    """The versions of courses that someone began and has not finished."""
    done = select(CourseCompletion.id).where(CourseCompletion.person_id == Enrolment.person_id, CourseCompletion.course_id == Enrolment.course_id)
    return set(db.session.scalars(select(Enrolment.version_id).where(~done.exists()).distinct()))


def courses_of(person_id: int, outlines: list[Outline]) -> list[CourseState]:
    """The courses as the person sees them, in the order given; one begun in an older version is shown in that version."""
    enrolled = progress.begun(person_id)
    finished, passed = progress.finished_origins(person_id), quizzes.passed_everywhere(person_id)
    studied, papers = progress.studied(person_id), quizzes.open_quizzes(person_id)
    completed = records.completed_on(person_id)
    begun = {course_id: version_id for course_id, version_id in enrolled.items() if course_id not in completed}
    own = outlines_of(begun[row.course_id] for row in outlines if begun.get(row.course_id, row.version_id) != row.version_id)
    waiting = any(row.prerequisites and row.course_id not in enrolled for row in outlines)
    open_now = {row.course_id: row.title for row in catalogue.listed()} if waiting else {}
    out = []
    for current in outlines:
        outline = own.get(begun.get(current.course_id, current.version_id), current)
        marks = rules.Marks(finished.get(outline.course_id, frozenset()), passed, studied, papers)
        is_begun = current.course_id in enrolled
        is_free = is_begun or not outline.prerequisites or outline.course_id in completed
        first = () if is_free else rules.first_of(outline.prerequisites, open_now=open_now, completed=completed)
        out.append(CourseState(outline, marks, is_begun, completed.get(outline.course_id), first))
    return out


def course_of(person_id: int, course_id: int) -> CourseState:
    """One course as the person sees it; raises `Missing` for one that is not published or was withdrawn."""
    current = catalogue.current(course_id)
    if current is None:
        raise Missing("这门课程现在没有开放。如果您已经学完，记录和证明仍在“我的记录”里。")
    return courses_of(person_id, [current])[0]


def pages_of_started(person_id: int) -> list[str]:
    """The addresses of the courses that the person opened a lesson of and has not finished, and of every section of their texts."""
    out: list[str] = []
    opened = progress.begun(person_id)
    for state in courses_of(person_id, catalogue.listed()):
        if state.outline.course_id in opened and not state.completed_on:
            out.append(url_for("study.course", course_id=state.outline.course_id))
            for lesson in state.outline.lessons:
                if lesson.kind == "document":
                    out.append(url_for("study.lesson", lesson_id=lesson.id))
                elif lesson.kind == "text":
                    count = len(catalogue.lesson_sections(lesson.id))
                    first = url_for("study.lesson", lesson_id=lesson.id)
                    out += [first, *(url_for("study.lesson", lesson_id=lesson.id, section=number) for number in range(1, count + 1))]
    return out


def outline_for(person_id: int, course_id: int) -> Outline:
    """The version in which the person studies the course; raises `Refused`, naming what comes first, while another course does."""
    return _open_to(person_id, course_id).outline


def lesson_for(person_id: int, lesson_id: int, *kinds: str) -> tuple[Outline, LessonOutline]:
    """A lesson of the version in which the person studies; raises `Missing` for any other, and for one of another kind than these: a lecture is not read through."""
    course_id = catalogue.course_of_lesson(lesson_id)
    if course_id is None:
        raise Missing
    outline = outline_for(person_id, course_id)
    lesson = next((row for row in outline.lessons if row.id == lesson_id), None)
    if lesson is None:
        raise Refused("这门课程已经更新，请从课程页重新进入。")
    if kinds and lesson.kind not in kinds:
        raise Missing
    return outline, lesson


def quiz_for(person_id: int, course_id: int, quiz_id: int) -> tuple[CourseState, int | None]:
    """The course and the lesson (None: the final quiz) of a quiz the person may take."""
    state = _open_to(person_id, course_id)
    if state.outline.final_quiz_id == quiz_id:
        return state, None
    lesson = next((row for row in state.outline.lessons if row.quiz_id == quiz_id), None)
    if lesson is None:
        raise Missing
    return state, lesson.id


def _open_to(person_id: int, course_id: int) -> CourseState:
    state = course_of(person_id, course_id)
    if state.first:
        titles = "".join(f"《{one.title}》" for one in state.first)
        raise Refused("学这门课之前，请先学完%(titles)s。", titles=titles)
    return state
