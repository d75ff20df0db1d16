"""How the questions of a course went, for its trainer: stored counts, read as they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from courses.kernel.db import db
from courses.questions import queries as questions
from courses.questions.rules import Item
from learning.quizzes.models import ChoiceTally, QuestionTally

FEWEST = 3  # papers below which nothing is shown: so few would tell who answered what


@dataclass(frozen=True)
class WentSo:
    """One question: on how many marked papers it stood, was answered, was right; the wrong choice made most often, in words, and how often."""

    item: Item
    papers: int
    answered: int
    right: int
    trap: str
    trapped: int

    @property
    def is_shown(self) -> bool:
        return self.papers >= FEWEST


def of_quiz(quiz_id: int) -> list[WentSo]:
    """Every question that a quiz may ask, in order, with its counts."""
    ids = [item.id for item in questions.items(quiz_id)]
    ids += sorted({key for pool in questions.pools(quiz_id) for key in pool.question_ids} - set(ids))
    items = questions.asked(ids)
    tallies = {row.question_id: row for row in db.session.scalars(select(QuestionTally).where(QuestionTally.question_id.in_(ids)))}
    traps = _traps(ids)
    return [_went(items[key], tallies.get(key), traps.get(key)) for key in ids]


def _traps(ids: Iterable[int]) -> dict[int, ChoiceTally]:
    statement = select(ChoiceTally).where(ChoiceTally.question_id.in_(list(ids))).order_by(ChoiceTally.count, ChoiceTally.choice.desc())
    return {row.question_id: row for row in db.session.scalars(statement)}


def _went(item: Item, tally: QuestionTally | None, trap: ChoiceTally | None) -> WentSo:
    words = "" if trap is None else trap.choice if item.kind == "fill_in" else "".join(item.options_at([int(trap.choice)]))
    counts = (tally.papers, tally.answered, tally.right) if tally else (0, 0, 0)
    return WentSo(item, *counts, words, trap.count if trap else 0)
