"""Reads of the question bank, within the reach of whoever writes courses; what is not in force or retired is not offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from courses.kernel import reach
from courses.kernel.access import Actor
from courses.kernel.db import db
from courses.kernel.errors import Missing
from courses.kernel.web import Page, paged
from courses.questions.models import BankEntry, Question, QuizDraw, QuizItem, QuizPool
from courses.questions.rules import Draw


@dataclass(frozen=True)
class Wanted:
    """What a page of the bank shows: any kind, topic or difficulty unless one is named, words found in the stem, or what is retired."""

    kind: str = ""
    topic: str = ""
    difficulty: int | None = None
    words: str = ""
    retired: bool = False


@dataclass(frozen=True)
class Shelf:
    """How many questions the bank holds of a topic and a difficulty."""

    topic: str
    difficulty: int
    count: int


def listed(actor: Actor, wanted: Wanted, *, page: int, size: int = 30) -> Page:
    """A page of the questions in force, newest first."""
    statement = _in_force(actor, retired=wanted.retired).where(*_matching(wanted)).options(joinedload(Question.entry))
    return paged(statement.order_by(Question.id.desc()), number=page, size=size)


def entry(actor: Actor, entry_id: int) -> BankEntry:
    """An entry within reach; raises `Missing` for any other."""
    row = db.session.scalar(select(BankEntry).where(BankEntry.id == entry_id, _within(actor)))
    if row is None:
        raise Missing
    return row


def standing(actor: Actor, entry_id: int) -> Question:
    """The version in force of an entry within reach."""
    return entry(actor, entry_id).versions[-1]


def shelves(actor: Actor) -> list[Shelf]:
    """What the bank holds, by topic and difficulty."""
    rows = _in_force(actor).with_only_columns(Question.topic, Question.difficulty, func.count())
    grouped = rows.group_by(Question.topic, Question.difficulty).order_by(Question.topic, Question.difficulty)
    return [Shelf(topic, difficulty, count) for topic, difficulty, count in db.session.execute(grouped)]


def drawable(actor: Actor, draw: Draw) -> list[int]:
    """The questions that a draw may give now."""
    statement = _in_force(actor).with_only_columns(Question.id).where(*_matching(Wanted(topic=draw.topic, difficulty=draw.difficulty)))
    return list(db.session.scalars(statement.order_by(Question.id)))


def pickable(actor: Actor, question_ids: Sequence[int]) -> list[int]:
    """Those of the questions that are versions, in force or not, of an entry within reach."""
    statement = select(Question.id).join(Question.entry).where(Question.id.in_(question_ids), _within(actor))
    return list(db.session.scalars(statement))


def newer(question_ids: Sequence[int]) -> dict[int, int]:
    """The version in force of each question that has been changed since, by the id of the old one."""
    now = select(Question.bank_id, Question.id.label("id")).where(Question.until.is_(None)).subquery()
    statement = select(Question.id, now.c.id).join(now, now.c.bank_id == Question.bank_id).where(Question.id.in_(question_ids), Question.until.is_not(None))
    return {row[0]: row[1] for row in db.session.execute(statement)}


def quizzes_with(entry_id: int) -> list[int]:
    """The quizzes that ask a question of the bank, in any version, always or when it is drawn."""
    versions = select(Question.id).where(Question.bank_id == entry_id)
    always = select(QuizItem.quiz_id).where(QuizItem.question_id.in_(versions))
    drawn = select(QuizDraw.quiz_id).join(QuizDraw.pool).where(QuizPool.question_id.in_(versions))
    return sorted(set(db.session.scalars(always.union(drawn))))


def _in_force(actor: Actor, *, retired: bool = False) -> Select[Any]:
    state = BankEntry.retired_at.is_not(None) if retired else BankEntry.retired_at.is_(None)
    return select(Question).join(Question.entry).where(Question.until.is_(None), state, _within(actor))


def _matching(wanted: Wanted) -> list[ColumnElement[bool]]:
    out: list[ColumnElement[bool]] = []
    if wanted.kind:
        out.append(Question.kind == wanted.kind)
    if wanted.topic:
        out.append(Question.topic == wanted.topic)
    if wanted.difficulty:
        out.append(Question.difficulty == wanted.difficulty)
    if wanted.words:
        out.append(Question.stem.contains(wanted.words, autoescape=True))
    return out


def _within(actor: Actor) -> ColumnElement[bool]:
    return BankEntry.organization_id.in_(reach.organizations(actor, "write_courses"))
