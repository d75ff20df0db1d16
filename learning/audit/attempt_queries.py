"""The papers of one person in one course, for whoever audits: every question in the words and the order in which it was asked, and what was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from courses.kernel.db import db
from courses.questions import queries as questions
from courses.questions.models import Question
from courses.questions.rules import Choice, Item
from learning.quizzes.models import Attempt


@dataclass(frozen=True)
class OptionEvidence:
    """One option as it stood on the paper: whether it was chosen, and whether it is right."""

    text: str
    chosen: bool
    right: bool


@dataclass(frozen=True)
class AnswerEvidence:
    """One question of a paper, in the version that was asked; `right` is None before marking."""

    stem: str
    version: int
    is_current: bool
    options: tuple[OptionEvidence, ...]
    chosen: tuple[str, ...]
    accepted: tuple[str, ...]  # of a blank: the texts that are right
    late: tuple[str, ...]  # what came after the deadline, kept and never marked
    right: bool | None


@dataclass(frozen=True)
class PaperEvidence:
    """One paper, handed in or not."""

    attempt: Attempt
    title: str
    answers: tuple[AnswerEvidence, ...]


@dataclass(frozen=True)
class _Version:
    number: int
    is_current: bool


def papers(person_id: int, course_id: int) -> tuple[PaperEvidence, ...]:
    """Every attempt, oldest first."""
    whole = (selectinload(Attempt.answers), selectinload(Attempt.late_answers), selectinload(Attempt.hand_in), selectinload(Attempt.submission))
    statement = select(Attempt).where(Attempt.person_id == person_id, Attempt.course_id == course_id).options(*whole).order_by(Attempt.id)
    attempts = list(db.session.scalars(statement))
    asked = {key for attempt in attempts for key, _ in attempt.paper}
    items, versions = questions.asked(asked), _versions(asked)
    return tuple(PaperEvidence(one, questions.quiz(one.quiz_id).title, _answers(one, items, versions)) for one in attempts)


def _versions(question_ids: Iterable[int]) -> dict[int, _Version]:
    rows = db.session.execute(select(Question.id, Question.version, Question.until).where(Question.id.in_(list(question_ids))))
    return {row.id: _Version(row.version, row.until is None) for row in rows}


def _answers(attempt: Attempt, items: Mapping[int, Item], versions: Mapping[int, _Version]) -> tuple[AnswerEvidence, ...]:
    chosen = {row.question_id: tuple(row.chosen) for row in attempt.answers}
    late = {row.question_id: tuple(row.chosen) for row in attempt.late_answers}
    right = None if attempt.submission is None else set(attempt.submission.right)
    return tuple(
        AnswerEvidence(
            stem=items[key].stem,
            version=versions[key].number,
            is_current=versions[key].is_current,
            options=_options(items[key], order, chosen.get(key, ())),
            chosen=_words(items[key], chosen.get(key, ())),
            accepted=() if items[key].options else tuple(str(one) for one in items[key].answer),
            late=_words(items[key], late.get(key, ())),
            right=None if right is None else key in right,
        )
        for key, order in attempt.paper
        if key in items
    )


def _options(item: Item, order: Iterable[int], chosen: tuple[Choice, ...]) -> tuple[OptionEvidence, ...]:
    return tuple(OptionEvidence(item.options[place], place in chosen, place in item.answer) for place in order)


def _words(item: Item, chosen: tuple[Choice, ...]) -> tuple[str, ...]:
    return tuple(choice if isinstance(choice, str) else item.options[choice] for choice in chosen)
