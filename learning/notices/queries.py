"""Reads of notices: what reaches someone, and what an organization has posted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from courses.kernel.prepared import PreparedAmong
from learning.notices.models import Notice
from learning.organization import queries as organization
from learning.organization.models import Organization

AT_HOME = 3


def _shown(line: Sequence[Any], today: Any) -> ColumnElement[bool]:
    """That a notice is one of these organizations', and to be seen on a day."""
    shown: ColumnElement[bool] = Notice.organization_id.in_(line) & Notice.withdrawn_at.is_(None) & (Notice.until >= today)
    return shown


def reaching(where: Organization | None, today: date) -> Select[Any]:
    """What is to be seen today by those who belong to `where`: its own notices and those from above, newest first."""
    return select(Notice).where(_shown(where.line if where else [], today)).options(joinedload(Notice.organization)).order_by(Notice.id.desc())


@dataclass(frozen=True)
class AtHome:
    """A notice as the home page names it."""

    id: int
    title: str
    organization_name: str
    posted_at: datetime


def newest(where: Organization | None, today: date) -> list[AtHome]:
    """The few for the home page."""
    return [AtHome(*row) for row in _NEWEST.rows(where.line, today=today)] if where else []


_NEWEST = PreparedAmong(
    lambda line: (
        select(Notice.id, Notice.title, Organization.name, Notice.posted_at)
        .join(Notice.organization)
        .where(_shown(line, bindparam("today")))
        .order_by(Notice.id.desc())
        .limit(AT_HOME)
    )
)


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
