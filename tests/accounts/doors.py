"""Ways in for tests of accounts: a person with a name, a number and a password, and a browser of theirs."""

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from learning.accounts import actions, sealing
from learning.accounts.models import Failure, SignedIn
from learning.organization.models import Person
from tests.people import NOW

PASSWORD = "荷塘月色2026"
ANOTHER = "清风明月2027"
MOBILE = "19900001234"
USER_NAME = "zhangjia"
PHONE = "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 Chrome/86 MicroMessenger/8.0"


@dataclass(frozen=True)
class Card:
    """A printed card."""

    token: str
    pin: str

    @property
    def address(self) -> str:
        return f"/first/{self.token}"


def open_account(person_id: int, *, user_name: str | None = USER_NAME, mobile: str | None = MOBILE, must_change: bool = False) -> None:
    """An account with PASSWORD."""
    with transaction():
        person = db.session.get_one(Person, person_id)
        actions.open_account(
            person, user_name=user_name, mobile=mobile, password_hash=sealing.hash_password(PASSWORD), must_change=must_change, key=settings().data_key, now=NOW
        )


def browser(app: Flask, *, agent: str = PHONE) -> FlaskClient:
    """A browser that nobody has signed in with."""
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = agent
    return client


def sign_in(client: FlaskClient, name: str = USER_NAME, password: str = PASSWORD, **more: str) -> TestResponse:
    """Type a name and a password."""
    return client.post("/sign-in", data={"name": name, "password": password, **more})


def is_in(client: FlaskClient) -> bool:
    """Whether this browser is signed in, as the server sees it."""
    return client.get("/me").status_code == 200


def change_password(client: FlaskClient, present: str = PASSWORD, password: str = ANOTHER) -> TestResponse:
    """Fill in the page on which a password is changed."""
    return client.post("/me/password", data={"present": present, "password": password, "again": password})


def issue(person_id: int, issuer_id: int, *, token: str = "token-on-the-card", pin: str = "234567") -> Card:
    """A card, as a secretary prints it."""
    with transaction():
        person, issuer = db.session.get_one(Person, person_id), db.session.get_one(Person, issuer_id)
        actions.issue_card(person, token=token, pin_hash=sealing.hash_password(pin), actor=issuer, now=NOW)
    return Card(token, pin)


def use(client: FlaskClient, card: Card, *, pin: str | None = None, password: str = PASSWORD) -> TestResponse:
    """Fill in the page to which a card leads."""
    return client.post(card.address, data={"pin": pin or card.pin, "password": password, "again": password})


def open_devices(person_id: int) -> int:
    """How many devices the table holds as signed in."""
    return db.session.query(SignedIn).filter_by(person_id=person_id, ended_at=None).count()


def failures() -> int:
    return db.session.query(Failure).count()
