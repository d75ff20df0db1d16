"""What leaves the house to be checked elsewhere: the proof of one paper, and the public log without personal data."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from courses.kernel.db import db
from learning.records import keys, log, queries, rules, tree
from learning.records.models import BranchRecord, Certificate, Checkpoint, LogLeaf

FORMAT = "sky-lecture-hall"
_BATCH = 1000


def is_covered(paper: Certificate | BranchRecord) -> bool:
    """Whether a signed checkpoint covers the paper and all that was said of it since."""
    return _covering(_leaves(paper)) is not None


def file_of(paper: Certificate | BranchRecord) -> bytes:
    """The proof of a paper, as JSON for the stand-alone verifier: record, salt, place in the log, checkpoint, keys."""
    leaves, ring = _leaves(paper), keys.ring()
    checkpoint = _covering(leaves)
    token = queries.credential(paper) if isinstance(paper, Certificate) else None
    parts = [_part(leaf, record, checkpoint) for leaf, record in leaves]
    said = {
        "format": f"{FORMAT}/proof/1",
        **parts[0],
        "changes": parts[1:],
        "revoked": tree.revocations(checkpoint.size) if checkpoint else [],
        "credential": token.token if token else "",
        "checkpoint": checkpoint.text if checkpoint else "",
        "keys": json.loads(ring.published) if ring else None,
    }
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def public_log() -> Iterator[str]:
    """The log as anyone may have it, line by line: keys, the latest checkpoint, then each leaf; no name, nothing to guess one from."""
    ring, latest = keys.ring(), tree.checkpoints(1)
    top = {"format": f"{FORMAT}/log/1", "keys": json.loads(ring.published) if ring else None, "checkpoint": latest[0].text if latest else ""}
    yield _line(top)
    place, about = -1, dict(tree.revocations(tree.size()))
    while rows := list(db.session.scalars(select(LogLeaf).where(LogLeaf.index > place).order_by(LogLeaf.index).limit(_BATCH))):
        for row in rows:
            more = {"about": about[row.index]} if row.index in about else {}
            yield _line({"index": row.index, "kind": row.kind, "at": row.at.isoformat(), "leaf": row.leaf, **({} if row.salt else {"erased": True}), **more})
        place = rows[-1].index
        db.session.expunge_all()


def consistency_file(old: int, new: Checkpoint) -> bytes:
    """The proof that the log of a checkpoint begins with the first `old` leaves, as JSON for the stand-alone verifier."""
    ring = keys.ring()
    path = [one.hex() for one in tree.consistency(old, new.size)]
    said = {"format": f"{FORMAT}/consistency/1", "old": old, "path": path, "checkpoint": new.text, "keys": json.loads(ring.published) if ring else None}
    return json.dumps(said, ensure_ascii=False, indent=1).encode()


def _leaves(paper: Certificate | BranchRecord) -> list[tuple[LogLeaf, Any]]:
    """The paper's own leaf, then those of its corrections and its revocation."""
    records: list[Any] = [paper, *paper.corrections, *([paper.revocation] if paper.revocation else [])] if isinstance(paper, Certificate) else [paper]
    found = [(log.leaf_of(record.__tablename__, record.id), record) for record in records]
    return [(leaf, record) for leaf, record in found if leaf is not None]


def _covering(leaves: list[tuple[LogLeaf, Any]]) -> Checkpoint | None:
    """The newest checkpoint, which says until when a paper was not revoked, if it covers these leaves."""
    last = max(leaf.index for leaf, _ in leaves)
    return next((row for row in tree.checkpoints(1) if row.size > last), None)


def _part(leaf: LogLeaf, record: Any, checkpoint: Checkpoint | None) -> dict[str, Any]:
    values = log.snapshot(leaf.kind, record)
    if isinstance(record, BranchRecord):
        values["content"] = record.content  # with its salts: the verifier makes the commitments itself
    return {
        "kind": leaf.kind,
        "record": rules.plain(values),
        "salt": leaf.salt,
        "index": leaf.index,
        "leaf": leaf.leaf,
        "path": [one.hex() for one in tree.inclusion(leaf.index, checkpoint.size)] if checkpoint else [],
    }


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
