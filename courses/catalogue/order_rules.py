"""The order of things in a list that several hands may change: one moved a place, all as they were dragged, and whether it changed meanwhile.

An order is a list of marks, such as `c3` (a chapter), `l5` (a lesson) and `k7` (a course); each stands in it once.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

STEPS = {"up": -1, "down": 1}


def stamp(order: Sequence[str]) -> str:
    """A short name of an order: whoever sends it back saw the list exactly so."""
    return hashlib.sha256(",".join(order).encode()).hexdigest()[:16]


def moved(order: Sequence[str], mark: str, step: int) -> list[str]:
    """The order with one mark moved up (-1) or down (1); at the end, or for a mark that is not there, nothing moves. Moving back undoes it."""
    out = list(order)
    place = out.index(mark) if mark in out else -1
    if place >= 0 and 0 <= place + step < len(out):
        out[place], out[place + step] = out[place + step], out[place]
    return out


def is_same_set(order: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether `wanted` is `order` in some order: nothing lost, nothing twice, nothing foreign."""
    return sorted(order) == sorted(wanted)


def under(order: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """For each lesson of an order of (mark, title of a chapter or None for a lesson) the title of the chapter above it, or nothing."""
    chapter, out = "", {}
    for mark, title in order:
        if title is None:
            out[mark] = chapter
        else:
            chapter = title
    return out


def circle(first: Mapping[int, Iterable[int]], course_id: int, wanted: Iterable[int]) -> tuple[int, ...]:
    """The courses that would wait for each other in a ring if `course_id` came after `wanted`: from it round to itself; empty if there is no ring.

    `first` says of each course which come before it.
    """
    roads: list[tuple[int, ...]] = [(course_id, one) for one in sorted(wanted)]
    met: set[int] = set()
    while roads:
        road = roads.pop()
        if road[-1] == course_id:
            return road
        if road[-1] not in met:
            met.add(road[-1])
            roads += [(*road, one) for one in sorted(first.get(road[-1], ()))]
    return ()
