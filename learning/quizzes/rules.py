"""The paper: its order, what a saved answer may be, which of two counts, and what an attempt amounts to."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from courses.kernel.plain import is_text
from courses.questions.rules import Choice, Item, is_right, normalised

Paper = list[list[object]]  # [[question_id, [option, ...]], ...]
MOST_WRITTEN = 200  # characters of a blank
TALLIED = 40  # characters of a wrong text by which it is counted


@dataclass(frozen=True)
class Passed:
    """The best passed result in a quiz, and when the first pass was."""

    score: int
    at: datetime


@dataclass(frozen=True)
class Kept:
    """One saved answer: what was chosen, under which running number of whoever chose it."""

    chosen: tuple[Choice, ...]
    sequence: int


@dataclass(frozen=True)
class Tally:
    """What one marked paper adds to the counts of a question: answered or not, right or not, and the wrong choices."""

    question_id: int
    answered: bool
    right: bool
    wrong: tuple[str, ...]


def clean_choice(chosen: Iterable[Choice], *, options: int, kind: str) -> tuple[Choice, ...]:
    """What was chosen, ascending and within range, or the text of a blank; raises ValueError for what no form of ours sends."""
    picked = set(chosen)
    if kind == "fill_in":
        if len(picked) > 1 or any(not isinstance(text, str) or len(text) > MOST_WRITTEN or not is_text(text) for text in picked):
            raise ValueError("one short text only")
        return tuple(text.strip() for text in picked if isinstance(text, str) and text.strip())
    places = sorted(place for place in picked if isinstance(place, int))
    if len(places) < len(picked) or any(not 0 <= place < options for place in places):
        raise ValueError("no such option")
    if kind != "multiple" and len(places) > 1:
        raise ValueError("one option only")
    return tuple(places)


def later(one: Kept, other: Kept) -> Kept:
    """Which of two answers counts: the higher running number, and of two with the same the one that is greater as it is written.

    So it does not matter in which order, how late or how often answers arrive.
    """
    return max(one, other, key=lambda kept: (kept.sequence, json.dumps(kept.chosen)))


def ordered(question_ids: Sequence[int], options: dict[int, int], shuffles: Mapping[int, Sequence[int]], question_order: Sequence[int]) -> Paper:
    """A paper from the given orders; a question without one keeps its own."""
    return [[question_ids[place], list(shuffles.get(question_ids[place], range(options[question_ids[place]])))] for place in question_order]


def tallied(items: Iterable[Item], chosen: Mapping[int, Sequence[Choice]]) -> list[Tally]:
    """What a marked paper adds to each question's counts, by the question's id so that counts are always taken in one order."""
    out = []
    for item in sorted(items, key=lambda item: item.id):
        picked = tuple(chosen.get(item.id, ()))
        right = is_right(item, picked)
        wrong = () if right else tuple(_tallied(item, choice) for choice in picked if item.kind == "fill_in" or choice not in item.answer)
        out.append(Tally(item.id, bool(picked), right, wrong))
    return out


def _tallied(item: Item, choice: Choice) -> str:
    return normalised(str(choice))[:TALLIED] if item.kind == "fill_in" else str(choice)
