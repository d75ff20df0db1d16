"""The Merkle tree of the log as it is kept: its full nodes, proofs from them in O(log n), and signed checkpoints."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import aliased

from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.records import keys, merkle_rules
from learning.records import statement_rules as statements
from learning.records.merkle_rules import Node
from learning.records.models import Checkpoint, LogLeaf, LogNode, Revocation


def size() -> int:
    """How many leaves there are."""
    last = db.session.scalar(select(func.max(LogLeaf.index)))
    return 0 if last is None else last + 1


def grow(index: int, leaf: str) -> None:
    """Keep the nodes that leaf `index` fills, in the transaction that added it."""
    done = merkle_rules.completed_by(index)
    left = kept([(level - 1, 2 * place) for level, place in done])
    here = bytes.fromhex(leaf)
    for level, place in done:
        here = merkle_rules.parent(left[level - 1, 2 * place], here)
        db.session.add(LogNode(level=level, index=place, hash=here.hex()))


def kept(nodes: list[Node]) -> dict[Node, bytes]:
    """The hashes of full nodes, leaves too, by two queries however many are asked for; raises `Missing` when one is not there."""
    leaves = [place for level, place in nodes if level == 0]
    out = stored([node for node in nodes if node[0] > 0])
    if leaves:
        found = db.session.execute(select(LogLeaf.index, LogLeaf.leaf).where(LogLeaf.index.in_(leaves)))
        out.update({(0, place): bytes.fromhex(one) for place, one in found})
    if len(out) < len(set(nodes)):
        raise Missing("登记簿里缺少这一处，请管理员运行 ./manage records verify-log 检查。")
    return out


def stored(nodes: list[Node]) -> dict[Node, bytes]:
    """Those of these nodes above the leaves that are kept."""
    if not nodes:
        return {}
    rows = db.session.execute(select(LogNode.level, LogNode.index, LogNode.hash).where(tuple_(LogNode.level, LogNode.index).in_(nodes)))
    return {(level, place): bytes.fromhex(one) for level, place, one in rows}


def root(of_size: int) -> bytes:
    """The root of the first `of_size` leaves."""
    return merkle_rules.hashes_of([(0, of_size)], kept)[0]


def inclusion(index: int, of_size: int) -> list[bytes]:
    """The proof that leaf `index` stands in the first `of_size`; raises `Missing` when there are not so many."""
    _must_hold(index + 1, of_size)
    return merkle_rules.hashes_of(merkle_rules.inclusion(index, of_size), kept)


def consistency(old: int, new: int) -> list[bytes]:
    """The proof that the first `new` leaves begin with the first `old`; raises `Missing` when there are not so many."""
    _must_hold(old, new)
    return merkle_rules.hashes_of(merkle_rules.consistency(old, new), kept)


def checkpoint(*, now: datetime) -> Checkpoint | None:
    """The signed checkpoint of the log as it stands, made unless there is one of this size; None for an empty log or without keys.

    The caller holds the log.
    """
    ring, leaves = keys.ring(), size()
    if ring is None or not leaves:
        return None
    found = standing()
    if found is not None:
        return found
    top = root(leaves)
    said = statements.Checkpoint(ring.origin, leaves, top, now.replace(microsecond=0), ring.current.kid, revoked=statements.revoked_of(revocations(leaves)))
    text = statements.checkpoint_text(replace(said, signature=ring.sign(statements.CHECKPOINT, statements.checkpoint_body(said))))
    row = Checkpoint(size=leaves, root=top.hex(), at=said.at, kid=said.kid, text=text)
    db.session.add(row)
    db.session.flush()
    return row


def revocations(of_size: int) -> list[tuple[int, int]]:
    """The revocations among the first `of_size` leaves, in their order: (its leaf, the leaf of the certificate that it takes back)."""
    own, taken = aliased(LogLeaf), aliased(LogLeaf)
    statement = (
        select(own.index, taken.index)
        .join(Revocation, (own.kind == "revocation") & (own.record_id == Revocation.id))
        .join(taken, (taken.kind == "certificate") & (taken.record_id == Revocation.certificate_id))
        .where(own.index < of_size)
        .order_by(own.index)
    )
    return [(index, about) for index, about in db.session.execute(statement)]


def standing() -> Checkpoint | None:
    """The checkpoint of the log as it stands, if one was signed."""
    return db.session.get(Checkpoint, size())


def checkpoints(limit: int = 20) -> list[Checkpoint]:
    """The checkpoints that were signed, the newest first."""
    return list(db.session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(limit)))


def checkpoint_of(of_size: int) -> Checkpoint:
    """The checkpoint of this size; raises `Missing` when none was signed."""
    row = db.session.get(Checkpoint, of_size)
    if row is None:
        raise Missing("没有签发过这个存根。")
    return row


def covering(index: int) -> Checkpoint | None:
    """The first checkpoint that covers leaf `index`."""
    return db.session.scalars(select(Checkpoint).where(Checkpoint.size > index).order_by(Checkpoint.size).limit(1)).first()


def _must_hold(old: int, new: int) -> None:
    if not 0 < old <= new <= size():
        raise Missing("登记簿里没有这么多条。")
