"""What tests of the people pages read from the database and from pages."""

import re
from typing import Any

from flask import Flask

from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from learning.accounts import actions as accounts
from learning.accounts import sealing
from learning.audit.models import Entry
from learning.goals import actions as goals
from learning.goals import queries as goal_queries
from learning.goals.rules import Counts
from learning.organization.models import Person
from tests.clients import client_for
from tests.people import NOW

TODAY = clock.day_of(clock.now())
PASSWORD = "荷塘月色2026"


def page(app: Flask, who: int, address: str) -> str:
    """The words of a page that must open."""
    answer = client_for(app, who).get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return str(answer.get_data(as_text=True))


def said(act: str) -> list[str]:
    """What the entries of one kind say, oldest first."""
    return [row.words for row in db.session.query(Entry).filter_by(act=act).order_by(Entry.id)]


def counts(organization_id: int) -> Counts:
    """The stored counts of an organization and all below it, which a recount of everything must leave as they are."""
    campaign = goal_queries.running(TODAY)[0].id
    stored = {row.organization.id: row.counts for row in goal_queries.standing(campaign)}
    with transaction():
        goals.recount_all(now=clock.now(), today=TODAY)
    assert {row.organization.id: row.counts for row in goal_queries.standing(campaign)} == stored, "a recount from facts gives other figures"
    return stored[organization_id]


def with_account(person_id: int, **more: Any) -> None:
    """An account with a user name and a password of one's own."""
    values = {"user_name": f"name{person_id}", "mobile": None, **more}
    with transaction():
        person = db.session.get_one(Person, person_id)
        accounts.open_account(person, **values, password_hash=sealing.hash_password(PASSWORD), must_change=False, key=settings().data_key, now=NOW)


def words_of(text: str) -> str:
    """A page without its marks, for reading in order."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
