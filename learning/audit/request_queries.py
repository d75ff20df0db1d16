"""Reads of what people asked to have corrected in their records, within reach of whoever answers."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.organization import queries as organization
from learning.organization.models import Organization
from learning.records.models import CorrectionRequest, RequestAnswer


def inbox(actor: Any) -> Select[Any]:
    """The requests within reach: the open ones first, then the newest."""
    settled = select(RequestAnswer.id).where(RequestAnswer.request_id == CorrectionRequest.id, RequestAnswer.outcome != "forwarded").exists()
    return (
        select(CorrectionRequest)
        .join(CorrectionRequest.organization)
        .where(organization.within(actor, "edit_people"))
        .options(joinedload(CorrectionRequest.person), joinedload(CorrectionRequest.organization), selectinload(CorrectionRequest.answers))
        .order_by(settled, CorrectionRequest.id.desc())
    )


def request_for(actor: Any, request_id: int) -> CorrectionRequest:
    """A request that `actor` may answer; raises `Missing` otherwise."""
    row: CorrectionRequest | None = db.session.scalar(inbox(actor).where(CorrectionRequest.id == request_id))
    if row is None:
        raise Missing
    return row


def waiting(actor: Any) -> int:
    """How many requests within reach nobody has answered yet."""
    statement = select(func.count()).select_from(CorrectionRequest).join(Organization, CorrectionRequest.organization_id == Organization.id)
    return db.session.scalar(statement.where(organization.within(actor, "edit_people"), ~CorrectionRequest.answers.any())) or 0
