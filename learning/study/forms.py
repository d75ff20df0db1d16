"""What a browser may say of study. It never says progress, completion, score or duration."""

from typing import Any

from courses.kernel.errors import Refused
from learning.progress.actions import Report
from learning.progress.rules import parsed

LAST = 2**31 - 1  # the running number of what the submitted form itself carries


def report(body: Any) -> Report:
    """A player's report; raises `Refused` for anything malformed."""
    try:
        spans = parsed(body["spans"])
        position, sequence = body["position"], body["sequence"]
        if any(isinstance(n, bool) or not isinstance(n, int | float) or not 0 <= n <= 2**53 for n in (position, sequence)):
            raise ValueError("not a number")
        return Report(spans, int(position), int(sequence), bool(body.get("sound", False)))
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
