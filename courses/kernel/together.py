"""Many short writes committed together: each under its own savepoint, answered only after the shared commit (docs/decisions/0009).

On a disk that takes some milliseconds to make a write durable, writers that commit one by one are few a second, however fast the
machine. Here whoever comes while another commits joins a line; whoever leads it takes the turn of `transaction()` once, carries
the writes of all who wait, and lets them go when the one commit is on the disk.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from flask import Flask, current_app

from courses.kernel.db import db, in_transaction, transaction, turn
from courses.kernel.line import Carry, Line, Waiting

Value = TypeVar("Value")


class Member(Waiting):
    """One write in line."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self.work = work
        self.afterwards: list[Callable[[], None]] = []

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


def install(app: Flask) -> None:
    """Give `app` its line."""
    app.extensions["line"] = Line(_door)


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


@contextmanager
def _door() -> Iterator[Carry]:
    with current_app.app_context(), transaction():
        yield _carry


def _carry(members: list[Member]) -> None:
    for member in members:
        member.carry()
