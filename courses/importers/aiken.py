"""Aiken, the plainest of the exchange formats: a stem, options A. to Z., a line ANSWER: X."""

import re

from courses.importers.rules import MOST_LINE, MOST_PART, Draft, Reading, overlong, reading
from courses.kernel.words import Words

_OPTION = re.compile(r"^([A-Z])[.)]\s+(.*)$")
_ANSWER = re.compile(r"^ANSWER:\s*([A-Z](?:\s*,\s*[A-Z])*)\s*$")
_FEEDBACK = re.compile(r"^(?:FEEDBACK|EXPLANATION):\s*(.*)$")


def is_aiken(text: str) -> bool:
    """Whether the text has Aiken's answer lines."""
    return any(_ANSWER.match(line.strip()) for line in text.splitlines())


def parsed(text: str) -> Reading:
    """The questions of an Aiken file, each known by the line on which it begins."""
    drafts: list[Draft] = []
    draft = None
    for place, raw in enumerate(text.splitlines(), 1):
        whole = raw.strip().removeprefix("\ufeff")
        line = whole[:MOST_LINE]
        option, answer, feedback = _OPTION.match(line), _ANSWER.match(line), _FEEDBACK.match(line)
        if not line:
            continue
        spoilt = overlong(place) if len(whole) > MOST_LINE else ""
        if feedback and drafts and draft is None:
            drafts[-1].explanation = feedback[1]
        elif answer and draft:
            draft.answer, draft = answer[1], None
        elif option and draft:
            draft.options.append(option[2])
        elif draft is None or draft.options:
            draft = Draft(Words("第 %(n)s 行", n=place), stem=line)
            drafts.append(draft)
        elif len(draft.stem) <= MOST_PART:
            draft.stem = f"{draft.stem}\n{line}"
        drafts[-1].fault = drafts[-1].fault or spoilt
    return reading(drafts)
