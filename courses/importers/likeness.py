"""Which stems say nearly the same: a question written down twice in other words is shown to whoever brings it, never refused."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from courses.questions.rules import normalised

LIKE = 0.7  # share of the runs of three letters that two stems have in common, of all that either has
_ANCHORS = 5  # of each stem, the runs by which candidates are found


@dataclass(frozen=True)
class _Stem:
    """A stem with what it is compared by."""

    text: str
    plain: str
    runs: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "_Stem":
        plain = normalised(text)
        return cls(text, plain, frozenset(plain[place : place + 3] for place in range(max(1, len(plain) - 2))))

    def is_like(self, other: "_Stem") -> bool:
        """Whether enough runs are common to both; two of very different length are not even compared."""
        small, large = sorted((len(self.runs), len(other.runs)))
        if small < LIKE * large or self.plain == other.plain:
            return False
        common = len(self.runs & other.runs)
        return common >= LIKE * (small + large - common)


def alike(stems: Sequence[str], known: Mapping[str, str]) -> dict[int, str]:
    """For each place among `stems` that is much like an earlier one, or like one of `known` {key: stem}: that other stem.

    Stems that are the same when normalised are not meant here: those are told by their fingerprint.
    """
    index: dict[int, list[_Stem]] = {}
    for text in known.values():
        stem = _Stem.of(text)
        _enter(index, stem, _anchors(stem))
    out: dict[int, str] = {}
    for place, text in enumerate(stems):
        stem = _Stem.of(text)
        anchors = _anchors(stem)
        other = next((one for anchor in anchors for one in index.get(anchor, ()) if stem.is_like(one)), None)
        if other is not None:
            out[place] = other.text
        _enter(index, stem, anchors)
    return out


def _anchors(stem: _Stem) -> list[int]:
    return sorted(zlib.crc32(run.encode()) for run in stem.runs)[:_ANCHORS]


def _enter(index: dict[int, list[_Stem]], stem: _Stem, anchors: Sequence[int]) -> None:
    for anchor in anchors:
        kept = index.setdefault(anchor, [])
        if len(kept) < 40:  # a phrase that everyone uses says nothing
            kept.append(stem)
