"""Writes of transfers: asked for by one side, answered by the other; nothing of a membership changes here."""

from datetime import datetime

from sqlalchemy import select

from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.organization.models import Organization, Person, Transfer


def send(person: Person, target: Organization, *, actor: Person, now: datetime) -> Transfer:
    """转出: the branch that someone belongs to asks another to take them on."""
    standing = person.membership
    if standing is None or standing.organization_id == target.id:
        raise Refused("这位同志已经在那个支部了。", fields={"destination": Words("请写另一个支部")})
    if db.session.scalar(select(Transfer.id).where(Transfer.person_id == person.id, Transfer.answered_at.is_(None))):
        raise Refused("这位同志的组织关系正在转接，等对方办理或先撤回。")
    return _asked(standing.organization, target, "out", person.name, person.id, actor=actor, now=now)


def ask_for(name: str, source: Organization, target: Organization, *, actor: Person, now: datetime) -> Transfer:
    """转入: a branch asks another for someone it knows by name; who that is, the other says when it accepts."""
    if source.id == target.id:
        raise Refused("原来的支部和新的支部不能是同一个。", fields={"origin": Words("请写另一个支部")})
    open_ = select(Transfer.id).where(
        Transfer.person_name == name, Transfer.source_id == source.id, Transfer.target_id == target.id, Transfer.answered_at.is_(None)
    )
    if db.session.scalar(open_):
        raise Refused("已经申请过了，请等原支部办理。")
    return _asked(source, target, "in", name, None, actor=actor, now=now)


def answer(row: Transfer, outcome: str, reason: str, *, actor: Person, now: datetime) -> None:
    """Close a transfer as 'accepted', 'refused' or 'withdrawn', once."""
    if row.answered_at is not None:
        raise Refused("这件转接已经办理过了。")
    row.outcome, row.reason, row.answered_by_id, row.answered_at = outcome, reason, actor.id, now
    db.session.flush()


def _asked(source: Organization, target: Organization, side: str, name: str, person_id: int | None, *, actor: Person, now: datetime) -> Transfer:
    row = Transfer(source_id=source.id, target_id=target.id, side=side, person_name=name, person_id=person_id, asked_by_id=actor.id, asked_at=now, reason="")
    db.session.add(row)
    db.session.flush()
    return row
