"""Reads of the files that someone asked for."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.exports.models import Export
from learning.exports.rules import state
from learning.organization import queries as organization


def exports_of(actor: Any) -> Select[Any]:
    """The files that `actor` asked for, newest first."""
    return select(Export).where(Export.person_id == actor.id).options(joinedload(Export.job)).order_by(Export.id.desc())


def export_for(actor: Any, export_id: int) -> Export:
    """A file that `actor` asked for; raises `Missing` for another's."""
    row: Export | None = db.session.scalar(exports_of(actor).where(Export.id == export_id))
    if row is None:
        raise Missing
    return row


def file_for(actor: Any, export_id: int, *, now: datetime) -> Export:
    """A file that `actor` asked for, to be fetched; raises `Missing` unless it lies there and what let them ask for it still holds."""
    row = export_for(actor, export_id)
    if state(ready_at=row.ready_at, fault=row.fault, until=row.until, now=now) != "ready":
        raise Missing("这个文件还没有做好，或者已经过期，请到“我的导出”里看。")
    if row.organization_id is not None:
        organization.organization_for(actor, row.capability, row.organization_id)
    return row


def by_key(key: str) -> Export:
    """The file that lies, or is to lie, under this key."""
    return db.session.scalars(select(Export).where(Export.key == key)).one()


def in_the_making(person_id: int, now: datetime) -> list[Export]:
    """What is being made for someone."""
    rows = db.session.scalars(select(Export).where(Export.person_id == person_id, Export.ready_at.is_(None), Export.fault.is_(None), Export.until > now))
    return list(rows)


def lying(person_id: int, organization_ids: Iterable[int], now: datetime) -> list[Export]:
    """The files, made or in the making, of this person or of these organizations."""
    whose = or_(Export.person_id == person_id, Export.organization_id.in_(list(organization_ids)))
    return list(db.session.scalars(select(Export).where(whose, Export.until > now)))


def overdue(now: datetime) -> list[Export]:
    """Files that nobody gets any more and that may still lie in storage."""
    return list(db.session.scalars(select(Export).where(Export.until <= now, Export.removed_at.is_(None))))
