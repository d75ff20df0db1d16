"""Writes of files made in the background: asked for, published, refused, removed."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from courses.kernel import queue
from courses.kernel.db import after_commit, db
from courses.kernel.errors import Refused
from courses.kernel.storage import storage
from learning.exports import queries
from learning.exports.models import Export
from learning.exports.rules import KEPT, MOST_AT_ONCE, Wish
from learning.organization.models import Person

MAKE = "make_export"


@dataclass(frozen=True)
class Order:
    """What a maker is told: by whom it was asked, where, and what of."""

    person_id: int
    organization_id: int | None
    asked: dict[str, Any]
    title: str
    at: datetime

    @property
    def actor(self) -> Person:
        """The one who asked, with the posts they hold now."""
        return db.session.get_one(Person, self.person_id)


# Writes the file at a path, reports percent, and says how many things are in it. Reads within reach of `order.actor`, and holds no read transaction for long.
Maker = Callable[[Order, Path, Callable[[int], None]], int]
MAKERS: dict[str, Maker] = {}


def ask(wish: Wish, *, actor: Any, now: datetime) -> Export:
    """Ask for a file; a second press while it is being made asks for nothing new. Raises `Refused` when too many are in the making."""
    busy = queries.in_the_making(actor.id, now)
    asked = wish.asked or {}
    same = next((row for row in busy if (row.kind, row.organization_id, row.asked) == (wish.kind, wish.organization_id, asked)), None)
    if same is not None:
        return same
    if len(busy) >= MOST_AT_ONCE:
        raise Refused("您已经有几个文件正在生成，请等它们好了再要新的。")
    key = f"exports/{secrets.token_hex(16)}.{wish.ending}"
    row = Export(
        person_id=actor.id,
        kind=wish.kind,
        title=wish.title,
        file_name=wish.file_name,
        organization_id=wish.organization_id,
        capability=wish.capability,
        asked=asked,
        key=key,
        asked_at=now,
        until=now + KEPT,
    )
    row.job = queue.enqueue(MAKE, {"key": key}, now=now)
    db.session.add(row)
    db.session.flush()
    return row


def publish(row: Export, *, items: int, size: int, now: datetime) -> None:
    """The file lies in storage."""
    row.items, row.bytes, row.ready_at, row.until = items, size, now, now + KEPT


def refuse(key: str, *, fault: str, now: datetime) -> None:
    """The file will not be made; `fault` says why."""
    row = queries.by_key(key)
    row.fault, row.until = fault, now


def remove(row: Export, *, now: datetime) -> None:
    """Let nobody have the file any more, or stop making it; it is gone from storage once this has committed."""
    queue.cancel(row.job, fault="不再需要", now=now)
    row.until = now
    after_commit(partial(storage().delete, row.key))


def forget(person_id: int, organization_ids: Iterable[int], *, now: datetime) -> None:
    """Remove what may tell of someone: their own files, and those made at the organizations above them."""
    for row in queries.lying(person_id, organization_ids, now):
        remove(row, now=now)


def swept(row: Export, *, now: datetime) -> None:
    """The file was removed from storage."""
    row.removed_at = now
