"""Which stems say nearly the same: a question written down twice in other words is shown to whoever brings it, never refused."""

import zlib
from collections.abc import Mapping, Sequence

from courses.questions.rules import normalised

LIKE = 0.7  # share of the runs of three letters that two stems have in common, of all that either has
_ANCHORS = 5  # of each stem, the runs by which candidates are found


def alike(stems: Sequence[str], known: Mapping[str, str]) -> dict[int, str]:
    """For each place among `stems` that is much like an earlier one, or like one of `known` {key: stem}: that other stem.

    Stems that are the same when normalised are not meant here: those are told by their fingerprint.
    """
    index: dict[int, list[tuple[str, frozenset[str]]]] = {}
    for stem in known.values():
        _enter(index, stem)
    out: dict[int, str] = {}
    for place, stem in enumerate(stems):
        runs = _runs(stem)
        for other, theirs in _candidates(index, runs):
            if normalised(other) != normalised(stem) and len(runs & theirs) >= LIKE * len(runs | theirs):
                out[place] = other
                break
        _enter(index, stem)
    return out


def _runs(stem: str) -> frozenset[str]:
    plain = normalised(stem)
    return frozenset(plain[place : place + 3] for place in range(max(1, len(plain) - 2)))


def _anchors(runs: frozenset[str]) -> list[int]:
    return sorted(zlib.crc32(run.encode()) for run in runs)[:_ANCHORS]


def _enter(index: dict[int, list[tuple[str, frozenset[str]]]], stem: str) -> None:
    runs = _runs(stem)
    for anchor in _anchors(runs):
        kept = index.setdefault(anchor, [])
        if len(kept) < 40:  # a phrase that everyone uses says nothing
            kept.append((stem, runs))


def _candidates(index: Mapping[int, list[tuple[str, frozenset[str]]]], runs: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    return [one for anchor in _anchors(runs) for one in index.get(anchor, ())]
