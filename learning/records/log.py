"""The append-only log: every record is a leaf, and every head covers all leaves before it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from courses.kernel.db import db
from learning.records import keys, merkle_rules, rules, tree
from learning.records import statement_rules as statements
from learning.records.merkle_rules import Node
from learning.records.models import BranchRecord, Certificate, Checkpoint, Correction, CourseCompletion, Erasure, LogLeaf, LogNode, Revocation


@dataclass(frozen=True)
class Kind:
    """A kind of record: its table, which column says when it was made, and those that its leaf covers. A column added later is not covered."""

    model: type[Any]
    moment: str
    covered: tuple[str, ...]


_KINDS: dict[str, Kind] = {
    "certificate": Kind(
        Certificate,
        "issued_at",
        (
            *("id", "completion_id", "person_id", "number", "code", "year", "serial", "person_name", "organization_name", "course_title", "route"),
            *("began_on", "completed_on", "quarters", "score", "issuer_name", "rule", "issued_at"),
        ),
    ),
    "branch_record": Kind(
        BranchRecord,
        "confirmed_at",
        ("id", "organization_id", "campaign_id", "number", "code", "as_of", "content", "sha256", "confirmed_by_id", "confirmed_at"),
    ),
    "correction": Kind(Correction, "at", ("id", "certificate_id", "field", "value", "reason", "at", "by_id")),
    "revocation": Kind(Revocation, "at", ("id", "certificate_id", "reason", "at", "by_id")),
    "erasure": Kind(Erasure, "at", ("id", "person_id", "leaves", "reason", "at", "by_id")),
}
_COMPLETION = ("id", "person_id", "course_id", "version_id", "route", "began_on", "completed_on", "at", "entered_by_id", "evidence")
_HELD = 20120401  # the advisory lock of the log on PostgreSQL; any number that nothing else here uses
_BATCH = 500


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole log found: how many leaves fit, the last head, the Merkle root, how many were erased, and the first fault in words."""

    leaves: int
    head: str
    root: str = merkle_rules.EMPTY.hex()
    erased: int = 0
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
    commitment = rules.commitment(snapshot(kind, record), salt)
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
    tree.grow(row.index, leaf)
    db.session.flush()
    return row


def snapshot(kind: str, record: Any) -> dict[str, Any]:
    """What the leaf of a record covers, as plain values: of a certificate the completion that it certifies too, of a branch record
    the commitments to its lines, so that a line can be erased and the rest still fits."""
    values = {name: getattr(record, name) for name in _KINDS[kind].covered}
    if isinstance(record, BranchRecord):
        return {**values, "content": rules.committed(record.content)}
    return {**values, "completion": _completion(record.completion)} if isinstance(record, Certificate) else values


def leaf_of(kind: str, record_id: int) -> LogLeaf | None:
    """The leaf of a record."""
    return db.session.scalar(select(LogLeaf).where(LogLeaf.kind == kind, LogLeaf.record_id == record_id))


def verify(told: Callable[[int], None] | None = None, *, kept: str = "") -> Verdict:
    """Recompute the whole log, its tree and its checkpoints from the records as they stand in the database.

    By itself the log cannot show that its newest leaves were cut off together with their records and checkpoints. What was kept
    elsewhere can: give a head or the text of a checkpoint as `kept`, and it must be met.
    """
    walk = _Walk(kept.strip())
    try:
        for row in db.session.scalars(select(LogLeaf).order_by(LogLeaf.index).execution_options(yield_per=_BATCH)):
            fault = walk.step(row)
            if fault:
                return walk.verdict(f"第 {walk.count} 条：{fault}")
            if told is not None:
                told(walk.count)
    except (ValueError, TypeError, KeyError):  # a value that no record of ours holds, such as a day that is none
        return walk.verdict(f"第 {walk.count} 条或它以后：有内容被改坏，读不出来")
    return walk.verdict(_unlogged() or walk.end())


class _Walk:
    """One reading of the log from its first leaf on: the chain, the tree as a row of peaks, and what must be met on the way."""

    def __init__(self, kept: str) -> None:
        self.count, self.head, self.erased = 0, rules.GENESIS, 0
        self.peaks: list[bytes] = []
        self.unread: dict[Node, bytes] = {}
        self.certificates: dict[int, int] = {}
        self.revoked: list[tuple[int, int]] = []
        self.signed = {row.size: row for row in db.session.scalars(select(Checkpoint))}
        self.forgotten = {place for row in db.session.scalars(select(Erasure)) for place in row.leaves}
        self.noted = statements.checkpoint_from(kept) if "\n" in kept else None
        self.met = kept in {"", rules.GENESIS}
        self.kept = kept

    def step(self, row: LogLeaf) -> str:
        fault = self._fault(row)
        if fault:
            return fault
        self.count, self.head = self.count + 1, row.head
        self.erased += not row.salt
        self._climb(row)
        self._remember(row)
        self.met = self.met or row.head == self.kept or (self.noted is not None and (self.noted.size, self.noted.root) == (self.count, self.root))
        checkpoint = self.signed.pop(self.count, None)
        if checkpoint is not None:
            return _checkpoint_fault(checkpoint, self.root, self.revoked)
        return self._nodes_fault() if len(self.unread) >= _BATCH else ""

    def end(self) -> str:
        """What is left to say after the last leaf."""
        if self.signed:
            return f"签发过有 {max(self.signed)} 条的存根，现在只剩 {self.count} 条，后面的记录被截去了"
        fault = self._nodes_fault()
        nodes = db.session.scalar(select(func.count()).select_from(LogNode))
        if not fault and nodes != self.count - self.count.bit_count():
            fault = "默克尔树有多余的结点"
        return fault or ("" if self.met else "以前记下的链头或存根不在其中，后面的记录被截去或改写过")

    @property
    def root(self) -> bytes:
        return merkle_rules.joined(self.peaks)

    def verdict(self, fault: str) -> Verdict:
        return Verdict(self.count, self.head, self.root.hex(), self.erased, fault)

    def _fault(self, row: LogLeaf) -> str:
        kind = _KINDS.get(row.kind)
        record = db.session.get(kind.model, row.record_id) if kind else None
        if row.index != self.count:
            return "序号不连续，有记录被删去或移动"
        if kind is None or record is None:
            return f"找不到它所指的{row.kind}记录 {row.record_id}"
        if not row.salt and row.index not in self.forgotten:
            return f"{row.kind}记录 {row.record_id} 的盐没有了，却没有登记过删除个人信息"
        if row.salt and rules.commitment(snapshot(row.kind, record), row.salt) != row.commitment:
            return f"{row.kind}记录 {row.record_id} 与登记时不一致"
        if rules.leaf_hash(row.commitment) != row.leaf or rules.next_head(self.head, row.leaf) != row.head:
            return "链值不符"
        return "登记时间被改过" if row.at != getattr(record, kind.moment) else ""

    def _climb(self, row: LogLeaf) -> None:
        here = bytes.fromhex(row.leaf)
        for node in merkle_rules.completed_by(row.index):
            here = self.unread[node] = merkle_rules.parent(self.peaks.pop(), here)
        self.peaks.append(here)

    def _remember(self, row: LogLeaf) -> None:
        if row.kind == "certificate":
            self.certificates[row.record_id] = row.index
        elif row.kind == "revocation":
            self.revoked.append((row.index, self.certificates[db.session.get_one(Revocation, row.record_id).certificate_id]))

    def _nodes_fault(self) -> str:
        found = tree.stored(list(self.unread))
        wrong = any(found.get(node) != one for node, one in self.unread.items())
        self.unread.clear()
        return "默克尔树的结点与记录不符" if wrong else ""


def _completion(row: CourseCompletion) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _COMPLETION}


def _checkpoint_fault(row: Checkpoint, root: bytes, revoked: list[tuple[int, int]]) -> str:
    said, ring = statements.checkpoint_from(row.text), keys.ring()
    if (said.size, said.root, row.root) != (row.size, root, root.hex()):
        return f"与有 {row.size} 条时签发的存根不符，以前的记录被改写过"
    if said.revoked and said.revoked != statements.revoked_of(revoked):
        return f"与有 {row.size} 条时签发的存根不符，撤销过的证明被改写过"
    key = ring.key(said.kid) if ring else None
    if ring is None or key is None:
        return f"有 {row.size} 条时的存根不是现有密钥签的"
    if not key.revoked and not ring.holds(statements.CHECKPOINT, statements.checkpoint_body(said), said.signature, said.kid):
        return f"有 {row.size} 条时的存根签名不对"
    return ""


def _unlogged() -> str:
    for name, kind in _KINDS.items():
        logged = select(LogLeaf.record_id).where(LogLeaf.kind == name)
        stray = db.session.scalar(select(kind.model.id).where(kind.model.id.not_in(logged)).limit(1))
        if stray is not None:
            return f"{name}记录 {stray} 没有登记"
    return ""
