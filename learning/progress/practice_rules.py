"""When a practical lesson is done: every step seen by a witness, whoever ticked it before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Practice:
    """How far a person is with the steps of a practical lesson: which they ticked themselves, and which a witness saw."""

    count: int
    ticked: frozenset[int] = frozenset()
    seen: frozenset[int] = frozenset()

    @property
    def is_done(self) -> bool:
        """Every step was seen. What somebody ticked for themselves alone finishes nothing."""
        return self.count > 0 and self.seen >= frozenset(range(self.count))

    @property
    def is_asking(self) -> bool:
        """The person has ticked or shown every step, and waits for whoever saw it."""
        return not self.is_done and self.count > 0 and self.ticked | self.seen >= frozenset(range(self.count))


def known(steps: Sequence[str], wanted: Collection[int]) -> frozenset[int]:
    """Those of the places that are steps of the lesson."""
    return frozenset(range(len(steps))) & frozenset(wanted)
