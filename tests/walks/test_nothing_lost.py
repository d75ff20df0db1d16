"""Nothing that was studied is lost: storage that is full, shut or cleared, a server that asks to wait, a page the browser kept, two devices, two people."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.kernel.storage import storage
from courses.media.models import Asset, Rendition
from learning.accounts.models import SignedIn
from learning.progress import queries
from learning.progress.models import Coverage, LessonCompletion
from learning.progress.rules import Spans, decode
from tests.makers import MadeCourse, make_course
from tests.media.recordings import clip
from tests.people import County
from tests.walks.test_paper import address, phone, sign_in

__all__ = ["address", "phone"]
pytestmark = pytest.mark.both  # reports come late, twice and from two devices at once, and each must be a committed row before it is forgotten
SECONDS = 30
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
SHUT = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });"
KEPT = "() => Object.keys(localStorage).filter(name => /^hall\\.(watch|read)\\./.test(name))"
STANDS = "() => document.querySelector('video').currentTime"


@pytest.fixture
def course(app: Flask, county: County, tmp_path: Path) -> MadeCourse:
    """A course whose lecture really plays."""
    made = make_course(county, seconds=SECONDS)
    file = clip(tmp_path / "lecture.mp4", size="160x90", seconds=SECONDS, rate=2, more=("-movflags", "+faststart"))
    with app.app_context(), transaction() as session:
        asset = session.query(Asset).one()
        session.add(Rendition(asset_id=asset.id, name="mp4", path="video.mp4", bytes=file.stat().st_size))
        storage().put(f"{asset.folder}/video.mp4", file)
    return made


def opened(phone: BrowserContext, address: str, course: MadeCourse) -> Page:
    page = phone.new_page()
    page.goto(f"{address}/lessons/{course.video}")
    return page


def play(page: Page, seconds: float) -> None:
    """Play until so many seconds more were heard."""
    if page.locator("[data-play]").is_visible():
        page.locator("[data-play]").click()
    page.wait_for_function("() => { const video = document.querySelector('video'); return !video.paused && video.readyState > 2 && !video.seeking; }")
    page.wait_for_function("until => document.querySelector('video').currentTime >= until", arg=page.evaluate(STANDS) + seconds, timeout=30_000)


def drained(page: Page) -> None:
    """Everything that this browser kept was answered for."""
    page.wait_for_function(f"() => !({KEPT})().length", timeout=30_000)


def heard(person: int, course: MadeCourse) -> Spans:
    """The seconds that the server keeps of a person's lecture, credited or still waiting for their allowance."""
    db.session.rollback()
    row = db.session.query(Coverage).filter_by(person_id=person, lesson_id=course.video).first()
    return (decode(row.spans) if row else ()) + tuple(span for one in queries.waiting(person) for span in decode(one.claimed))


def length(spans: Spans) -> int:
    return sum(stop - start for start, stop in spans)


def test_leaving_a_lecture_says_nothing_and_keeps_the_place(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str):
    sign_in(phone, app, county.member, address)
    page = opened(phone, address, course)
    play(page, 4)
    stood = page.evaluate(STANDS)
    page.goto(f"{address}/courses")
    expect(page.locator("[data-outbox]")).to_be_hidden()
    drained(page)
    page.goto(f"{address}/lessons/{course.video}")
    expect(page.locator("[data-saved]")).to_contain_text("上次学到")
    assert int(page.locator("[data-player]").get_attribute("data-at") or 0) >= int(stood), "the last whole second that was played"
    assert length(heard(county.member, course)) >= 3


@pytest.mark.parametrize("fault", [FULL, SHUT], ids=["full", "shut"])
def test_storage_that_keeps_nothing_loses_nothing(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str, fault: str):
    sign_in(phone, app, county.member, address)
    phone.add_init_script(fault)
    page = opened(phone, address, course)
    faults: list[str] = []
    page.on("pageerror", lambda said: faults.append(str(said)))
    play(page, 4)
    expect(page.locator("[data-saved]")).to_contain_text("已记住", timeout=15_000)  # said by itself every few seconds, not only at the end
    page.goto(f"{address}/courses")
    page.wait_for_load_state("networkidle")
    assert length(heard(county.member, course)) >= 3
    assert faults == []


def test_storage_cleared_in_the_middle_loses_nothing(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str):
    sign_in(phone, app, county.member, address)
    page = opened(phone, address, course)
    page.route("**/reports", lambda route: route.abort())
    play(page, 2)
    page.evaluate("localStorage.clear()")
    page.unroute("**/reports")
    play(page, 2)
    page.goto(f"{address}/courses")
    drained(page)
    assert length(heard(county.member, course)) >= 3


def test_a_server_that_asks_to_wait_is_obeyed(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str):
    sign_in(phone, app, county.member, address)
    page = phone.new_page()
    page.clock.install()
    page.goto(f"{address}/courses")
    page.clock.pause_at(clock.now() + timedelta(minutes=1))  # from here on time passes by run_for alone, however slow the machine
    asked: list[str] = []

    def busy(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503, headers={"Retry-After": "60"}, json={"error": "请稍后再试"})

    page.route("**/reports", busy)
    page.evaluate(f"() => {{ Outbox.add({course.video}, 0, 8, 8, false); return Outbox.flush({course.video}); }}")
    assert len(asked) == 1
    page.clock.run_for(59_000)
    assert len(asked) == 1, "asked again before the minute was over"
    page.unroute("**/reports")
    page.clock.run_for(40_000)  # the minute, and its jitter of half as much
    drained(page)
    assert length(heard(county.member, course)) >= 7


def test_a_page_from_the_back_forward_cache_goes_on_where_another_spoke_for_it(
    app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str
):
    sign_in(phone, app, county.member, address)
    page = opened(phone, address, course)
    page.route("**/reports", lambda route: route.abort())
    play(page, 3)
    page.evaluate("() => new Promise(done => { const video = document.querySelector('video'); video.onpause = done; video.pause(); })")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    other = phone.new_page()
    other.goto(f"{address}/courses")
    drained(other)  # it has sent what the first page left, as that page said that it goes
    assert length(heard(county.member, course)) >= 2
    page.unroute("**/reports")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.locator("[data-toggle]").click()
    play(page, 3)
    page.locator("[data-toggle]").click()
    stood = page.evaluate(STANDS)
    drained(page)
    assert length(heard(county.member, course)) >= 5
    page.reload()
    assert int(page.locator("[data-player]").get_attribute("data-at") or 0) >= int(stood)


def test_standing_still_costs_no_second(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str):
    sign_in(phone, app, county.member, address)
    page = opened(phone, address, course)
    play(page, 1.3)
    for _ in range(3):
        page.locator("[data-toggle]").click()
        page.wait_for_function("() => document.querySelector('video').paused")
        page.locator("[data-toggle]").click()
        play(page, 1.3)
    page.locator("[data-toggle]").click()
    drained(page)
    spans = heard(county.member, course)
    assert spans == ((0, spans[0][1]),) and spans[0][1] >= 3


def test_a_busy_phone_that_hears_late_that_it_plays_loses_no_second(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str):
    sign_in(phone, app, county.member, address)
    page = opened(phone, address, course)
    play(page, 1.3)
    page.locator("[data-toggle]").click()
    page.wait_for_function("() => document.querySelector('video').paused")
    stood = page.evaluate(STANDS)
    page.evaluate("() => { document.querySelector('[data-toggle]').click(); const until = performance.now() + 2500; while (performance.now() < until); }")
    assert page.evaluate(STANDS) > stood + 1.5, "it played while the page was busy"
    play(page, 1.3)
    page.locator("[data-toggle]").click()
    drained(page)
    spans = heard(county.member, course)
    assert spans == ((0, spans[0][1]),) and spans[0][1] >= 4


def test_read_through_is_tapped_without_a_network_and_counts(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str):
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], reading_chars_per_minute=100_000)
    sign_in(phone, app, county.member, address)
    page = phone.new_page()
    page.goto(f"{address}/lessons/{course.text}?section=2")
    phone.set_offline(True)
    page.get_by_role("button", name="读完了").click()
    expect(page.locator("[data-read-said]")).to_contain_text("存在这台设备里")
    phone.set_offline(False)
    page.wait_for_url("**/courses/*", timeout=30_000)
    drained(page)
    db.session.rollback()
    assert db.session.query(LessonCompletion).one().lesson_id == course.text


def test_signed_out_and_handed_to_another_it_waits_for_its_person(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str):
    sign_in(phone, app, county.member, address)
    page = opened(phone, address, course)
    play(page, 1)
    with transaction() as session:
        session.query(SignedIn).delete()
    play(page, 3)
    page.locator("[data-toggle]").click()
    expect(page.locator("[data-saved]")).to_contain_text("登录已过期")
    sign_in(phone, app, county.neighbour, address)  # the phone is handed on
    page.goto(f"{address}/courses")
    expect(page.locator("[data-outbox]")).to_contain_text("另一位同志")
    page.goto(f"{address}/lessons/{course.video}")
    page.wait_for_load_state("networkidle")
    assert heard(county.neighbour, course) == () and page.evaluate(KEPT) != []
    sign_in(phone, app, county.member, address)
    page.goto(f"{address}/courses")
    drained(page)
    assert length(heard(county.member, course)) >= 3


def test_a_phone_and_a_computer_at_once_are_one_study(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str):
    sign_in(phone, app, county.member, address)
    assert phone.browser is not None
    desk = phone.browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    sign_in(desk, app, county.member, address)
    one, other = opened(phone, address, course), opened(desk, address, course)
    play(other, 0)
    other.evaluate("document.querySelector('video').currentTime = 20")
    play(one, 3)
    play(other, 3)
    for page in (one, other):
        page.goto(f"{address}/courses")
        drained(page)
    desk.close()
    spans = heard(county.member, course)
    assert any(start < 2 and stop >= 3 for start, stop in spans) and any(start <= 22 and stop >= 23 for start, stop in spans), spans
