"""Which stems say nearly the same: a question written down twice in other words is shown to whoever brings it, never refused."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from courses.questions.rules import normalised

LIKE = 0.7  # share of the runs of three letters that two stems have in common, of all that either has
_ANCHORS = 5  # of each stem, the runs by which candidates are found
_MOST_KEPT = 40  # stems of an anchor: a phrase that everyone uses says nothing
_BITS = 512
_APART = 1 - 2 * LIKE / (1 + LIKE) + 1e-9  # share of all runs of both, counted twice where common, that those alike may have alone


@dataclass(frozen=True, eq=False)
class _Stem:
    """A stem with what it is compared by. `bits` has one for each run, so two that share few runs are told apart without looking at them."""

    text: str
    plain: str
    runs: frozenset[str]
    bits: int
    anchors: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "_Stem":
        plain = normalised(text)
        runs = frozenset(plain[place : place + 3] for place in range(max(1, len(plain) - 2)))
        marks = sorted(zlib.crc32(run.encode()) for run in runs)
        bits = 0
        for mark in marks:
            bits |= 1 << mark % _BITS
        return cls(text, plain, runs, bits, tuple(marks[:_ANCHORS]))

    def is_like(self, other: "_Stem") -> bool:
        """Whether enough runs are common to both; those that are the same when normalised are not meant."""
        both = len(self.runs) + len(other.runs)
        if (self.bits ^ other.bits).bit_count() > _APART * both:  # each such bit is a run that one of them lacks
            return False
        common = len(self.runs & other.runs)
        return common >= LIKE * (both - common) and self.plain != other.plain


def alike(stems: Sequence[str], known: Iterable[str]) -> Iterator[str]:
    """For each of `stems` in turn: an earlier one, or one of `known`, that it is much like; empty where there is none.

    Stems that are the same when normalised are not meant here: those are told by their fingerprint.
    """
    index: dict[int, list[_Stem]] = {}
    for text in known:
        _enter(index, _Stem.of(text))
    for text in stems:
        stem = _Stem.of(text)
        near = dict.fromkeys(one for anchor in stem.anchors for one in index.get(anchor, ()))
        yield next((one.text for one in near if stem.is_like(one)), "")
        _enter(index, stem)


def _enter(index: dict[int, list[_Stem]], stem: _Stem) -> None:
    for anchor in stem.anchors:
        kept = index.setdefault(anchor, [])
        if len(kept) < _MOST_KEPT:
            kept.append(stem)
