"""What our signer signs and reads is what itsdangerous signs and reads."""

import time

from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from courses.kernel import signing


def test_cookies_are_read_and_signed_as_flask_does(app):
    theirs, ours = SecureCookieSessionInterface().get_signing_serializer(app), signing.Sessions().get_signing_serializer(app)
    said = {"_user_id": "token", "_fresh": True}
    assert ours.loads(theirs.dumps(said)) == theirs.loads(ours.dumps(said)) == said


def test_another_secret_another_use_a_changed_letter_and_an_old_signature_are_refused(app, monkeypatch):
    token = URLSafeTimedSerializer("secret", salt="use").dumps("said")
    assert signing.read(token, "secret", salt="use", max_age=None) == "said"
    assert signing.read(token, "other", salt="use", max_age=None) is None
    assert signing.read(token, "secret", salt="other", max_age=None) is None
    assert signing.read("J" + token[1:], "secret", salt="use", max_age=None) is None
    assert signing.read(token, "secret", salt="use", max_age=-1) is None


def test_an_older_secret_still_reads_cookies(app):
    cookie = signing.Sessions().get_signing_serializer(app).dumps({"_user_id": "token"})
    app.config["SECRET_KEY_FALLBACKS"], app.secret_key = [app.secret_key], "new" * 20
    assert signing.Sessions().get_signing_serializer(app).loads(cookie) == {"_user_id": "token"}


def test_a_cookie_read_twice_is_not_the_same_session(app):
    reader = signing.Sessions().get_signing_serializer(app)
    cookie = reader.dumps({"_user_id": "token"})
    reader.loads(cookie)["_user_id"] = "another"
    assert reader.loads(cookie) == {"_user_id": "token"}


def test_a_genuine_value_that_was_read_before_still_grows_old(monkeypatch):
    token = URLSafeTimedSerializer("secret", salt="use").dumps("said")
    assert signing.read(token, "secret", salt="use", max_age=60) == "said"
    now = time.time()
    for off, said in ((59, "said"), (62, None), (-5, None)):
        monkeypatch.setattr(signing.time, "time", lambda off=off: now + off)
        assert signing.read(token, "secret", salt="use", max_age=60) == said
