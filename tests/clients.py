"""Test clients: each page they fetch is judged, and one can be signed in as someone, through a real session row."""

import re
import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from flask_babel import refresh
from werkzeug.test import TestResponse

from courses.kernel import clock
from courses.kernel.db import transaction
from learning.accounts import actions
from tests.house.markup import faults


class Critic(FlaskClient):
    """Fetches as any client does, and refuses a page that is not well made, whatever the test at hand is about."""

    def open(self, *args: Any, **more: Any) -> TestResponse:
        answer = super().open(*args, **more)
        saved = "attachment" in answer.headers.get("Content-Disposition", "")  # a file to keep, not a page of the site
        if answer.mimetype != "text/html" or saved or "Content-Encoding" in answer.headers:
            return answer
        page = answer.get_data(as_text=True)
        if page.lstrip()[:9].lower() == "<!doctype" and not 300 <= answer.status_code < 400:
            nonce = re.search(r"'nonce-([^']+)'", answer.headers.get("Content-Security-Policy", ""))
            wrong = faults(page, guarded=bool(self.application.config["WTF_CSRF_ENABLED"]), nonce=nonce[1] if nonce else "none")
            assert not wrong, f"{answer.request.path} is not well made; whoever reads it by ear or on an old phone is lost:\n" + "\n".join(wrong)
        return answer


def forget_language() -> None:
    """The language is remembered as long as the application's context, which a test keeps open for all its requests."""
    refresh()
    g.pop("catalogue", None)


def client_for(app: Flask, person_id: int) -> FlaskClient:
    """A client whose cookie holds the token of a device signed in as this person."""
    token = f"token-of-{person_id}-{clock.now().timestamp()}"
    with transaction():
        actions.start_session(person_id, token=token, device="电脑 · 浏览器", days=1, now=clock.now() - timedelta(minutes=1))
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
        session["csrf_token"] = secrets.token_hex(20)  # as after a real sign-in: no late answer sets this cookie anew over the next person's
    return client
