"""The body that makes a file in the background, whichever it is, and the chore that removes what has expired."""

from datetime import datetime

import structlog

from courses.kernel import chores, clock, queue
from courses.kernel.db import db, transaction
from courses.kernel.queue import Lost
from courses.kernel.storage import passing_folder, storage
from learning.exports import actions, queries
from learning.exports.models import Export

log = structlog.get_logger()


def install() -> None:
    """Register the body and the chore."""
    queue.body(actions.MAKE, given_up=actions.refuse)(make_export)
    chores.chore("sweep_exports", minutes=30)(sweep_exports)


def make_export(claim: queue.Claim, *, key: str) -> None:
    """Make the file in a workspace and publish it whole; made again from the start by the next worker if this one dies."""
    row = queries.by_key(key)
    make = actions.MAKERS[row.kind]
    order = actions.Order(row.person_id, row.organization_id, dict(row.asked), row.title, row.asked_at)
    db.session.rollback()  # making takes a while, and no read transaction waits for it
    with passing_folder() as folder:
        path = folder / "file"
        items = make(order, path, queue.about_once_a_second(claim.report))
        db.session.rollback()
        size = path.stat().st_size
        storage().put(key, path)
    _publish(claim, key, items, size)


def sweep_exports(now: datetime) -> None:
    """Remove from storage what nobody gets any more."""
    for row in queries.overdue(now):
        storage().delete(row.key)
        with transaction() as session:
            actions.swept(session.get_one(Export, row.id), now=now)


def _publish(claim: queue.Claim, key: str, items: int, size: int) -> None:
    try:
        with transaction():
            claim.hold()
            actions.publish(queries.by_key(key), items=items, size=size, now=clock.now())
    except Lost:
        row = queries.by_key(key)
        if row.until <= clock.now():  # removed while it was made; another worker's file under the same key stays
            storage().delete(key)
        raise
