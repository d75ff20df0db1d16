"""Writes of signatures: each is made once and kept, so that a paper is the same whenever it is asked for."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from courses.kernel.db import db, insert_once
from courses.kernel.storage import passing_folder, storage
from learning.organization.rules import masked
from learning.records import keys, log, pades, queries
from learning.records import statement_rules as statements
from learning.records.models import BranchRecord, Certificate, Credential, SignedPaper

LEAF_BYTES = 12  # of the leaf's hash in a credential: enough to find it in the log, short enough for paper


@dataclass(frozen=True)
class Signed:
    """A signed file that is in storage and not yet told of in the database."""

    kid: str
    page_sha256: str
    sha256: str


def credential(certificate: Certificate, *, now: datetime) -> str:
    """The signed token of a certificate's QR code, made unless it stands; empty while there are no keys, so that issuing never waits for them."""
    ring = keys.ring()
    if ring is None:
        return ""
    standing, leaf = queries.credential(certificate), log.leaf_of("certificate", certificate.id)
    if standing is not None:
        return standing.token
    if leaf is None:
        return ""
    said = statements.Credential(
        kid=ring.current.kid,
        number=certificate.number,
        name=masked(queries.reads(certificate, "person_name")),
        course=certificate.course_title,
        quarters=certificate.quarters,
        on=certificate.completed_on.isoformat(),
        issuer=certificate.issuer_name,
        leaf=bytes.fromhex(leaf.leaf)[:LEAF_BYTES],
    )
    token = statements.credential_token(said, ring.sign(statements.CREDENTIAL, statements.credential_body(said)))
    values = {"certificate_id": certificate.id, "kid": said.kid, "token": token, "at": now}
    insert_once(Credential, values, unique=("certificate_id", "kid"))
    return token


def signed(page: bytes, *, place: str) -> bytes:
    """A page with a signature, kept nowhere; raises `Refused` without keys."""
    ring = keys.standing()
    return pades.sign(page, folder=ring.folder, kid=ring.current.kid, reason="证明本页由发证单位发出，此后未经改动", place=place)


def sign(page: bytes, *, place: str) -> Signed:
    """Sign a typeset page and put it into storage. Slow, so it is called outside a transaction; raises `Refused` without keys."""
    ring = keys.standing()
    made = signed(page, place=place)
    found = Signed(ring.current.kid, hashlib.sha256(page).hexdigest(), hashlib.sha256(made).hexdigest())
    with passing_folder() as folder:
        (folder / "paper.pdf").write_bytes(made)
        storage().put(paper_key(found.sha256), folder / "paper.pdf")
    return found


def keep(paper: Certificate | BranchRecord, signed: Signed, *, now: datetime) -> SignedPaper:
    """Tell of a signed paper; of two that were signed at once the first is kept, and both askers get that one."""
    values = {"kind": paper.__tablename__, "record_id": paper.id, "edition": queries.edition(paper), "kid": signed.kid}
    more = {"page_sha256": signed.page_sha256, "sha256": signed.sha256, "at": now}
    if not insert_once(SignedPaper, {**values, **more}, unique=tuple(values)):
        db.session.expire_all()
    return db.session.query(SignedPaper).filter_by(**values).one()


def paper_key(sha256: str) -> str:
    """Where storage keeps a signed file."""
    return f"papers/{sha256[:2]}/{sha256}.pdf"
