"""Reads of transfers: both sides see one, and each knows which of them it waits for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.organization.models import Membership, Organization, Person, Transfer


@dataclass(frozen=True)
class Waiting:
    """An open transfer as one person sees it: whether they may answer it, or take it back."""

    transfer: Transfer
    answers: bool
    withdraws: bool


def waiting(actor: Any) -> list[Waiting]:
    """The open transfers from or to an organization whose roster `actor` keeps, oldest first."""
    rows = db.session.scalars(_within(actor).where(Transfer.answered_at.is_(None)).order_by(Transfer.id))
    return [Waiting(row, _answers(actor, row), _may(actor, row.asked_at_organization)) for row in rows]


def open_of(person_id: int) -> Transfer | None:
    """The transfer under way by which a person leaves, if any."""
    statement = select(Transfer).where(Transfer.person_id == person_id, Transfer.answered_at.is_(None))
    return db.session.scalar(statement.options(joinedload(Transfer.source), joinedload(Transfer.target)).order_by(Transfer.id).limit(1))


def leaving(organization_id: int) -> list[Transfer]:
    """The transfers under way of those who leave an organization by name, oldest first."""
    statement = select(Transfer).where(Transfer.source_id == organization_id, Transfer.person_id.is_not(None), Transfer.answered_at.is_(None))
    return list(db.session.scalars(statement.options(joinedload(Transfer.target)).order_by(Transfer.id)))


def answered(actor: Any, *, most: int = 30) -> list[Transfer]:
    """The latest transfers that were answered, from or to there."""
    return list(db.session.scalars(_within(actor).where(Transfer.answered_at.is_not(None)).order_by(Transfer.answered_at.desc()).limit(most)))


def transfer_for(actor: Any, transfer_id: int, *, answering: bool) -> Transfer:
    """A transfer that `actor` may answer (or, if not `answering`, take back); raises `Missing` otherwise."""
    row = db.session.get(Transfer, transfer_id)
    if row is None or not _may(actor, row.answers_at if answering else row.asked_at_organization):
        raise Missing
    return row


def members_named(organization_id: int, name: str) -> list[Person]:
    """Those of this name who belong to the organization now."""
    statement = select(Person).join(Membership, (Membership.person_id == Person.id) & Membership.until.is_(None))
    return list(db.session.scalars(statement.where(Membership.organization_id == organization_id, Person.name == name)))


def _answers(actor: Any, row: Transfer) -> bool:
    """Whether this one may: not what they asked for themselves, nor what is about them."""
    return _may(actor, row.answers_at) and actor.id not in {row.asked_by_id, row.person_id}


def _may(actor: Any, where: Organization) -> bool:
    return bool(actor.may("edit_people", where))


def _within(actor: Any) -> Any:
    source, target = aliased(Organization), aliased(Organization)
    near = [or_(source.path.like(f"{path}%"), target.path.like(f"{path}%")) for path in actor.reach("edit_people")]
    return (
        select(Transfer)
        .join(source, Transfer.source_id == source.id)
        .join(target, Transfer.target_id == target.id)
        .where(or_(*near))
        .options(joinedload(Transfer.source), joinedload(Transfer.target), joinedload(Transfer.person), joinedload(Transfer.asked_by))
    )
