"""Requests from elsewhere: forged forms, addresses that lead away, cookies that others could read."""

import pytest

from courses.kernel.db import db
from learning.accounts.models import SignedIn
from tests.accounts.doors import PASSWORD, USER_NAME, browser, is_in, sign_in
from tests.conftest import settings_in

AWAY = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "HTTPS:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\r\nSet-Cookie: a=b",
    "evil.example",
    "/\x00/evil.example",
]


@pytest.mark.parametrize("target", AWAY)
def test_no_way_in_leads_away(app, member, target):
    client = browser(app)
    answers = [
        sign_in(client, then=target),
        client.get("/language/en", query_string={"then": target}),
        client.post("/type-size", data={"then": target}),
        browser(app).post("/sign-in", query_string={"then": target}, data={"name": USER_NAME, "password": PASSWORD}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.location) == (302, "/"), f"{target!r} leads to {answer.location}"


@pytest.mark.parametrize("target", ["/courses", "/check?number=QC0101-2026-000017-K&code=ABCDEF", "/help/members#top"])
def test_a_way_in_leads_to_where_one_wanted_to_go(app, member, target):
    assert sign_in(browser(app), then=target).location == target


def test_whoever_asked_for_a_page_gets_there_after_signing_in(app, member):
    client = browser(app)
    asked = client.get("/record?year=2026")
    page = client.get(asked.location).get_data(as_text=True)
    assert 'name="then"' in page
    assert 'value="/record?year=2026"' in page


@pytest.fixture
def guarded(app):
    """The app as it is served, with protection against forgery on."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def posts(app):
    """Every address that takes a POST, with 1 for each part that varies."""
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods]
    return [app.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method="POST") for rule in rules]


def test_every_form_needs_its_token(guarded, member):
    client = browser(guarded)
    addresses = posts(guarded)
    assert len(addresses) > 30
    for address in addresses:
        for sent in ({"data": {}}, {"json": {}}):
            answer = client.post(address, **sent)
            turned_away = answer.status_code == 401 or "/sign-in" in answer.headers.get("Location", "")  # uploads look at who asks first
            assert answer.status_code == 400 or turned_away, f"POST {address} is taken without a token"


def test_a_forged_form_is_answered_in_plain_words_and_does_nothing(guarded, member):
    client = browser(guarded)
    answer = sign_in(client)
    assert answer.status_code == 400
    assert "这一次填的没有保存。请返回上一页、刷新后再填" in answer.get_data(as_text=True)
    assert db.session.query(SignedIn).count() == 0


def test_the_token_of_the_page_itself_will_do(guarded, member):
    client = browser(guarded)
    page = client.get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    assert sign_in(client, csrf_token=token).status_code == 302
    assert is_in(client)


def test_the_token_of_one_browser_is_worth_nothing_in_another(guarded, member):
    page = browser(guarded).get("/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    assert sign_in(browser(guarded), csrf_token=token).status_code == 400


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(app, member):
    said = sign_in(browser(app)).headers.getlist("Set-Cookie")
    hall = next(line for line in said if line.startswith("hall="))
    assert "HttpOnly" in hall
    assert "SameSite=Lax" in hall
    assert "Secure" not in hall


def test_where_the_site_is_served_by_https_every_cookie_is_secure(app, member, tmp_path):
    app.extensions["settings"] = secure = settings_in(tmp_path, SECURE_COOKIES="true")
    app.config["SESSION_COOKIE_SECURE"] = secure.secure_cookies
    client = browser(app)
    answers = [sign_in(client), client.get("/language/en"), browser(app).post("/type-size")]
    cookies = [line for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    assert len(cookies) >= 3
    assert all("Secure" in line for line in cookies)


def test_a_cookie_that_was_written_by_hand_is_no_cookie(app, member):
    client = browser(app)
    client.set_cookie("hall", "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert not is_in(client)


def test_nobody_frames_the_page_on_which_a_password_is_typed(app, county):
    headers = browser(app).get("/sign-in").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-cache"
