"""What a browser may say of study. It never says progress, completion, score or duration."""

import json
import re
from collections.abc import Mapping
from typing import Any

from courses.kernel.errors import NotTheirs, Refused
from learning.progress.actions import Report
from learning.progress.rules import parsed

YEAR = 366 * 86400
LAST = 2**31 - 1  # the running number of what the submitted form itself carries


def spoken(body: Any, form: Mapping[str, str], *, person_id: int) -> Any:
    """What a script says, as JSON or, from a page that is being left, in the field of a form; raises `NotTheirs` if it says so in another's name.

    A page left open on a shared phone must not speak for whoever signed in after its reader.
    """
    if body is None and "report" in form:
        try:
            body = json.loads(form["report"])
        except ValueError:
            body = None
    if isinstance(body, dict) and body.get("person") not in {None, person_id, str(person_id)}:
        raise NotTheirs
    return body


def opening(body: Any) -> tuple[str | None, bool]:
    """(the browser's own name for a session, whether a download opens it)."""
    said = body if isinstance(body, dict) else {}
    key = said.get("key")
    return key if isinstance(key, str) and re.fullmatch(r"[\w-]{8,40}", key, re.ASCII) else None, said.get("offline") is True


def report(body: Any) -> Report:
    """A player's report; raises `Refused` for anything malformed. How long ago is a span of one clock, so a clock that is wrong does no harm."""
    try:
        spans = parsed(body["spans"])
        position, sequence, ago = body["position"], body["sequence"], body.get("ago", 0)
        if any(isinstance(n, bool) or not isinstance(n, int | float) or not 0 <= n <= 2**53 for n in (position, sequence, ago)):
            raise ValueError("not a number")
        return Report(spans, int(position), min(int(sequence), LAST), bool(body.get("sound", False)), int(ago) if ago < YEAR else 0)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused("这份学习报告读不懂，请刷新页面再播放。") from None


def choices(body: Any) -> tuple[int, ...]:
    """The chosen options of one question."""
    if not isinstance(body, list) or len(body) > 20 or any(isinstance(n, bool) or not isinstance(n, int) for n in body):
        raise Refused("这个答案读不懂，请刷新页面再选一次。")
    return tuple(body)


def answer(body: Any) -> tuple[int, tuple[int, ...], int]:
    """(question, chosen options, running number) of one saved answer."""
    if not isinstance(body, dict):
        raise Refused("这个答案读不懂，请刷新页面再选一次。")
    question, sequence = choices([body.get("question"), body.get("sequence")])
    if not 0 <= sequence < LAST:
        raise Refused("这个答案读不懂，请刷新页面再选一次。")
    return question, choices(body.get("chosen")), sequence
