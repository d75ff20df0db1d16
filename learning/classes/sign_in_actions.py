"""Writes of 自己签到: noted once, and never by itself a line of the roll."""

from datetime import datetime

from courses.kernel.db import insert_once
from courses.kernel.errors import Refused
from learning.classes import sign_in_queries
from learning.classes.models import OfflineSession, SelfSignIn
from learning.organization.models import Person


def sign_in(session: OfflineSession, person: Person, *, how: str, now: datetime) -> bool:
    """Note that a person signed in to a session by themselves; the first stands. Says whether this was it.

    Raises `Refused` once the roll was taken: who came later is entered by whoever corrects it.
    """
    if sign_in_queries.has_roll(session.id):
        if person.may("record_study", session.organization):
            raise Refused("这一场已经点过名了。来晚了的，包括您自己，请在签到表里更正点名。")
        raise Refused("这一场已经点过名了。来晚了的同志请告诉支部书记，由书记登记。")
    return insert_once(SelfSignIn, {"session_id": session.id, "person_id": person.id, "how": how, "at": now}, unique=("session_id", "person_id"))
