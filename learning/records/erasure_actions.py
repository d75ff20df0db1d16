"""Erases what records hold of a person, with the salts of their leaves: nothing can be guessed from what is left, and every proof stands."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from courses.kernel.db import after_commit, db
from courses.kernel.storage import Storage, storage
from learning.organization.models import Person
from learning.records import log, rules
from learning.records.models import BranchRecord, Certificate, Erasure, LogLeaf, SignedPaper
from learning.records.signing_actions import paper_key


def erase(person: Person, reason: str, *, actor: Person, now: datetime) -> Erasure:
    """Erase the person from certificates, what was said of these, and the lines of branch records that name them; logged as a leaf of its own.

    Signed files that show the name are removed from storage once this has committed.
    """
    log.hold()
    certificates = list(db.session.scalars(select(Certificate).where(Certificate.person_id == person.id)))
    leaves = [leaf for certificate in certificates for leaf in _emptied(certificate)]
    for leaf in leaves:
        leaf.salt = ""
    numbers = {certificate.number for certificate in certificates}
    records = [record for record in _naming(person) if _without(record, person.name, numbers)]
    papers = [*_signed("certificate", certificates), *_signed("branch_record", records)]
    row = Erasure(person_id=person.id, leaves=[leaf.index for leaf in leaves], reason=reason, at=now, by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    log.append("erasure", row, now=now)
    after_commit(partial(_remove, storage(), papers))
    return row


def _emptied(certificate: Certificate) -> list[LogLeaf]:
    """Empty a certificate and what was said of it; the leaves of all this."""
    certificate.person_name = rules.ERASED
    said: list[Any] = [certificate, *certificate.corrections]
    for correction in certificate.corrections:
        correction.value = correction.reason = rules.ERASED
    if certificate.revocation is not None:
        certificate.revocation.reason = rules.ERASED
        said.append(certificate.revocation)
    return [leaf for one in said if (leaf := log.leaf_of(one.__tablename__, one.id)) is not None]


def _naming(person: Person) -> Iterable[BranchRecord]:
    places = {membership.organization_id for membership in person.memberships}
    return db.session.scalars(select(BranchRecord).where(BranchRecord.organization_id.in_(places)))


def _without(record: BranchRecord, name: str, numbers: set[str]) -> bool:
    """Take the person's lines out of a record; says whether there were any. Of two of one name, the number tells which."""
    people = record.content.get("people", [])
    same = [line for line in people if line.get("name") == name]
    own = same if len(same) == 1 else [line for line in same if any(number in line.get("number", "") for number in numbers)]
    gone = [*own, *(line for line in [*people, *record.content.get("help", [])] if name in rules.words_of(line) and line not in same)]
    gone = [line for line in gone if isinstance(line, dict) and "salt" in line]
    if gone:
        kept = {key: [rules.erased(line) if line in gone else line for line in record.content[key]] for key in ("people", "help")}
        record.content = {**record.content, **kept}
    return bool(gone)


def _remove(kept: Storage, papers: list[str]) -> None:
    for sha256 in papers:
        kept.delete(paper_key(sha256))


def _signed(kind: str, papers: Iterable[Any]) -> list[str]:
    ids = [paper.id for paper in papers]
    return list(db.session.scalars(select(SignedPaper.sha256).where(SignedPaper.kind == kind, SignedPaper.record_id.in_(ids))))
