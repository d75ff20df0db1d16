"""What a browser may say of study. It never says progress, completion, score or duration."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import json
from werkzeug.datastructures import MultiDict

from courses.kernel.errors import NotTheirs, Refused
from courses.kernel.plain import MOST, is_whole
from courses.questions.rules import Choice
from learning.progress.actions import Report
from learning.progress.report_rules import is_theirs
from learning.progress.rules import parsed

YEAR = 366 * 86400
MOST_ANSWERS = 300


def spoken(body: Any, form: Mapping[str, str], *, person_id: int) -> Any:
    """What a script says, as JSON or, from a page that is being left, in the field of a form; raises `NotTheirs` if it says so in another's name.

    A page left open on a shared phone must not speak for whoever signed in after its reader.
    """
    if body is None and "report" in form:
        try:
            body = json.loads(form["report"])
        except ValueError:
            body = None
    if isinstance(body, dict) and not is_theirs(body.get("person"), person_id):
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
        return Report(spans, int(position), min(int(sequence), MOST), bool(body.get("sound", False)), int(ago) if ago < YEAR else 0)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused("这份学习报告读不懂，请刷新页面再播放。") from None


def page(body: Any, *, most: int) -> int:
    """The page of a document at which its reader stands; raises `Refused` for one that there is not."""
    number: Any = body.get("page") if isinstance(body, dict) else None
    if not is_whole(number) or not 1 <= number <= most:
        raise Refused("没有这一页，请刷新页面再看。")
    return int(number)


@dataclass(frozen=True)
class Answer:
    """One answer as a browser says it: the places of the chosen options or the text written, under a running number."""

    question_id: int
    chosen: tuple[Choice, ...]
    sequence: int


def answer(body: Any) -> Answer:
    """One answer to save; raises `Refused` for anything malformed."""
    fault = Refused("这个答案读不懂，请刷新页面再选一次。")
    if not isinstance(body, dict):
        raise fault
    question: Any = body.get("question")
    sequence: Any = body.get("sequence")
    chosen: Any = body.get("chosen")
    if not is_whole(question) or not is_whole(sequence) or not 0 <= sequence < MOST:
        raise fault
    if not isinstance(chosen, list) or len(chosen) > 20 or not (all(map(is_whole, chosen)) or all(isinstance(one, str) for one in chosen)):
        raise fault
    return Answer(question, tuple(chosen), sequence)


def answers(body: Any) -> list[Answer]:
    """What a script hands in with the paper: every answer that the server has not yet said it keeps. Raises `Refused` for anything malformed.

    A body that cannot be read is malformed too: the paper would be handed in without what it carries.
    """
    sent = body.get("answers", []) if isinstance(body, dict) else None
    if not isinstance(sent, list) or len(sent) > MOST_ANSWERS:
        raise Refused("这份卷子读不懂，请刷新页面再交。")
    return [answer(one) for one in sent]


def form_answers(sent: MultiDict[str, str], kinds: Mapping[int, str]) -> dict[int, tuple[Choice, ...]]:
    """What a form without scripts carries: `q7` is what was ticked or written for question 7; a question it does not name was left alone."""
    out: dict[int, tuple[Choice, ...]] = {}
    for question_id, kind in kinds.items():
        texts = sent.getlist(f"q{question_id}")
        if kind == "fill_in":
            out[question_id] = tuple(text for text in texts if text.strip())
        elif all(text.isascii() and text.isdigit() and len(text) < 4 for text in texts):
            out[question_id] = tuple(int(text) for text in texts)
        else:
            raise Refused("没有这个选项，请刷新页面再选一次。")
    return out
