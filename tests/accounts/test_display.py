"""Larger type and the language: for whoever is signed in, and for a phone nobody signed in with."""

from courses.kernel.db import db
from learning.organization.models import Person
from tests.accounts.doors import browser, sign_in


def is_large(client, address="/help"):
    return '<html lang="zh-CN" class="large">' in client.get(address).get_data(as_text=True)


def test_a_phone_keeps_its_larger_type(app, county):
    client = browser(app)
    assert not is_large(client)
    assert client.post("/type-size", data={"then": "/help"}).location == "/help"
    assert is_large(client)
    assert not is_large(browser(app))
    client.post("/type-size")
    assert not is_large(client)


def test_a_person_finds_larger_type_on_every_device(app, member):
    phone, desktop = browser(app), browser(app)
    sign_in(phone)
    sign_in(desktop)
    phone.post("/type-size", data={"then": "/me"})
    assert db.session.get(Person, member).large_type
    assert is_large(desktop, "/me")
    desktop.post("/type-size")
    assert not is_large(phone, "/me")


def test_the_switch_says_what_it_leads_to(app, county):
    client = browser(app)
    assert "长辈版" in client.get("/sign-in").get_data(as_text=True)
    client.post("/type-size")
    assert "标准版" in client.get("/sign-in").get_data(as_text=True)


def test_a_browser_keeps_its_language(app, county):
    client = browser(app)
    assert client.get("/language/en?then=/help").location == "/help"
    assert '<html lang="en">' in client.get("/sign-in").get_data(as_text=True)
    client.get("/language/zh")
    assert '<html lang="zh-CN">' in client.get("/sign-in").get_data(as_text=True)


def test_a_language_nobody_wrote_is_chinese(app, county):
    client = browser(app)
    client.get("/language/xx")
    assert '<html lang="zh-CN">' in client.get("/sign-in").get_data(as_text=True)
