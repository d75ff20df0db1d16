"""Signing in and out: by name or number, with the same answer for every wrong guess."""

import re
from datetime import timedelta

import pytest

from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from learning.accounts.models import Account, SignedIn
from tests.accounts.doors import MOBILE, PASSWORD, USER_NAME, browser, failures, is_in, open_account, open_devices, sign_in
from tests.people import NOW


@pytest.mark.parametrize("name", [USER_NAME, "  ZhangJia ", MOBILE, "199 0000 1234", "+86 199-0000-1234"])
def test_a_name_or_a_number_lets_in(app, member, name):
    client = browser(app)
    answer = sign_in(client, name)
    assert (answer.status_code, answer.location) == (302, "/")
    assert is_in(client)
    assert open_devices(member) == 1


def said(answer):
    """The page without the nonce that each answer has anew."""
    return re.sub(r'nonce="[^"]{22}"', "", answer.get_data(as_text=True))


def test_wrong_guesses_are_answered_alike_for_known_and_unknown_names(app, member):
    known, unknown = (sign_in(browser(app), name, "wrong-guess-1") for name in ("zhangjia", "zhangyin"))
    assert known.status_code == unknown.status_code == 422
    assert said(known).replace("zhangjia", "zhangyin") == said(unknown).replace("zhangjia", "zhangyin")
    assert failures() == 2
    assert open_devices(member) == 0


def test_an_account_without_a_password_lets_nobody_in(app, county, clock):
    open_account(county.member)
    with_none = browser(app)
    with transaction():
        db.session.query(Account).one().password_hash = None
    for password in (PASSWORD, "None", " "):
        assert sign_in(with_none, password=password).status_code == 422
    assert not is_in(with_none)


def test_an_empty_form_names_what_is_missing_and_keeps_what_was_typed(app, member):
    page = sign_in(browser(app), "zhangjia", "").get_data(as_text=True)
    assert "请填密码" in page
    assert 'value="zhangjia"' in page


def test_signing_out_ends_the_row_and_an_old_cookie_is_worth_nothing(app, member):
    client, thief = browser(app), browser(app)
    sign_in(client)
    stolen = client.get_cookie("hall")
    client.post("/sign-out")
    assert open_devices(member) == 0
    assert db.session.query(SignedIn).one().ended_at is not None
    thief.set_cookie("hall", stolen.value)
    assert not is_in(thief)
    assert not is_in(client)


def test_the_cookie_carries_a_token_and_the_table_its_hash(app, member):
    client = browser(app)
    sign_in(client)
    with client.session_transaction() as session:
        token = session["_user_id"]
    assert len(token) >= 32
    assert token not in db.session.query(SignedIn).one().token_hash
    assert str(member) != token


def test_a_session_known_before_signing_in_is_not_the_one_after(app, member):
    client = browser(app)
    client.get("/sign-in")
    with client.session_transaction() as session:
        session["planted"] = "by someone else"
    sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_a_phone_stays_signed_in_for_as_long_as_the_setting_says(app, member, clock):
    client = browser(app)
    sign_in(client)
    until = NOW + timedelta(days=settings().session_days)
    assert client.get_cookie("hall").expires >= until
    clock.move_to(until - timedelta(seconds=1))
    assert is_in(client)
    clock.move_to(until)
    assert not is_in(client)
