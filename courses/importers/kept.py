"""How the reading of a question file is kept between the look and the entering: a first line that says what there is, then a question a line.

A page of the look reads the first line and the lines of its own questions, however many there are.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from courses.importers.rules import Refusal
from courses.kernel import words
from courses.questions.rules import TRUE_FALSE_WORDS, NewItem

SIZE = 20  # questions of a page


@dataclass(frozen=True)
class Shown:
    """One question of a reading: whether the bank has it already, or an earlier row, and the stem of another that is much like it."""

    where: str
    item: NewItem
    known: bool = False
    like: str = ""
    repeats: str = ""  # the place in the file where it stands already


@dataclass(frozen=True)
class Content:
    """A reading with what the bank says of it."""

    questions: tuple[Shown, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True)
class Look:
    """A page of what was read: questions, how many of all are known, much like another or there twice, and every refused row."""

    questions: tuple[Shown, ...]
    refused: tuple[Refusal, ...]
    known: int
    like: int
    number: int
    pages: int
    repeated: int = 0


def dumped(content: Content) -> bytes:
    """A reading as it is kept."""
    lines = [_line([words.kept(one.where), vars(one.item), one.known, one.like, words.kept(one.repeats)]) for one in content.questions]
    starts, at = [], 0
    for place, line in enumerate(lines):
        if place % SIZE == 0:
            starts.append(at)
        at += len(line)
    head = {
        "refused": [[words.kept(one.where), words.kept(one.reason)] for one in content.refused],
        "known": sum(one.known for one in content.questions),
        "repeated": sum(bool(one.repeats) for one in content.questions),
        "like": sum(bool(one.like) for one in content.questions),
        "starts": starts,  # of each page, counted from behind the first line
    }
    return b"".join([_line(head), *lines])


def loaded(kept: BinaryIO) -> Content:
    """A whole reading."""
    head = json.loads(kept.readline())
    return Content(tuple(_shown(json.loads(line)) for line in kept), _refused(head))


def look(kept: BinaryIO, number: int) -> Look:
    """Page `number` of a reading; a page beyond the end is the last."""
    head = json.loads(kept.readline())
    starts = head["starts"] or [0]
    number = min(max(1, number), len(starts))
    kept.seek(starts[number - 1], 1)
    lines = [line for line in (kept.readline() for _ in range(SIZE)) if line]
    shown = tuple(_shown(json.loads(line)) for line in lines)
    return Look(shown, _refused(head), head["known"], head["like"], number, len(starts), head.get("repeated", 0))


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _refused(head: dict[str, Any]) -> tuple[Refusal, ...]:
    return tuple(Refusal(words.again(where), words.again(reason)) for where, reason in head["refused"])


def _shown(value: Sequence[Any]) -> Shown:
    where, item, known, like, *repeats = value  # what was kept by an older version says nothing of repeats
    options = TRUE_FALSE_WORDS if item["kind"] == "true_false" else tuple(item["options"])
    shown = NewItem(**{**item, "options": options, "answer": tuple(item["answer"])})
    return Shown(words.again(where), shown, known, like, words.again(repeats[0]) if repeats else "")
