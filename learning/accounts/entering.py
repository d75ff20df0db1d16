"""Coming in: every try is counted before it is made, and whoever gets in gets a device of their own."""

from datetime import datetime, timedelta

from flask import request, session
from flask_login import login_user

from courses.kernel.db import NOBODYS, transaction
from courses.kernel.settings import settings
from learning.accounts import actions, queries, rules, sealing
from learning.accounts.asking import Ticket


def count_try(whose: str, *, limit: int | None = None, within: timedelta = rules.LOCKOUT_WINDOW, now: datetime) -> int | None:
    """Count a try at `whose` before it is made: the try's id, or None when there were `limit` of them within that time."""
    with transaction(seat=NOBODYS):
        return actions.count_try(whose, limit=limit or settings().lockout_failures, within=within, now=now)


def forgive(tried: int) -> None:
    """Take back a try that was right, or that guessed at nothing."""
    with transaction(seat=NOBODYS):
        actions.forgive(tried)


def enter(person_id: int, tried: int, *, now: datetime) -> None:
    """Sign this device in as someone whose try was right."""
    token = sealing.new_token()
    with transaction(seat=person_id):
        actions.forgive(tried)
        row = actions.start_session(person_id, token=token, device=rules.device_words(request.user_agent.string), days=settings().session_days, now=now)
    session.clear()
    session.permanent = True
    login_user(Ticket(token, queries.Recognised(row.id, person_id, must_change=False)))
