"""Notices posted and withdrawn from the desk, each with its entry."""

from datetime import date
from typing import Any

from learning.audit.actions import note
from learning.audit.people_actions import Moment
from learning.notices import actions as notices
from learning.notices.models import Notice
from learning.organization.models import Organization


def post(where: Organization, title: str, text: str, *, until: date, actor: Any, when: Moment) -> Notice:
    """Tell everyone at or below `where`."""
    row = notices.post(where, title, text, until=until, actor=actor, today=when.today, now=when.now)
    note("post_notice", f"{where.name}发出通知“{title}”", actor=actor, organization_id=where.id, now=when.now)
    return row


def withdraw(notice: Notice, *, actor: Any, when: Moment) -> None:
    """Show it to nobody any more."""
    notices.withdraw(notice, actor=actor, now=when.now)
    note("withdraw_notice", f"撤下{notice.organization.name}的通知“{notice.title}”", actor=actor, organization_id=notice.organization_id, now=when.now)
