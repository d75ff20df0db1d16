"""One's own devices, and signing out everywhere else."""

import re

from tests.accounts.doors import browser, is_in, open_account, open_devices, sign_in

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
