"""One's own devices, and signing out everywhere else."""

import re
from datetime import timedelta

from sqlalchemy import select

from courses.kernel.db import db
from learning.accounts import actions
from learning.accounts.models import SignedIn
from tests.accounts.doors import browser, is_in, open_account, open_devices, sign_in
from tests.people import NOW

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605 Safari/604.1"


def test_signing_out_elsewhere_works_on_the_other_browser_at_once(app, member):
    here, there, further = (browser(app) for _ in range(3))
    for client in (here, there, further):
        sign_in(client)
    assert open_devices(member) == 3
    page = here.post("/me/devices/end", follow_redirects=True).get_data(as_text=True)
    assert "已让其他 2 台设备退出登录" in page
    assert is_in(here)
    assert not is_in(there)
    assert there.get("/record").location.startswith("/sign-in?then=")


def test_the_page_names_each_device_and_marks_this_one(app, member):
    here, there = browser(app), browser(app, agent=IPHONE)
    sign_in(there)
    sign_in(here)
    page = here.get("/me").get_data(as_text=True)
    assert "安卓手机 · 微信" in page
    assert "苹果手机 · 浏览器" in page
    assert page.count('class="chip"') == 1


def test_nobody_signs_anyone_else_out(app, county, member):
    open_account(county.neighbour, user_name="zhaoding", mobile=None)
    other = browser(app)
    sign_in(other, "zhaoding")
    client = browser(app)
    sign_in(client)
    client.post("/me/devices/end")
    assert is_in(other)


def test_signing_out_on_a_device_that_was_ended_meanwhile_is_no_fault(app, member):
    here, there = browser(app), browser(app)
    sign_in(here)
    sign_in(there)
    here.post("/me/devices/end")
    assert there.post("/sign-out").status_code == 302


def test_each_device_says_since_when_and_which_one_this_is(app, member):
    first, second = browser(app), browser(app)
    sign_in(first)
    sign_in(second)
    page = second.get("/me").get_data(as_text=True)
    assert page.count("登录</small>") == 2 and page.count("这台设备") == 1


def test_the_tab_of_a_page_below_it_is_marked(app, member):
    client = browser(app)
    sign_in(client)
    marked = {
        path: re.findall(r'href="([^"]+)" aria-current="(\w+)"', client.get(path).get_data(as_text=True)) for path in ("/me", "/me/password", "/feedback")
    }
    assert marked["/me"] == [("/me", "page")] * 2 and marked["/me/password"] == [("/me", "true")] * 2 and marked["/feedback"] == []


def test_the_owner_sees_the_day_a_device_was_last_used_and_no_hour(app, member, clock):
    phone, other = browser(app), browser(app, agent=IPHONE)
    sign_in(phone)
    sign_in(other)
    phone.get("/record")
    clock.shift(timedelta(days=3))
    other.get("/record")
    page = other.get("/me").get_data(as_text=True)
    first, then = (NOW.date() + timedelta(days=days) for days in (0, 3))
    assert f"最近 {first} 用过" in page and f"最近 {then} 用过" in page
    assert not re.search(r"用过[^<]*\d\d:\d\d|\d\d:\d\d[^<]*用过", page)


def test_the_day_is_written_once_a_day_and_by_pages_alone(app, member, monkeypatch):
    written = []
    write = actions.use_devices
    monkeypatch.setattr(actions, "use_devices", lambda driver, used: written.extend(used) or write(driver, used))
    client = browser(app)
    sign_in(client)
    written.clear()
    for address in ("/who", "/record", "/who", "/me", "/record"):
        client.get(address)
    client.post("/sessions/1/reports", json={"spans": [[0, 5]], "position": 5, "sequence": 1})
    assert len(written) <= 1
    assert db.session.scalar(select(SignedIn.last_on)) == NOW.date()
