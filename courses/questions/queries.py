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
    return tuple(value(row.question) for row in rows)


def quiz(quiz_id: int) -> QuizOutline:
    """A quiz without its questions."""
    row = db.session.get_one(Quiz, quiz_id)
    count = db.session.scalar(select(func.count()).select_from(QuizItem).where(QuizItem.quiz_id == quiz_id)) or 0
    return QuizOutline(row.id, row.title, row.pass_mark, row.shuffled, count)


def used(question_ids: Sequence[int]) -> frozenset[int]:
    """Those of the questions that stand in some quiz."""
    return frozenset(db.session.scalars(select(QuizItem.question_id).where(QuizItem.question_id.in_(question_ids))))


def value(row: Question) -> Item:
    """A question as a value, with its answer."""
    return Item(
        id=row.id,
        kind=row.kind,
        stem=row.stem,
        options=tuple(row.options),
        answer=tuple(row.answer),
        explanation=row.explanation,
        score=row.score,
        topic=row.topic,
        difficulty=row.difficulty,
        asset_id=row.asset_id,
        bank_id=row.bank_id,
    )
