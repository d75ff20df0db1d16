"""Where a person stands in a course, and what comes next, as plain values."""

from collections.abc import Container, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from courses.catalogue.rules import LessonOutline, Outline
from courses.kernel.words import Words

FINAL = "结业"  # above the final quiz, where lessons stand in chapters


@dataclass(frozen=True)
class Step:
    """One thing to do in a course: a lesson or a quiz."""

    kind: str  # video, text, document, practice, quiz
    title: str
    lesson_id: int | None
    quiz_id: int | None
    minutes: int
    done: bool
    begun: bool = False
    chapter: str = ""
    elective: bool = False


@dataclass(frozen=True)
class First:
    """A course to be finished before another is begun."""

    course_id: int
    title: str


@dataclass(frozen=True)
class Marks:
    """What a person finished, passed and began: of one course the origins of lessons, of all courses quizzes and lessons by id."""

    finished: Set[str] = frozenset()
    passed: Set[int] = frozenset()
    begun_lessons: Set[int] = frozenset()
    open_quizzes: Set[int] = frozenset()


@dataclass(frozen=True)
class CourseState:
    """A course as one person sees it; `first` are the courses that they still have to finish before they begin it."""

    outline: Outline
    marks: Marks
    enrolled: bool
    completed_on: date | None
    first: tuple[First, ...] = ()

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What there is to do; laid out when it is looked at, since most of the courses of a list are not."""
        return steps(self.outline, self.marks)

    @property
    def begun(self) -> bool:
        """Whether something of it was opened."""
        return self.enrolled and any(step.begun or step.done for step in self.steps)

    @property
    def required(self) -> tuple[Step, ...]:
        """What finishes the course."""
        return tuple(step for step in self.steps if not step.elective)

    @property
    def done(self) -> int:
        return sum(step.done for step in self.required)

    @property
    def state(self) -> str:
        """'done', 'doing' or 'none': the tones of the state badge."""
        return "done" if self.completed_on else "doing" if self.begun else "none"

    @property
    def next(self) -> Step | None:
        """The first required thing not yet done; none while another course comes first."""
        return None if self.first else next((step for step in self.required if not step.done), None)

    @property
    def chapters(self) -> tuple[tuple[str, tuple[Step, ...]], ...]:
        """The steps under the chapters they stand in; what stands in none has no title."""
        return tuple((title, tuple(found)) for title, found in groupby(self.steps, key=lambda step: step.chapter))

    def after(self, lesson_id: int) -> Step | None:
        """What follows a lesson: its own quiz, else the next required thing not done, else an elective one."""
        places = [place for place, step in enumerate(self.steps) if step.lesson_id == lesson_id and step.kind != "quiz"]
        later = [step for step in self.steps[places[0] + 1 :] if not step.done] if places else []
        return min(later, key=lambda step: (step.lesson_id != lesson_id, step.elective), default=None)


def first_of(prerequisites: Iterable[int], *, open_now: Mapping[int, str], completed: Container[int]) -> tuple[First, ...]:
    """Which courses still come first. One that is not open any more holds nobody up: it could not be finished."""
    return tuple(First(one, open_now[one]) for one in prerequisites if one in open_now and one not in completed)


def asked_of_series(states: Iterable[CourseState], electives: Container[int]) -> tuple[int, int]:
    """Of the required courses of a series, how many are finished, and how many there are."""
    required = [state for state in states if state.outline.course_id not in electives]
    return sum(state.completed_on is not None for state in required), len(required)


def steps(outline: Outline, marks: Marks) -> tuple[Step, ...]:
    """The lessons in order, each followed by its quiz, then the final quiz."""
    passed, open_quizzes = marks.passed, marks.open_quizzes
    out: list[Step] = []
    for lesson in outline.lessons:
        place: dict[str, Any] = {"chapter": lesson.chapter, "elective": lesson.elective}
        done = lesson.origin in marks.finished
        out.append(Step(lesson.kind, lesson.title, lesson.id, None, lesson_minutes(lesson), done, lesson.id in marks.begun_lessons, **place))
        if lesson.quiz_id is not None:
            out.append(Step("quiz", lesson.title, lesson.id, lesson.quiz_id, 3, lesson.quiz_id in passed, lesson.quiz_id in open_quizzes, **place))
    if outline.final_quiz_id is not None:
        final = outline.final_quiz_id
        out.append(Step("quiz", "", None, final, 5, final in passed, final in open_quizzes, FINAL if out and out[-1].chapter else ""))
    return tuple(out)


def lesson_minutes(lesson: LessonOutline) -> int:
    """About how long a lesson takes, in whole minutes, at least one."""
    return max(1, round(lesson.length_seconds / 60))


def wait_words(seconds: int) -> str:
    """How long to go on reading, in words."""
    return Words("%(seconds)s 秒", seconds=seconds) if seconds < 90 else Words("%(seconds)s 分钟", seconds=-(-seconds // 60))
