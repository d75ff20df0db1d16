"""Writes of certificates by the many: asked for once, issued some at a time by a worker that may die at any instant."""

from datetime import datetime

from courses.kernel import queue
from courses.kernel.db import db
from courses.kernel.errors import Refused
from learning.organization.models import Organization, Person
from learning.records import actions, bulk_queries, queries
from learning.records.actions import Known
from learning.records.bulk_queries import Scope
from learning.records.models import Issuance

ISSUE = "issue_certificates"
BATCH = 20  # in one transaction, so that nobody else who writes waits for long


def ask(where: Organization, scope: Scope, *, actor: Person, now: datetime) -> Issuance:
    """Ask for the certificates that are missing in a scope; raises `Refused` when none is, or some are being issued here already."""
    if not queries.may_issue():
        raise Refused("还没有设置网站地址（PUBLIC_URL），证明上的二维码会打不开。请管理员设置好再发证。")
    if any(row.ended_at is None for row in bulk_queries.issuances(where.id)):
        raise Refused("这里正在批量发证，请等它完成。")
    missing = bulk_queries.tally(scope).waiting
    if not missing:
        raise Refused("没有要补发的证明：学完的同志都已经有了。")
    row = Issuance(
        organization_id=where.id,
        course_id=scope.course_id,
        class_id=scope.class_id,
        year=scope.year,
        asked_by_id=actor.id,
        asked_at=now,
        total=missing,
    )
    row.job = queue.enqueue(ISSUE, {}, now=now)
    db.session.add(row)
    db.session.flush()
    row.job.payload = {"issuance_id": row.id}
    return row


def issue_some(issuance: Issuance, *, after: int, now: datetime) -> int | None:
    """Issue the next few; the id of the last completion that was looked at, None when there are no more. Those that have one are passed over."""
    found, known = bulk_queries.waiting(scope_of(issuance), after=after, most=BATCH), Known()
    for completion in found:
        issuance.issued += actions.issue(completion, now=now, known=known) is not None
    return found[-1].id if found else None


def end(issuance: Issuance, *, now: datetime) -> None:
    """All that could be issued is."""
    issuance.ended_at = now


def give_up(issuance_id: int, *, fault: str, now: datetime) -> None:
    """Say why the rest was not issued; what was stands."""
    row = db.session.get_one(Issuance, issuance_id)
    row.fault, row.ended_at = fault, now


def scope_of(issuance: Issuance) -> Scope:
    """Which completions it is about, by where the organization stands now."""
    where = db.session.get_one(Organization, issuance.organization_id)
    return Scope(where.path, course_id=issuance.course_id, class_id=issuance.class_id, year=issuance.year)
