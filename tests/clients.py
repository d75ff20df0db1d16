"""A test client that is signed in as someone, through a real session row."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from courses.kernel import clock
from courses.kernel.db import transaction
from learning.accounts import actions


def client_for(app: Flask, person_id: int) -> FlaskClient:
    """A client whose cookie holds the token of a device signed in as this person."""
    token = f"token-of-{person_id}-{clock.now().timestamp()}"
    with transaction():
        actions.start_session(person_id, token=token, device="电脑 · 浏览器", days=1, now=clock.now() - timedelta(minutes=1))
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
    return client
