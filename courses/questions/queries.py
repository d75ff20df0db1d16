"""Reads of quizzes, as values."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from courses.kernel.prepared import Prepared
from courses.questions import rules
from courses.questions.models import Question, Quiz, QuizDraw, QuizItem, QuizPool
from courses.questions.rules import Draw, Item, QuizOutline, Terms


@dataclass(frozen=True)
class Pool:
    """A draw of a quiz and the questions it may give."""

    draw: Draw
    question_ids: tuple[int, ...]


_TERMS = Prepared(select(Quiz.pass_mark, Quiz.shuffled, Quiz.minutes, Quiz.most_attempts).where(Quiz.id == bindparam("quiz")))
_FIXED = Prepared(select(QuizItem.question_id).where(QuizItem.quiz_id == bindparam("quiz")).order_by(QuizItem.position))
_POOLS = Prepared(
    select(QuizDraw.id, QuizDraw.topic, QuizDraw.difficulty, QuizDraw.count, QuizPool.question_id)
    .outerjoin(QuizDraw.pool)
    .where(QuizDraw.quiz_id == bindparam("quiz"))
    .order_by(QuizDraw.position, QuizDraw.id, QuizPool.question_id)
)


def items(quiz_id: int) -> tuple[Item, ...]:
    """The questions that every paper of a quiz has, in order, with their answers: never to be sent before marking."""
    rows = db.session.scalars(select(QuizItem).where(QuizItem.quiz_id == quiz_id).options(joinedload(QuizItem.question)).order_by(QuizItem.position))
    return tuple(value(row.question) for row in rows)


def pools(quiz_id: int) -> tuple[Pool, ...]:
    """The draws of a quiz in order, with what each may give."""
    rows = groupby(_POOLS.rows(quiz=quiz_id), key=itemgetter(0, 1, 2, 3))
    return tuple(Pool(Draw(*draw[1:]), tuple(row[4] for row in given if row[4] is not None)) for draw, given in rows)


def paper(quiz_id: int, dice: random.Random) -> tuple[int, ...] | None:
    """The questions of one paper: those that all have, then those drawn for this one; None when the pools do not hold enough."""
    fixed = _FIXED.column(quiz=quiz_id)
    found = pools(quiz_id)
    shuffled = [dice.sample(pool.question_ids, len(pool.question_ids)) for pool in found]
    given = rules.drawn(shuffled, [pool.draw.count for pool in found], fixed)
    return None if given is None else (*fixed, *given)


def shapes(question_ids: Iterable[int]) -> dict[int, tuple[str, int]]:
    """The kind of each question and how many options it has."""
    rows = db.session.execute(select(Question.id, Question.kind, Question.options).where(Question.id.in_(list(question_ids))))
    return {question_id: (kind, len(options)) for question_id, kind, options in rows}


def asked(question_ids: Iterable[int]) -> dict[int, Item]:
    """Questions by id, with their answers: never to be sent before marking."""
    return {row.id: value(row) for row in db.session.scalars(select(Question).where(Question.id.in_(list(question_ids))))}


def terms(quiz_id: int) -> Terms:
    """How a quiz is sat."""
    return Terms(*_TERMS.rows(quiz=quiz_id)[0])


def quiz(quiz_id: int) -> QuizOutline:
    """A quiz without its questions."""
    row = db.session.get_one(Quiz, quiz_id)
    fixed = select(func.count()).select_from(QuizItem).where(QuizItem.quiz_id == quiz_id)
    drawn = select(func.coalesce(func.sum(QuizDraw.count), 0)).where(QuizDraw.quiz_id == quiz_id)
    count = db.session.scalar(select(fixed.scalar_subquery() + drawn.scalar_subquery())) or 0
    return QuizOutline(row.id, row.title, count, Terms(row.pass_mark, row.shuffled, row.minutes, row.most_attempts))


def used(question_ids: Sequence[int]) -> frozenset[int]:
    """Those of the questions that stand in some quiz."""
    return frozenset(db.session.scalars(select(QuizItem.question_id).where(QuizItem.question_id.in_(question_ids))))


def value(row: Question) -> Item:
    """A question as a value, with its answer."""
    return Item(
        id=row.id,
        kind=row.kind,
        stem=row.stem,
        options=rules.TRUE_FALSE_WORDS if row.kind == "true_false" else tuple(row.options),
        answer=tuple(row.answer),
        explanation=row.explanation,
        score=row.score,
        topic=row.topic,
        difficulty=row.difficulty,
        asset_id=row.asset_id,
        bank_id=row.bank_id,
        alt=row.alt,
    )


def recordings() -> set[int]:
    """The uploads that questions show or play."""
    return {found for found in db.session.scalars(select(Question.asset_id).where(Question.asset_id.is_not(None))) if found is not None}
