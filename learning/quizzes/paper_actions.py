"""The usual new paper in two statements of the driver: one read that recognises and finds no other in hand, and one insert. It was drawn before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select

from courses.kernel.prepared import Prepared
from learning.accounts.queries import held_by_device, take_seats
from learning.organization.models import Person
from learning.quizzes.actions import HANDED_OUT, Blank
from learning.quizzes.models import Attempt, HandIn

_attempt, _person = Attempt.__table__.c, Person.__table__.c


@dataclass(frozen=True)
class Asked:
    """Who asks for a paper: by which device (its token's hash), and what was drawn for them."""

    device: str
    blank: Blank


_THEIRS = (_attempt.person_id == _person.id, _attempt.quiz_id == bindparam("quiz"))
_STANDING = select(
    _person.id,
    select(func.count()).where(*_THEIRS).scalar_subquery(),
    select(func.max(_attempt.id)).where(*_THEIRS, ~exists().where(HandIn.attempt_id == _attempt.id)).scalar_subquery(),
).where(_person.id == bindparam("person"))
_READ = Prepared(held_by_device(_STANDING, _person.id))
_NEW = Prepared(insert(Attempt).values({_attempt[name]: bindparam(name, type_=_attempt[name].type) for name in HANDED_OUT}).returning(_attempt.id))


def hand_out_plainly(driver: Any, asked: Sequence[Asked]) -> list[int | None]:
    """The ids of open papers, as `actions.hand_out` finds or makes them; None, with nothing written, for whoever may not sit the quiz again.

    Of two papers for one person the second is None too: it would have to see the first.
    """
    take_seats(driver, {one.device for one in asked})
    found = _READ.firsts(driver, [_asking(one) for one in asked])
    out: list[int | None] = [None if row is None else row[2] for row in found]
    new: dict[int, int] = {}  # whose, and their place among those who asked
    for place, (one, row) in enumerate(zip(asked, found, strict=True)):
        if row and row[2] is None and (one.blank.most is None or row[1] < one.blank.most):
            new.setdefault(one.blank.person_id, place)
    made = _NEW.firsts(driver, [{name: getattr(asked[place].blank, name) for name in HANDED_OUT} for place in new.values()])
    for place, row in zip(new.values(), made, strict=True):
        out[place] = row[0] if row else None
    return out


def _asking(one: Asked) -> dict[str, Any]:
    blank = one.blank
    return {"device": one.device, "now": blank.since, "person": blank.person_id, "quiz": blank.quiz_id}
