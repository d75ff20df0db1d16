"""Many short writes committed together: each under its own savepoint, answered only after the shared commit (docs/decisions/0009).

On a disk that takes some milliseconds to make a write durable, writers that commit one by one are few a second, however fast the
machine. Here whoever comes while another commits joins a line; whoever leads it takes the turn of `transaction()` once, carries
the writes of all who wait, and lets them go when the one commit is on the disk.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app

from courses.kernel.db import db, in_transaction, transaction, turn

Value = TypeVar("Value")
MOST = 64  # members of one commit, so that other writers wait for a bounded time


class Member:
    """One write in line, and how it went."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.value: Any = None
        self.fault: BaseException | None = None
        self.afterwards: list[Callable[[], None]] = []
        self.over = False
        self.called = threading.Lock()
        self.called.acquire()

    def carry(self) -> None:
        """Do the work under a savepoint, in the leader's thread and session; its fault is kept for its own caller."""
        turn.afterwards = self.afterwards
        try:
            with db.session.begin_nested():
                self.value = self.work()
        except Exception as fault:
            self.fault = fault
            self.afterwards.clear()
        finally:
            turn.afterwards = []
            db.session.expunge_all()

    def result(self) -> Any:
        """What the work returned, once it is durable; raises what it raised, or why the commit failed."""
        if self.fault is not None:
            raise self.fault
        for step in self.afterwards:
            step()
        return self.value


class Line:
    """Those of one process who wait to write. At most one of them leads at any time."""

    def __init__(self) -> None:
        self.mutex = threading.Lock()
        self.waiting: deque[Member] = deque()
        self.led = False

    def join(self, member: Member) -> None:
        """Come back when the member's write is durable or has failed; lead the line meanwhile if nobody does."""
        with self.mutex:
            self.waiting.append(member)
            leads, self.led = not self.led, True
        if not leads:
            member.called.acquire()
        if not member.over:
            self._lead(member)

    def _lead(self, leader: Member) -> None:
        members = [leader]
        try:
            with current_app.app_context(), transaction():
                members = self._take()
                for member in members:
                    member.carry()
        except BaseException as fault:
            for member in members:
                member.fault = member.fault or fault
            raise
        finally:
            self._let_go(members)

    def _take(self) -> list[Member]:
        """Those in line now that the turn is ours; whoever came while we waited for it is among them."""
        with self.mutex:
            return [self.waiting.popleft() for _ in range(min(MOST, len(self.waiting)))]

    def _let_go(self, members: list[Member]) -> None:
        with self.mutex:
            for member in members:
                member.over = True
            self.waiting = deque(member for member in self.waiting if not member.over)
            self.led = bool(self.waiting)
            following = [self.waiting[0]] if self.waiting else []
        for member in (*members, *following):
            member.called.release()


def install(app: Flask) -> None:
    """Give `app` its line."""
    app.extensions["line"] = Line()


def together(work: Callable[[], Value], *, seat: int) -> Value:
    """Do `work`, which writes rows of the person `seat` alone, and return what it returns once that is durable.

    `work` runs in a session, application context and thread that are not its caller's: it is told who and when, keeps no row and
    returns values. A fault takes back its own rows alone. Refuses nesting, as `transaction()` does. On PostgreSQL, where writers of
    different seats do not wait for each other and the server itself gathers commits, it is a transaction of its own.
    """
    if db.engine.dialect.name != "sqlite":
        with transaction(seat=seat):
            return work()
    if in_transaction():
        raise RuntimeError("together() inside transaction(): open it in the view alone")
    db.session.rollback()
    member = Member(work)
    cast(Line, current_app.extensions["line"]).join(member)
    return cast(Value, member.result())
