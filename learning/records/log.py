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

# Each kind of record, and which of its columns says when it was made: the moment of its leaf too.
_KINDS: dict[str, tuple[type[Any], str]] = {
    "certificate": (Certificate, "issued_at"),
    "branch_record": (BranchRecord, "confirmed_at"),
    "correction": (Correction, "at"),
    "revocation": (Revocation, "at"),
}
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
    """Every column of a record as plain values; of a certificate, those of the completion that it certifies too."""
    values = {attribute.key: getattr(record, attribute.key) for attribute in inspect(type(record)).mapper.column_attrs}
    return {**values, "completion": snapshot(record.completion)} if isinstance(record, Certificate) else values


def leaf_of(kind: str, record_id: int) -> LogLeaf | None:
    """The leaf of a record."""
    return db.session.scalar(select(LogLeaf).where(LogLeaf.kind == kind, LogLeaf.record_id == record_id))


def verify(told: Callable[[int], None] | None = None, *, kept: str = "") -> Verdict:
    """Recompute the whole log from the records as they stand in the database.

    By itself the log cannot show that its newest leaves were cut off together with their records. A head that was written down
    elsewhere can: give it as `kept`, and it must be among the heads.
    """
    head, count, met = rules.GENESIS, 0, kept in {"", rules.GENESIS}
    try:
        for place, row in enumerate(db.session.scalars(select(LogLeaf).order_by(LogLeaf.index))):
            fault = _fault(place, row, head)
            if fault:
                return Verdict(count, head, f"第 {place} 条：{fault}")
            head, count, met = row.head, count + 1, met or row.head == kept
            if told is not None:
                told(count)
    except (ValueError, TypeError):  # a value that no record of ours holds, such as a day that is none
        return Verdict(count, head, f"第 {count} 条或它以后：有内容被改坏，读不出来")
    return Verdict(count, head, _unlogged() or ("" if met else "以前记下的链头不在其中，后面的记录被截去或改写过"))


def _fault(place: int, row: LogLeaf, head: str) -> str:
    model, moment = _KINDS.get(row.kind, (None, ""))
    record = db.session.get(model, row.record_id) if model else None
    if row.index != place:
        return "序号不连续，有记录被删去或移动"
    if record is None:
        return f"找不到它所指的{row.kind}记录 {row.record_id}"
    if rules.commitment(snapshot(record), row.salt) != row.commitment:
        return f"{row.kind}记录 {row.record_id} 与登记时不一致"
    if rules.leaf_hash(row.commitment) != row.leaf or rules.next_head(head, row.leaf) != row.head:
        return "链值不符"
    if row.at != getattr(record, moment):
        return "登记时间被改过"
    return ""


def _unlogged() -> str:
    for kind, (model, _) in _KINDS.items():
        logged = select(LogLeaf.record_id).where(LogLeaf.kind == kind)
        stray = db.session.scalar(select(model.id).where(model.id.not_in(logged)).limit(1))
        if stray is not None:
            return f"{kind}记录 {stray} 没有登记"
    return ""
