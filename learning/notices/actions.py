"""Writes of notices: posted and withdrawn, never changed, so that what somebody read stays what was written."""

from datetime import date, datetime
from typing import Any

from courses.kernel.db import db
from courses.kernel.errors import Refused
from learning.notices.models import Notice
from learning.notices.rules import fault_of
from learning.organization.models import Organization


def post(where: Organization, title: str, text: str, *, until: date, actor: Any, today: date, now: datetime) -> Notice:
    """Tell everyone at or below `where`; raises `Refused` for a last day that is past or more than a year away."""
    fault = fault_of(until, today)
    if fault:
        raise Refused(fault, fields={"until": fault})
    row = Notice(organization_id=where.id, title=title, text=text, until=until, posted_at=now, posted_by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    return row


def withdraw(notice: Notice, *, actor: Any, now: datetime) -> None:
    """Show it to nobody any more; raises `Refused` when that was done before."""
    if notice.withdrawn_at is not None:
        raise Refused("这条通知已经撤下了。")
    notice.withdrawn_at, notice.withdrawn_by_id = now, actor.id
