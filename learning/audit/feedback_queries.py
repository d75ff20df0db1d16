"""Reads of what people wrote to their committee."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.audit.models import Feedback
from learning.organization import queries as organization
from learning.organization.models import Organization


def mine(person_id: int) -> list[Feedback]:
    """What a person wrote, newest first."""
    return list(db.session.scalars(select(Feedback).where(Feedback.person_id == person_id).order_by(Feedback.id.desc())))


def inbox(actor: Any) -> Select[Any]:
    """What people within reach wrote: what waits for an answer first, then newest first."""
    return (
        select(Feedback)
        .join(Organization, Feedback.organization_id == Organization.id)
        .where(organization.within(actor, "answer_feedback"))
        .options(joinedload(Feedback.person))
        .order_by(Feedback.answered_at.is_not(None), Feedback.id.desc())
    )


def letter_for(actor: Any, feedback_id: int) -> Feedback:
    """A letter that `actor` may answer; raises `Missing` otherwise."""
    row: Feedback | None = db.session.scalar(inbox(actor).where(Feedback.id == feedback_id))
    if row is None:
        raise Missing
    return row
