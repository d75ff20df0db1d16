"""The usual saved answer in two statements of the driver: one read that recognises, finds and authorises, and one write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, insert, select, update

from courses.kernel.prepared import Prepared
from courses.questions.models import Question
from courses.questions.rules import Choice
from learning.accounts.queries import held_by_device, take_seats
from learning.quizzes import rules
from learning.quizzes.actions import Saved
from learning.quizzes.models import Answer, Attempt, HandIn
from learning.quizzes.rules import Kept

_attempt, _answer = Attempt.__table__.c, Answer.__table__.c


@dataclass(frozen=True)
class Sent:
    """An answer as it arrived: by which device (its token's hash), to which attempt, and when."""

    device: str
    attempt_id: int
    question_id: int
    chosen: tuple[Choice, ...]
    sequence: int
    now: datetime


_STANDING = (
    select(_attempt.person_id, _attempt.paper, _attempt.until, Question.kind, _answer.id, _answer.chosen, _answer.sequence)
    .select_from(Attempt)
    .join(Question, Question.id == bindparam("question"))
    .outerjoin(Answer, (_answer.attempt_id == _attempt.id) & (_answer.question_id == Question.id))
    .where(_attempt.id == bindparam("attempt"), ~exists().where(HandIn.attempt_id == _attempt.id))
)
_READ = Prepared(held_by_device(_STANDING, _attempt.person_id))
_KEPT = ("chosen", "sequence", "at")
_NEW = Prepared(insert(Answer).values({_answer[name]: bindparam(name, type_=_answer[name].type) for name in ("attempt_id", "question_id", *_KEPT)}))
_CHANGE = Prepared(update(Answer).where(_answer.id == bindparam("row")).values({_answer[name]: bindparam(name, type_=_answer[name].type) for name in _KEPT}))


def save_plainly(driver: Any, sent: Sequence[Sent]) -> list[Saved | None]:
    """Keep answers as `actions.save_answer` does; None, with nothing written, for a late one, one to a paper handed in, or one that is to be refused.

    Of two by one person the second is None too: it would have to see what the first wrote.
    """
    take_seats(driver, {one.device for one in sent})
    found = _READ.firsts(driver, [{"device": one.device, "attempt": one.attempt_id, "question": one.question_id, "now": one.now} for one in sent])
    written: dict[int, _Written] = {}
    out: list[Saved | None] = []
    for one, row in zip(sent, found, strict=True):
        usual = _usual(one, *row[1:]) if row and row[0] not in written else None
        if row and usual:
            written[row[0]] = usual
        out.append(usual.saved if usual else None)
    _NEW.run(driver, [one.values for one in written.values() if one.changes and one.row is None])
    _CHANGE.run(driver, [{"row": one.row, **{name: one.values[name] for name in _KEPT}} for one in written.values() if one.changes and one.row is not None])
    return out


@dataclass(frozen=True)
class _Written:
    """What stands after an answer, in which row if there was one, and whether that is to be written."""

    saved: Saved
    values: dict[str, Any]
    row: int | None
    changes: bool


def _usual(sent: Sent, paper: rules.Paper, until: datetime | None, kind: str, *standing: Any) -> _Written | None:
    row, chosen, sequence = standing
    order: Any = next((order for key, order in paper if key == sent.question_id), None)
    if order is None or (until is not None and sent.now > until):
        return None
    try:
        said = Kept(rules.clean_choice(sent.chosen, options=len(order), kind=kind), sent.sequence)
    except ValueError:
        return None
    had = None if row is None else Kept(tuple(chosen), sequence)
    kept = rules.later(had, said) if had else said
    values = {"attempt_id": sent.attempt_id, "question_id": sent.question_id, "chosen": list(kept.chosen), "sequence": kept.sequence, "at": sent.now}
    return _Written(Saved(kept == said, kept.sequence, late=False), values, row, kept != had)
