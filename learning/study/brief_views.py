"""The usual report and the usual answer: recognised, authorised and kept in one shared write. Whatever is unusual goes the whole way (`views`, `paper_views`)."""

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from typing import Any, TypeVar

from courses.kernel import clock
from courses.kernel.brief import briefly
from courses.kernel.db import db
from courses.kernel.door import Letter
from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from learning.accounts.asking import device_hash
from learning.progress.report_actions import Told
from learning.quizzes import actions as quizzes
from learning.quizzes.actions import Saved
from learning.quizzes.answer_actions import Sent, save_plainly
from learning.quizzes.paper_actions import Asked, hand_out_plainly
from learning.study import actions, forms

Form = TypeVar("Form")


def heartbeat(letter: Letter, session_id: int) -> dict[str, Any] | None:
    """A player's report in JSON, by a device that is signed in."""
    device = device_hash(letter.cookie)
    report = _usual(forms.report, letter.body) if device else None
    if device is None or report is None:
        return None
    heard = briefly(_hear(actions.County.of(settings())), Told(device, session_id, letter.body.get("person"), report, clock.now()))
    return told(heard) if heard else None


def save_answer(letter: Letter, attempt_id: int) -> dict[str, Any] | None:
    """One answer to an open paper, by a device that is signed in."""
    device, now = device_hash(letter.cookie), clock.now()
    sent = _usual(forms.answer, letter.body) if device else None
    if device is None or sent is None:
        return None
    saved = briefly(save_plainly, Sent(device, attempt_id, sent.question_id, sent.chosen, sent.sequence, now))
    return kept(saved, now) if saved else None


def hand_out(person_id: int, quiz_id: int, *, course_id: int, version_id: int, lesson_id: int | None, now: datetime) -> int | None:
    """A new paper for someone who has begun the course; what it takes is read and drawn before others are kept waiting."""
    device = device_hash()
    if device is None:
        return None
    blank = quizzes.draw(person_id, quiz_id, course_id=course_id, version_id=version_id, lesson_id=lesson_id, now=now)
    db.session.rollback()
    return briefly(hand_out_plainly, Asked(device, blank))


def told(heard: actions.Heard) -> dict[str, Any]:
    """What the player is told."""
    return {"covered": heard.covered, "waiting": heard.waiting, "finished": heard.finished, "open": heard.is_open}


def _usual(form: Callable[[Any], Form], body: Any) -> Form | None:
    """What a script says, if it can be read: whoever is to hear what is wrong with it is asked for first."""
    try:
        return form(body)
    except Refused:
        return None


def kept(saved: Saved, now: datetime) -> dict[str, Any]:
    """What the paper is told: 已保存 with the time, and whether this answer is the one that stands."""
    return {"saved": hour(now), "stands": saved.stands, "sequence": saved.sequence, "late": saved.late}


def hour(now: datetime) -> str:
    """The county's time of day."""
    return clock.local(now, settings().zone).strftime("%H:%M")


@cache
def _hear(county: actions.County) -> Any:
    return partial(actions.hear_usual, county=county)
