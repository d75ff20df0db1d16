"""Reads of completions and of the papers that prove them."""

import hmac
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from courses.kernel.models import Installation
from courses.kernel.prepared import Prepared
from courses.kernel.settings import settings
from learning.organization import queries as organization
from learning.organization.models import Organization
from learning.records import keys, rules
from learning.records.models import BranchRecord, Certificate, CourseCompletion, Credential, SignedPaper

_COMPLETED = Prepared(select(CourseCompletion.course_id, CourseCompletion.completed_on).where(CourseCompletion.person_id == bindparam("person")))


def completion(person_id: int, course_id: int) -> CourseCompletion | None:
    """The person's completion of the course."""
    return db.session.scalar(select(CourseCompletion).where(CourseCompletion.person_id == person_id, CourseCompletion.course_id == course_id))


def completed_on(person_id: int) -> dict[int, date]:
    """The day on which the person finished each course they finished."""
    return dict(_COMPLETED.rows(person=person_id))  # type: ignore[arg-type]


def completions_of(person_id: int) -> list[CourseCompletion]:
    """What the person finished, newest first, with certificates."""
    statement = select(CourseCompletion).where(CourseCompletion.person_id == person_id).options(joinedload(CourseCompletion.certificate))
    return list(db.session.scalars(statement.order_by(CourseCompletion.completed_on.desc(), CourseCompletion.id.desc())))


def certificates_of(person_id: int) -> list[Certificate]:
    """The person's certificates, newest first, revoked ones too."""
    statement = select(Certificate).where(Certificate.person_id == person_id).options(joinedload(Certificate.revocation))
    return list(db.session.scalars(statement.order_by(Certificate.id.desc())))


_OF_COURSE = Prepared(
    select(Certificate.id)
    .join(CourseCompletion, CourseCompletion.id == Certificate.completion_id)
    .where(CourseCompletion.person_id == bindparam("person"), CourseCompletion.course_id == bindparam("course"))
)


def certificate_of(person_id: int, course_id: int) -> Certificate | None:
    """The person's certificate of a course; most who look at a course have none yet."""
    found = _OF_COURSE.column(person=person_id, course=course_id)
    return db.session.get(Certificate, found[0]) if found else None


def certificate_for(actor: object, certificate_id: int) -> Certificate:
    """A certificate of the actor's own, or of someone they may see; raises `Missing` otherwise."""
    row = db.session.get(Certificate, certificate_id)
    if row is None:
        raise Missing
    if row.person_id != getattr(actor, "id", None):
        organization.person_for(actor, "see_people", row.person_id)
    return row


def certificate_to_change(actor: object, certificate_id: int) -> Certificate:
    """A certificate whose owner belongs to where `actor` may revoke records; raises `Missing` otherwise."""
    row = db.session.get(Certificate, certificate_id)
    if row is None:
        raise Missing
    organization.person_for(actor, "revoke_records", row.person_id)
    return row


def branch_record_for(actor: object, record_id: int) -> BranchRecord:
    """A branch record within reach of a post that sees rosters, campaigns or evidence; raises `Missing` otherwise."""
    row = db.session.get(BranchRecord, record_id)
    seen = row is not None and any(
        db.session.scalar(select(Organization.id).where(Organization.id == row.organization_id, organization.within(actor, capability)))
        for capability in ("see_roster", "see_campaign", "see_evidence")
    )
    if row is None or not seen:
        raise Missing
    return row


def branch_records(organization_id: int) -> list[BranchRecord]:
    """The confirmed records of a branch, newest first."""
    return list(db.session.scalars(select(BranchRecord).where(BranchRecord.organization_id == organization_id).order_by(BranchRecord.id.desc())))


def paper(number: str, code: str) -> Certificate | BranchRecord | None:
    """The certificate or branch record with this number and code; None when either is wrong."""
    wanted = rules.tidy_number(number)
    models: tuple[type[Any], ...] = (Certificate, BranchRecord)
    for model in models:
        row: Certificate | BranchRecord | None = db.session.scalar(select(model).where(model.number == wanted))
        if row is not None and hmac.compare_digest(row.code.encode(), rules.tidy_number(code).encode()):
            return row
    return None


def credential(certificate: Certificate) -> Credential | None:
    """The signed token of a certificate's QR code, made by a key that still counts; None when it is yet to be made."""
    found = select(Credential).where(Credential.certificate_id == certificate.id, Credential.kid.in_(_counting()))
    return db.session.scalars(found.order_by(Credential.at.desc())).first()


def credentials(certificate_ids: list[int]) -> dict[int, str]:
    """The same of many certificates: those that stand, by certificate."""
    found = select(Credential).where(Credential.certificate_id.in_(certificate_ids), Credential.kid.in_(_counting())).order_by(Credential.at)
    return {row.certificate_id: row.token for row in db.session.scalars(found)}


def signed_papers(certificate_ids: list[int]) -> dict[int, str]:
    """Which of these certificates were signed since they last changed, by a key that still counts: the hash of the file, by certificate."""
    editions = {row.id: edition(row) for row in db.session.scalars(select(Certificate).where(Certificate.id.in_(certificate_ids)))}
    found = select(SignedPaper).where(SignedPaper.kind == "certificate", SignedPaper.record_id.in_(certificate_ids), SignedPaper.kid.in_(_counting()))
    rows = db.session.scalars(found.order_by(SignedPaper.id.desc()))
    return {row.record_id: row.sha256 for row in rows if row.edition == editions.get(row.record_id)}


def signed_paper(paper: Certificate | BranchRecord) -> SignedPaper | None:
    """The paper as it was signed since it last changed, by a key that still counts; None when it is yet to be signed."""
    of_it = (SignedPaper.kind == paper.__tablename__, SignedPaper.record_id == paper.id, SignedPaper.edition == edition(paper))
    return db.session.scalars(select(SignedPaper).where(*of_it, SignedPaper.kid.in_(_counting())).order_by(SignedPaper.id)).first()


def edition(paper: Certificate | BranchRecord) -> int:
    """How often what stands on the paper changed since it was issued."""
    if isinstance(paper, Certificate):
        return len(paper.corrections) + (paper.revocation is not None) + (paper.person_name == rules.ERASED)
    return sum("erased" in line for key in ("people", "help") for line in paper.content.get(key, []))


def is_taken(number: str) -> bool:
    """Whether a branch record carries this number."""
    return db.session.scalar(select(BranchRecord.id).where(BranchRecord.number == number)) is not None


def may_issue() -> bool:
    """Whether certificates can be issued: a real county needs the address that their QR code carries; the demo makes do with its own."""
    return bool(settings().public_url) or db.session.scalar(select(Installation.kind)) != "real"


def is_demo() -> bool:
    """Whether this database serves the demo county, whose papers say so."""
    return db.session.scalar(select(Installation.kind)) == "demo"


def state_of(certificate: Certificate) -> str:
    """'revoked', 'corrected' or 'valid'."""
    if certificate.revocation is not None:
        return "revoked"
    return "corrected" if certificate.corrections else "valid"


def reads(certificate: Certificate, field: str) -> str:
    """A field of the certificate as it should read, after its corrections."""
    corrected = [row.value for row in certificate.corrections if row.field == field]
    return corrected[-1] if corrected else str(getattr(certificate, field))


def _counting() -> list[str]:
    """The keys whose signatures count."""
    ring = keys.ring()
    return [key.kid for key in ring.keys if not key.revoked] if ring else []
