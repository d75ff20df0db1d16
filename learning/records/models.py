"""Completions and the papers that prove them. Nothing here is ever updated in place or deleted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from courses.kernel.models import Job
from learning.organization.models import Organization, Person


class CourseCompletion(Model):
    """A person finished a course: once, dated, by the route that came first."""

    __tablename__ = "course_completion"
    __table_args__ = (UniqueConstraint("person_id", "course_id"), CheckConstraint("route in ('online', 'class', 'home')", name="route"))

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    route: Mapped[str] = mapped_column(String(10))
    began_on: Mapped[date]
    completed_on: Mapped[date]
    at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who entered it, when not the learner's own study
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    certificate: Mapped["Certificate | None"] = relationship(back_populates="completion")


class Certificate(Model):
    """学习结业证明: a snapshot; it outlives the course and the membership."""

    __tablename__ = "certificate"

    id: Mapped[Key]
    completion_id: Mapped[int] = mapped_column(ForeignKey("course_completion.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(8))
    year: Mapped[int]
    serial: Mapped[int]
    person_name: Mapped[str] = mapped_column(String(40))
    organization_name: Mapped[str] = mapped_column(String(120))
    course_title: Mapped[str] = mapped_column(String(80))
    route: Mapped[str] = mapped_column(String(10))
    began_on: Mapped[date]
    completed_on: Mapped[date]
    quarters: Mapped[int]
    score: Mapped[int | None]
    issuer_name: Mapped[str] = mapped_column(String(80))
    rule: Mapped[str] = mapped_column(String(300))
    issued_at: Mapped[datetime]

    completion: Mapped[CourseCompletion] = relationship(back_populates="certificate")
    revocation: Mapped["Revocation | None"] = relationship()
    corrections: Mapped[list["Correction"]] = relationship(order_by="Correction.id")

    __table_args__ = (UniqueConstraint("year", "serial"),)


class Correction(Model):
    """A correction of a snapshot's field (a wrong name, say): what it should read, why, by whom."""

    __tablename__ = "correction"
    __table_args__ = (CheckConstraint("field in ('person_name', 'organization_name')", name="field"),)

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    field: Mapped[str] = mapped_column(String(24))
    value: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Revocation(Model):
    """A certificate taken back; verification then says so."""

    __tablename__ = "revocation"

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class BranchRecord(Model):
    """支部完成记录: what a secretary confirmed on a day, whole, as a snapshot with its own hash."""

    __tablename__ = "branch_record"
    __table_args__ = (Index("ix_branch_record_organization_id_campaign_id", "organization_id", "campaign_id"),)

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(8))
    as_of: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime]

    organization: Mapped[Organization] = relationship()
    confirmed_by: Mapped[Person] = relationship()


class Issuance(Model):
    """Certificates that were asked for many at once: of the completions in a scope that had none. `issued` counts those it gave out so far."""

    __tablename__ = "issuance"

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    class_id: Mapped[int | None] = mapped_column(ForeignKey("training_class.id"))
    year: Mapped[int | None]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    total: Mapped[int]
    issued: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(String(500))

    asked_by: Mapped[Person] = relationship()
    job: Mapped[Job] = relationship()


class Erasure(Model):
    """A person's data was erased: the salts of these leaves and what they covered of the person are gone; the leaves stand."""

    __tablename__ = "erasure"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    leaves: Mapped[list[int]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person] = relationship(foreign_keys=[by_id])


class LogLeaf(Model):
    """One leaf of the append-only log, in order from 0.

    `leaf` is SHA-256(0x00 || commitment) as in RFC 9162 section 2.1.1, and `commitment` is SHA-256(salt || canonical record), so that
    a record can be erased with its salt (which is then empty) and the proof still stands. `head` chains every leaf before it:
    SHA-256(0x02 || previous head || leaf). The Merkle tree is built over `leaf` alone.
    """

    __tablename__ = "log_leaf"

    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))  # certificate, branch_record, correction, revocation, erasure
    record_id: Mapped[int]
    salt: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    leaf: Mapped[str] = mapped_column(String(64))
    head: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("kind", "record_id"),)


class LogNode(Model):
    """A full node of the Merkle tree above the leaves: (level, index) as in merkle_rules. It never changes once it stands."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))


class Checkpoint(Model):
    """The log at one size, signed: whoever holds a copy can find out later whether anything in it was altered or dropped."""

    __tablename__ = "checkpoint"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    kid: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(500))


class Credential(Model):
    """The signed token in a certificate's QR code: made once, and once more only when the key that made it is revoked."""

    __tablename__ = "credential"

    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    kid: Mapped[str] = mapped_column(String(16), primary_key=True)
    token: Mapped[str] = mapped_column(String(1200))
    at: Mapped[datetime]


class SignedPaper(Model):
    """A PDF that was signed once and is handed out as it was signed. `edition` counts what changed since issue: corrections, a revocation."""

    __tablename__ = "signed_paper"
    __table_args__ = (UniqueConstraint("kind", "record_id", "edition", "kid"), CheckConstraint("kind in ('certificate', 'branch_record')", name="kind"))

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[int]
    edition: Mapped[int]
    kid: Mapped[str] = mapped_column(String(16))
    page_sha256: Mapped[str] = mapped_column(String(64))  # of the page before it was signed
    sha256: Mapped[str] = mapped_column(String(64))  # of the signed file, which storage keeps under this name
    at: Mapped[datetime]


class CorrectionRequest(Model):
    """更正申请: someone says what in their own record is not right. Never changed; what becomes of it are answers."""

    __tablename__ = "correction_request"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)  # where they belonged when they asked
    text: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    organization: Mapped[Organization] = relationship()
    answers: Mapped[list["RequestAnswer"]] = relationship(order_by="RequestAnswer.id")

    @property
    def state(self) -> str:
        """'waiting', 'forwarded' (for the county to decide), 'done' or 'kept' (the record was right)."""
        return self.answers[-1].outcome if self.answers else "waiting"


class RequestAnswer(Model):
    """An answer to a request; a later one stands beside the earlier."""

    __tablename__ = "request_answer"
    __table_args__ = (CheckConstraint("outcome in ('done', 'kept', 'forwarded')", name="outcome"),)

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("correction_request.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person] = relationship()
