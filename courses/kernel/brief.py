"""The usual write of a busy route, for many people at once: no session, a few statements sent by the driver, one commit (docs/decisions/0022).

Whoever comes while another commits joins a line, as in together.py. Those in line with the same work are done by one call of it. Work that
finds something unusual answers None for it and has written nothing; its caller then goes the whole way.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy import Select, func, select

from courses.kernel.db import SEATS, db, driver_transaction
from courses.kernel.line import Carry, Line, Waiting
from courses.kernel.logs import log
from courses.kernel.prepared import Prepared, Values

Item = TypeVar("Item")
Value = TypeVar("Value")


class Errand(Waiting):
    """One item in line, and the work that takes it."""

    def __init__(self, work: Callable[..., Any], item: Any) -> None:
        super().__init__()
        self.work, self.item = work, item


class Seats:
    """The seats of the people whose ids `people` selects, each once and in order; on PostgreSQL they are taken before anything of theirs is read."""

    def __init__(self, people: Select[Any]) -> None:
        found = people.subquery()
        self.taking = Prepared(select(func.pg_advisory_xact_lock(SEATS, found.c[0])))

    def take(self, driver: Any, values: Values) -> None:
        """Take them all, until the commit."""
        if db.engine.dialect.name != "sqlite":
            self.taking.firsts(driver, [values])


def install(app: Flask) -> None:
    """Give `app` its line of brief writes."""
    app.extensions["brief"] = Line(_door)


def briefly(work: Callable[[Any, Sequence[Item]], Sequence[Value | None]], item: Item) -> Value | None:
    """What `work(driver, items)` returned for this item, once it is durable; None when the whole way is to be gone.

    `work` is told everything in its items, writes rows of their people alone, and does as little as it can: others wait for it.
    """
    errand = Errand(work, item)
    cast(Line, current_app.extensions["brief"]).join(errand)
    if errand.fault is not None:
        raise errand.fault
    return cast("Value | None", errand.value)


@contextmanager
def _door() -> Iterator[Carry]:
    with driver_transaction() as driver:
        yield partial(_carry, driver)


def _carry(driver: Any, errands: list[Errand]) -> None:
    works = {errand.work: [other for other in errands if other.work is errand.work] for errand in errands}
    for work, same in works.items():
        _carry_all(driver, work, same)


def _carry_all(driver: Any, work: Callable[..., Any], errands: list[Errand]) -> None:
    """All under one savepoint: whatever breaks, nothing of them is kept and all go the whole way, where the fault belongs to one."""
    cursor = driver.cursor()
    cursor.execute("SAVEPOINT brief")
    try:
        values = work(driver, [errand.item for errand in errands])
    except Exception as fault:
        cursor.execute("ROLLBACK TO brief")
        log.error("brief_write_broke", exc_info=fault)
        return
    for errand, value in zip(errands, values, strict=True):
        errand.value = value
