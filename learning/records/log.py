"""The append-only log: every record is a leaf, and every head covers all leaves before it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, inspect, select

from courses.kernel.db import db
from learning.records import rules
from learning.records.models import BranchRecord, Certificate, Correction, LogLeaf, Revocation

_KINDS: dict[str, type[Any]] = {"certificate": Certificate, "branch_record": BranchRecord, "correction": Correction, "revocation": Revocation}
_HELD = 20120401  # the advisory lock of the log on PostgreSQL; any number that nothing else here uses


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole log found: how many leaves fit, the last head, and the first fault in words."""

    leaves: int
    head: str
    fault: str = ""


def hold() -> None:
    """Wait until this transaction alone may number records and add leaves; on SQLite it is alone already."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_HELD)))


def append(kind: str, record: Any, *, now: datetime) -> LogLeaf:
    """Add a record as the next leaf, in the transaction that wrote it."""
    hold()
    last = db.session.scalars(select(LogLeaf).order_by(LogLeaf.index.desc()).limit(1)).first()
    salt = secrets.token_hex(32)
    commitment = rules.commitment(snapshot(record), salt)
    leaf = rules.leaf_hash(commitment)
    row = LogLeaf(
        index=last.index + 1 if last else 0,
        kind=kind,
        record_id=record.id,
        salt=salt,
        commitment=commitment,
        leaf=leaf,
        head=rules.next_head(last.head if last else rules.GENESIS, leaf),
        at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def snapshot(record: Any) -> dict[str, Any]:
    """Every column of a record as plain values."""
    return {attribute.key: getattr(record, attribute.key) for attribute in inspect(type(record)).mapper.column_attrs}


def leaf_of(kind: str, record_id: int) -> LogLeaf | None:
    """The leaf of a record."""
    return db.session.scalar(select(LogLeaf).where(LogLeaf.kind == kind, LogLeaf.record_id == record_id))


def verify(told: Callable[[int], None] | None = None) -> Verdict:
    """Recompute the whole log from the records as they stand in the database."""
    head, count = rules.GENESIS, 0
    for place, row in enumerate(db.session.scalars(select(LogLeaf).order_by(LogLeaf.index))):
        fault = _fault(place, row, head)
        if fault:
            return Verdict(count, head, f"第 {place} 条：{fault}")
        head, count = row.head, count + 1
        if told is not None:
            told(count)
    return Verdict(count, head, _unlogged())


def _fault(place: int, row: LogLeaf, head: str) -> str:
    record = db.session.get(_KINDS[row.kind], row.record_id) if row.kind in _KINDS else None
    if row.index != place:
        return "序号不连续，有记录被删去或移动"
    if record is None:
        return f"找不到它所指的{row.kind}记录 {row.record_id}"
    if rules.commitment(snapshot(record), row.salt) != row.commitment:
        return f"{row.kind}记录 {row.record_id} 与登记时不一致"
    if rules.leaf_hash(row.commitment) != row.leaf or rules.next_head(head, row.leaf) != row.head:
        return "链值不符"
    return ""


def _unlogged() -> str:
    for kind, model in _KINDS.items():
        logged = select(LogLeaf.record_id).where(LogLeaf.kind == kind)
        stray = db.session.scalar(select(model.id).where(model.id.not_in(logged)).limit(1))
        if stray is not None:
            return f"{kind}记录 {stray} 没有登记"
    return ""
