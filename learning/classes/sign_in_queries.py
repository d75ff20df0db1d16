"""Reads of 自己签到: the sessions that take it, and who signed in."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from courses.kernel.db import db
from learning.classes.models import Attendance, OfflineSession, SelfSignIn


def open_for(person: Any, *, today: date) -> list[OfflineSession]:
    """The sessions of today, of the organization a person belongs to, whose roll is not taken yet."""
    membership = person.membership
    if membership is None:
        return []
    mine = select(OfflineSession).where(OfflineSession.organization_id == membership.organization_id, OfflineSession.held_on == today)
    return list(db.session.scalars(mine.where(~OfflineSession.roll.any()).order_by(OfflineSession.id)))


def has_roll(session_id: int) -> bool:
    """Whether the roll of a session was taken; self sign-in ends with it."""
    return db.session.scalar(select(Attendance.id).where(Attendance.session_id == session_id).limit(1)) is not None


def signed_in(session_id: int) -> dict[int, SelfSignIn]:
    """Who signed in to a session by themselves, by person."""
    return {row.person_id: row for row in db.session.scalars(select(SelfSignIn).where(SelfSignIn.session_id == session_id))}


def count(session_id: int) -> int:
    """How many did."""
    return db.session.scalar(select(func.count()).select_from(SelfSignIn).where(SelfSignIn.session_id == session_id)) or 0


def sessions_signed(person_id: int) -> set[int]:
    """The sessions to which a person signed in by themselves."""
    return set(db.session.scalars(select(SelfSignIn.session_id).where(SelfSignIn.person_id == person_id)))
