"""The paper: its order, what a saved answer may be, and what an attempt amounts to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

Paper = list[list[object]]  # [[question_id, [option, ...]], ...]


@dataclass(frozen=True)
class Passed:
    """The best passed result in a quiz, and when the first pass was."""

    score: int
    at: datetime


def clean_choice(chosen: Iterable[int], *, options: int, single: bool) -> tuple[int, ...]:
    """The chosen options, ascending, within range; a single choice keeps one. Raises ValueError for what no form of ours sends."""
    picked = tuple(sorted(set(chosen)))
    if any(not 0 <= option < options for option in picked):
        raise ValueError("no such option")
    if single and len(picked) > 1:
        raise ValueError("one option only")
    return picked


def ordered(question_ids: Sequence[int], options: dict[int, int], shuffles: Mapping[int, Sequence[int]], question_order: Sequence[int]) -> Paper:
    """A paper from the given orders; a question without one keeps its own."""
    return [[question_ids[place], list(shuffles.get(question_ids[place], range(options[question_ids[place]])))] for place in question_order]
