"""How many threads of a process compute at once (docs/decisions/0029).

Beyond a few, threads only take the interpreter's lock from each other, and above all from the one that holds the turn to write, for which everyone
waits. A request is answered in a place; whoever waits for the turn, or in line for somebody else's commit, gives the place up meanwhile,
and whoever has the turn needs none. An upload, which mostly waits, has none from the beginning, and nobody queues longer than a second behind
someone who sets a long document. Outside the web server nobody has a place, and all of this is nothing.
"""

import threading
from contextlib import suppress
from queue import Empty, SimpleQueue

PLACES = 2  # for whoever begins, and as many for whoever comes back from waiting, who is nearly done and does not queue behind pages that begin


LONGEST = 1.0  # seconds


class Places:
    """Some places; the queue of those that nobody has costs a tenth of a semaphore."""

    def __init__(self, count: int) -> None:
        self.free: SimpleQueue[None] = SimpleQueue()
        for _ in range(count):
            self.free.put(None)

    def take(self) -> None:
        """Take a place of these, once there is one; whoever has waited too long goes on without."""
        with suppress(Empty):
            self.free.get(timeout=LONGEST)
            _own.place = self


_own = threading.local()
_beginning, _back = Places(PLACES), Places(PLACES)


class _Computing:
    """Answer a request, once there is a place: `with computing:`."""

    def __enter__(self) -> None:
        _beginning.take()

    def __exit__(self, *_fault: object) -> None:
        _leave()


class _Waiting:
    """Without the place, if this thread has one; afterwards it has one again: `with waiting():`."""

    __slots__ = ("gave",)

    def __enter__(self) -> None:
        self.gave = _leave()

    def __exit__(self, *_fault: object) -> None:
        if self.gave:
            _back.take()


def _leave() -> bool:
    place: Places | None = getattr(_own, "place", None)
    if place is None:
        return False
    _own.place = None
    place.free.put(None)
    return True


computing, waiting = _Computing(), _Waiting
