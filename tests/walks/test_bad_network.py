"""Study on a bad line: cut in the middle, lossy, the tab killed, the browser closed, the phone handed on, and in the field without any."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error, Playwright

from tests.walks.conftest import FLAGS, PHONE, Site, chromium
from tests.walks.line import Line
from tests.walks.test_member import play, tap_play
from tests.walks.visitor import Visitor

AID, FIRE = "现场急救与AED（微课）", "消防安全进家门（微课）"  # of which those who walk here have not finished a lesson
WAITING = "() => Object.keys(localStorage).filter(name => name.startsWith('hall.watch.')).map(name => JSON.parse(localStorage[name]))"
DRAINED = f"() => ({WAITING})().every(kept => !kept.moved && kept.spans.every(span => Math.floor(span[1]) <= Math.ceil(span[0])))"


@pytest.fixture
def line(site: Site) -> Iterator[Line]:
    made = Line(urlsplit(site.url).port or 80)
    yield made
    made.close()


class Phone:
    """A phone with a profile on its disk: its browser can be closed and opened again."""

    def __init__(self, engine: Playwright, folder: Path, site: Site, url: str) -> None:
        self.engine, self.folder, self.site, self.url = engine, folder, site, url
        self.context: BrowserContext | None = None

    def open(self) -> Visitor:
        self.context = self.engine.chromium.launch_persistent_context(
            str(self.folder), executable_path=chromium(), args=FLAGS, ignore_default_args=["--disable-back-forward-cache"],
            viewport={"width": 360, "height": 780}, user_agent=PHONE, locale="zh-CN", is_mobile=True, has_touch=True,
        )  # fmt: skip
        return self.page()

    def page(self) -> Visitor:
        assert self.context is not None
        visitor = Visitor(self.context.new_page(), self.url, self.site.passwords)
        visitor.expected |= {401, 404, 503}
        return visitor

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None


@pytest.fixture
def pocket(engine: Playwright, site: Site, line: Line, tmp_path: Path) -> Iterator[Phone]:
    phone = Phone(engine, tmp_path / "profile", site, line.url)
    yield phone
    phone.close()


def lecture(visitor: Visitor, course: str = AID) -> str:
    """Open the lecture of a course; returns its address."""
    visitor.go("/courses").tap(course)
    visitor.page.locator("ol.rows a.row").first.click()
    visitor.page.wait_for_selector("[data-player]")
    return urlsplit(visitor.page.url).path


def covered(visitor: Visitor, address: str) -> int:
    """What the server has credited."""
    visitor.go(address)
    return int(visitor.page.locator("[data-player]").get_attribute("data-covered") or 0)


def kept(visitor: Visitor, address: str) -> None:
    """Wait until the service worker has gathered a page."""
    for _ in range(100):
        if visitor.page.evaluate("async address => Boolean(await caches.match(address))", address):
            return
        visitor.page.wait_for_timeout(200)
    names = visitor.page.evaluate(
        "async () => (await Promise.all((await caches.keys()).map(async n => [n, (await (await caches.open(n)).keys()).map(r => r.url)])))"
    )
    pytest.fail(f"{address} is not kept; these are: {names}")


def sign_out(visitor: Visitor) -> Visitor:
    visitor.go("/me").page.get_by_role("main").get_by_role("button", name="退出登录", exact=True).click()
    visitor.page.wait_for_url("**/sign-in**")
    return visitor


def drained(visitor: Visitor) -> None:
    """Wait until the server has answered for everything this browser kept."""
    visitor.page.wait_for_function(DRAINED, timeout=60_000)


def test_the_line_is_cut_in_the_middle_and_comes_back(pocket: Phone, line: Line) -> None:
    phone = pocket.open().sign_in("clerk")
    address = lecture(phone, FIRE)
    tap_play(phone)
    play(phone, 3)
    line.cut()
    play(phone, 8)
    phone.page.locator("video").evaluate("video => video.pause()")
    phone.page.get_by_text("网络断了，已看的部分存在手机里").wait_for()
    line.lossy()  # and comes back badly: every third call is lost
    drained(phone)
    line.good()
    assert covered(phone, address) >= 7


def test_a_killed_tab_and_a_closed_browser_lose_nothing(pocket: Phone, line: Line) -> None:
    phone = pocket.open().sign_in("adviser")
    address = lecture(phone)
    tap_play(phone)
    play(phone, 2)
    line.cut()
    play(phone, 7)
    with pytest.raises(Error, match="crash"):
        phone.page.goto("chrome://crash")
    pocket.close()
    line.good()
    phone = pocket.open().go("/")
    drained(phone)
    assert covered(phone, address) >= 5
    phone.sees("上次学到")


def test_the_phone_is_handed_on_and_what_was_studied_waits_for_its_owner(pocket: Phone) -> None:
    phone = pocket.open().sign_in("trainer")
    assert pocket.context is not None
    address = lecture(phone)
    pocket.context.route("**/reports", lambda route: route.abort())
    tap_play(phone)
    play(phone, 6)
    phone.page.locator("video").evaluate("video => video.pause()")
    sign_out(phone)
    assert phone.page.evaluate("() => caches.keys()") in ([], ["hall-shell"])
    pocket.context.unroute("**/reports")
    phone.sign_in("reviewer").go("/").sees("另一位同志")
    assert covered(phone, address) == 0
    phone.page.wait_for_timeout(17_000)  # longer than a page waits before it sends what another left
    assert phone.page.evaluate(WAITING) != []
    assert covered(phone, address) == 0
    sign_out(phone).sign_in("trainer").go("/")
    drained(phone)
    assert covered(phone, address) >= 5


def test_a_page_the_browser_kept_is_shown_to_its_person_alone(pocket: Phone) -> None:
    phone = pocket.open().sign_in("town")
    phone.go("/record").sees("我的学习记录")
    sign_out(phone)
    for _ in range(2):
        phone.page.go_back()
        phone.page.wait_for_function("() => document.readyState === 'complete' && !document.documentElement.hidden")
        phone.page.wait_for_url("**/sign-in**")
        phone.sees_not("周辛")


def test_a_started_text_and_a_downloaded_lecture_go_along_into_the_field(pocket: Phone) -> None:
    phone = pocket.open().sign_in("county")
    assert pocket.context is not None
    address = lecture(phone)
    tap_play(phone)
    play(phone, 1)
    phone.page.locator("[data-download] button").click()
    phone.page.get_by_text("下载好了").wait_for(timeout=30_000)
    phone.looks_right()
    phone.go("/courses").tap(AID)
    text = phone.page.locator("ol.rows a.row").nth(1).get_attribute("href") or ""
    phone.page.reload()
    kept(phone, f"{text}?section=2")
    before = covered(phone, address)

    pocket.context.set_offline(True)
    phone.go(f"{text}?section=2")
    assert len(phone.words()) > 50, "a text of a started course opens without a network"
    phone.go("/downloads").sees("共 1 课").looks_right()
    phone.page.locator("[data-downloads] a").click()
    phone.page.get_by_role("button", name="播放").click()
    play(phone, 9)
    assert phone.page.evaluate("() => document.querySelector('video').src.startsWith('blob:')")
    phone.page.locator("video").evaluate("video => video.pause()")

    pocket.context.set_offline(False)
    drained(phone)
    assert covered(phone, address) >= max(before, 8)
    phone.go("/downloads").tap("删除下载").page.get_by_text("这台设备还没有下载的课").wait_for()
    assert phone.page.evaluate("async address => (await caches.match('/downloads/' + address.split('/').pop() + '/sound')) === undefined", address)
