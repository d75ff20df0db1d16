"""Reads of quizzes, as values."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from courses.questions.models import Question, Quiz, QuizItem
from courses.questions.rules import Item, QuizOutline


def items(quiz_id: int) -> tuple[Item, ...]:
    """The questions of a quiz in order, with their answers: never to be sent before marking."""
    rows = db.session.scalars(select(QuizItem).where(QuizItem.quiz_id == quiz_id).options(joinedload(QuizItem.question)).order_by(QuizItem.position))
    return tuple(_value(row.question) for row in rows)


def quiz(quiz_id: int) -> QuizOutline:
    """A quiz without its questions."""
    row = db.session.get_one(Quiz, quiz_id)
    count = db.session.scalar(select(func.count()).select_from(QuizItem).where(QuizItem.quiz_id == quiz_id)) or 0
    return QuizOutline(row.id, row.title, row.pass_mark, row.shuffled, count)


def used(question_ids: Sequence[int]) -> frozenset[int]:
    """Those of the questions that stand in some quiz."""
    return frozenset(db.session.scalars(select(QuizItem.question_id).where(QuizItem.question_id.in_(question_ids))))


def _value(row: Question) -> Item:
    return Item(row.id, row.kind, row.stem, tuple(row.options), tuple(row.answer), row.explanation, row.score)
