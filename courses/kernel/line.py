"""Those of one process who wait to write: one of them leads, and carries the writes of all (together.py, brief.py)."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from courses.kernel.places import waiting

MOST = 64  # members of one commit, so that other writers wait for a bounded time
Carry = Callable[[list[Any]], None]


class Waiting:
    """A place in line, and how it went."""

    def __init__(self) -> None:
        self.value: Any = None
        self.fault: BaseException | None = None
        self.over = False
        self.called = threading.Lock()
        self.called.acquire()


class Line:
    """At most one member leads at any time: opens the `door`, carries through it those who wait, and lets them go once it is shut."""

    def __init__(self, door: Callable[[], AbstractContextManager[Carry]]) -> None:
        self.door = door
        self.mutex = threading.Lock()
        self.waiting: deque[Waiting] = deque()
        self.led = False

    def join(self, member: Waiting) -> None:
        """Come back when the member's write is durable or has failed; lead the line meanwhile if nobody does."""
        with self.mutex:
            self.waiting.append(member)
            leads, self.led = not self.led, True
        with waiting():
            if not leads:
                member.called.acquire()
            if not member.over:
                self._lead(member)

    def _lead(self, leader: Waiting) -> None:
        members = [leader]
        try:
            with self.door() as carry:
                members = self._take()
                carry(members)
        except BaseException as fault:
            for member in members:
                member.fault = member.fault or fault
            raise
        finally:
            self._let_go(members)

    def _take(self) -> list[Waiting]:
        """Those in line now that the turn is ours; whoever came while we waited for it is among them."""
        with self.mutex:
            return [self.waiting.popleft() for _ in range(min(MOST, len(self.waiting)))]

    def _let_go(self, members: list[Waiting]) -> None:
        with self.mutex:
            for member in members:
                member.over = True
            self.waiting = deque(member for member in self.waiting if not member.over)
            self.led = bool(self.waiting)
            following = [self.waiting[0]] if self.waiting else []
        for member in (*members, *following):
            member.called.release()
