"""Where a person stands in a course, and what comes next, as plain values."""

from dataclasses import dataclass
from datetime import date

from courses.catalogue.rules import LessonOutline, Outline


@dataclass(frozen=True)
class Step:
    """One thing to do in a course: a lesson or a quiz."""

    kind: str  # video, text, quiz
    title: str
    lesson_id: int | None
    quiz_id: int | None
    minutes: int
    done: bool
    begun: bool = False


@dataclass(frozen=True)
class CourseState:
    """A course as one person sees it."""

    outline: Outline
    steps: tuple[Step, ...]
    begun: bool
    completed_on: date | None

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def state(self) -> str:
        """'done', 'doing' or 'none': the tones of the state badge."""
        return "done" if self.completed_on else "doing" if self.begun else "none"

    @property
    def next(self) -> Step | None:
        """The first thing not yet done."""
        return next((step for step in self.steps if not step.done), None)


def steps(outline: Outline, *, finished: set[str], passed: set[int], begun_lessons: set[int], open_quizzes: set[int]) -> tuple[Step, ...]:
    """The lessons in order, each followed by its quiz, then the final quiz."""
    out: list[Step] = []
    for lesson in outline.lessons:
        out.append(Step(lesson.kind, lesson.title, lesson.id, None, lesson_minutes(lesson), lesson.origin in finished, lesson.id in begun_lessons))
        if lesson.quiz_id is not None:
            out.append(Step("quiz", lesson.title, lesson.id, lesson.quiz_id, 3, lesson.quiz_id in passed, lesson.quiz_id in open_quizzes))
    if outline.final_quiz_id is not None:
        out.append(Step("quiz", "", None, outline.final_quiz_id, 5, outline.final_quiz_id in passed, outline.final_quiz_id in open_quizzes))
    return tuple(out)


def lesson_minutes(lesson: LessonOutline) -> int:
    """About how long a lesson takes, in whole minutes, at least one; a text at 300 characters a minute, an unhurried pace."""
    length = lesson.seconds if lesson.kind == "video" else lesson.characters * 60 // 300
    return max(1, round(length / 60))


def wait_words(seconds: int) -> str:
    """How long to go on reading, in words."""
    return f"{seconds} 秒" if seconds < 90 else f"{-(-seconds // 60)} 分钟"
