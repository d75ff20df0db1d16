"""Changing a password: one's own, a temporary one, and what it does to other devices."""

import pytest

from courses.kernel import clock as clock_
from courses.kernel.db import db, transaction
from learning.accounts import actions, sealing
from learning.accounts.models import Account, SignedIn
from learning.accounts.rules import password_fault
from tests.accounts.doors import ANOTHER, MOBILE, PASSWORD, browser, change_password, is_in, open_account, open_devices, sign_in


@pytest.fixture
def temporary(county, clock):
    """张甲, whose password was just reset by a secretary."""
    open_account(county.member, must_change=True)
    return county.member


@pytest.fixture
def client(app, member):
    made = browser(app)
    sign_in(made)
    return made


def kept():
    return db.session.query(Account).one()


def test_changing_it_ends_the_other_devices_and_keeps_this_one(app, member, client):
    other = browser(app)
    sign_in(other)
    assert is_in(other)
    assert change_password(client).location == "/me"
    assert is_in(client)
    assert not is_in(other)
    assert open_devices(member) == 1


def token_of(client):
    with client.session_transaction() as session:
        return session["_user_id"]


def test_a_copied_cookie_ends_with_the_password_and_this_device_stays_as_it_was(app, member, client):
    page = client.get("/me").get_data(as_text=True)
    copy = browser(app)
    copy.set_cookie("hall", client.get_cookie("hall").value)
    assert is_in(copy)
    before, kept_before = db.session.query(SignedIn).one(), client.get_cookie("hall").value
    device = (before.id, before.device, before.since, before.until, before.last_on)
    with client.session_transaction() as session:
        against_forgery = session["csrf_token"]
    assert change_password(client).location == "/me"
    assert not is_in(copy)
    assert copy.post("/sessions/1/reports", json={"spans": [[0, 5]], "position": 5, "sequence": 1}).status_code == 401
    assert client.get_cookie("hall").value != kept_before
    assert is_in(client)
    db.session.rollback()
    row = db.session.query(SignedIn).one()
    assert (row.id, row.device, row.since, row.until, row.last_on) == device
    assert row.token_hash == sealing.token_hash(token_of(client))
    with client.session_transaction() as session:
        assert session["csrf_token"] == against_forgery and session.permanent, "pages that stand open can still save"
    assert client.get("/who").json["person"] == member
    assert client.get("/me").get_data(as_text=True).count("这台设备") == page.count("这台设备")


def test_a_password_that_is_refused_leaves_the_device_its_token(app, client):
    before = token_of(client)
    change_password(client, "wrong-guess-1")
    change_password(client, password="12345678")
    assert token_of(client) == before and is_in(client)


def test_a_device_ended_while_it_changed_the_password_is_not_let_in_again(app, member, client, monkeypatch):
    hashing = sealing.hash_password

    def meanwhile(password):
        with transaction():
            actions.end_everywhere(member, now=clock_.now())
        return hashing(password)

    monkeypatch.setattr(sealing, "hash_password", meanwhile)
    change_password(client)
    assert not is_in(client)


def test_the_old_password_ends_with_it(app, client):
    change_password(client)
    assert sign_in(browser(app)).status_code == 422
    assert sign_in(browser(app), password=ANOTHER).status_code == 302


def test_the_present_password_is_asked_for(app, client):
    answer = change_password(client, "wrong-guess-1")
    assert answer.status_code == 422
    assert "现在的密码不对" in answer.get_data(as_text=True)
    assert sealing.fits(PASSWORD, kept().password_hash)


@pytest.mark.parametrize("password", ["short", "12345678", MOBILE, "ZhangJia", PASSWORD])
def test_a_password_easily_guessed_or_not_new_is_refused(app, client, password):
    assert change_password(client, password=password).status_code == 422
    assert sealing.fits(PASSWORD, kept().password_hash)


def test_a_slip_in_typing_it_twice_changes_nothing(app, client):
    answer = client.post("/me/password", data={"present": PASSWORD, "password": ANOTHER, "again": ANOTHER + "x"})
    assert answer.status_code == 422
    assert "两次填的不一样" in answer.get_data(as_text=True)


def test_a_temporary_password_leads_to_its_change_wherever_one_wanted_to_go(app, temporary):
    client = browser(app)
    assert sign_in(client, then="/courses").location == "/me/password"
    for address in ("/", "/courses", "/record", "/me"):
        assert client.get(address).location == "/me/password", f"{address} opens to a temporary password"
    assert client.post("/me/devices/end").location == "/me/password"


def test_what_anyone_may_see_stays_open_meanwhile(app, temporary):
    client = browser(app)
    sign_in(client)
    for address in ("/help", "/check", "/me/password", "/static/img/mark.svg"):
        assert client.get(address).status_code == 200
    assert client.post("/sign-out").location == "/sign-in"


def test_once_changed_everything_opens(app, temporary):
    client = browser(app)
    sign_in(client)
    assert change_password(client, password=PASSWORD).status_code == 422
    change_password(client)
    assert is_in(client)
    assert not kept().must_change
    assert sign_in(browser(app), password=ANOTHER).location == "/"


def test_whoever_gave_the_password_cannot_read_the_number_with_it(app, temporary):
    client = browser(app)
    sign_in(client)
    assert MOBILE not in client.get("/me", follow_redirects=True).get_data(as_text=True)


def test_a_script_is_told_in_words(app, temporary):
    client = browser(app)
    sign_in(client)
    answer = client.post("/lessons/1/sessions", json={})
    assert answer.status_code == 403
    assert "临时密码" in answer.get_json()["error"]


def test_passwords_are_kept_as_argon2id_with_a_salt_of_their_own(app, member):
    first, second = sealing.hash_password(PASSWORD), sealing.hash_password(PASSWORD)
    assert kept().password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert sealing.fits(PASSWORD, first)
    assert not sealing.fits(PASSWORD + " ", first)


def test_what_is_tried_without_an_account_costs_as_much_as_with_one():
    """Else a clock would tell which names have an account."""
    made = sealing.hash_password(PASSWORD)
    assert sealing._nobody.split("$")[:4] == made.split("$")[:4], "sealed at another cost: draw it anew with hash_password"
    assert len(sealing._nobody) == len(made)


@pytest.mark.parametrize("broken", [None, "", "plain", "$argon2id$v=19$broken"])
def test_a_hash_that_is_none_fits_nothing(broken):
    assert not sealing.fits(PASSWORD, broken)


def test_a_temporary_password_can_be_read_out_and_will_do():
    made = {sealing.new_password() for _ in range(200)}
    assert len(made) == 200
    assert not any(password_fault(one) or set(one) & set("01ilo") for one in made)
