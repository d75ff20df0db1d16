"""Reads of notices: what reaches someone, and what an organization has posted."""

from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.notices.models import Notice
from learning.organization import queries as organization
from learning.organization.models import Organization

AT_HOME = 3


def reaching(where: Organization | None, today: date) -> Select[Any]:
    """What is to be seen today by those who belong to `where`: its own notices and those from above, newest first."""
    line = where.line if where else []
    shown = Notice.organization_id.in_(line) & Notice.withdrawn_at.is_(None) & (Notice.until >= today)
    return select(Notice).where(shown).options(joinedload(Notice.organization)).order_by(Notice.id.desc())


def newest(where: Organization | None, today: date) -> list[Notice]:
    """The few for the home page."""
    return list(db.session.scalars(reaching(where, today).limit(AT_HOME))) if where else []


def posted_at(where: Organization) -> Select[Any]:
    """Everything an organization has posted, what is over or withdrawn too, newest first."""
    return select(Notice).where(Notice.organization_id == where.id).order_by(Notice.id.desc())


def notice_for(actor: Any, notice_id: int) -> Notice:
    """A notice of an organization for which `actor` may post; raises `Missing` otherwise."""
    statement = select(Notice).join(Notice.organization).where(Notice.id == notice_id, organization.within(actor, "post_notice"))
    row: Notice | None = db.session.scalar(statement)
    if row is None:
        raise Missing
    return row
