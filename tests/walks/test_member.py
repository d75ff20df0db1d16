"""A member at a small phone: from the home page to the certificate, with scripts and without, and a stranger who checks it."""

import io
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from learning.demo.courses import by_title, right_answers
from tests.walks.conftest import Site
from tests.walks.visitor import Visitor

SHORT, TEXT_ONLY = "防范电信网络诈骗（微课）", "手机防骗与个人信息保护（大字版）"


@pytest.fixture
def plain_phone(browser: Browser, site: Site) -> Iterator[Visitor]:
    """Someone whose phone runs no scripts."""
    context = browser.new_context(viewport={"width": 360, "height": 780}, java_script_enabled=False, locale="zh-CN")
    visitor = Visitor(context.new_page(), site.url, site.passwords)
    yield visitor
    context.close()
    assert (visitor.strayed, visitor.broken) == ([], [])


def play(visitor: Visitor, until: float, *, within: int = 60) -> None:
    """Wait until the lecture stands at a second."""
    visitor.page.wait_for_function("until => document.querySelector('video').currentTime >= until", arg=until, timeout=within * 1000)


def tap_play(visitor: Visitor) -> float:
    """Tap 播放; returns the second from which it really plays."""
    visitor.page.get_by_role("button", name="播放").click()
    visitor.page.wait_for_function("() => { const video = document.querySelector('video'); return !video.paused && video.readyState > 2 && !video.seeking; }")
    second: float = visitor.page.evaluate("() => document.querySelector('video').currentTime")
    return second


def read_to_the_end(visitor: Visitor) -> int:
    """Read a text to its last section and tap 读完了 until it is long enough; returns how often it was kindly too soon."""
    while visitor.page.get_by_role("link", name="下一节").count():
        visitor.tap("下一节")
    visitor.tap("读完了")
    too_soon = 0
    while left := re.search(r"请再看一会儿：这一课大约还要读 (\d+) 秒", visitor.words()):
        too_soon += 1
        visitor.page.wait_for_timeout(int(left.group(1)) * 1000)
        visitor.tap("读完了")
    return too_soon


def read_with_scripts(visitor: Visitor) -> None:
    """Read a text to its last section and tap 读完了 once; too soon, it is kindly told so, and when it has been long enough the course's page comes by itself."""
    while visitor.page.get_by_role("link", name="下一节").count():
        visitor.tap("下一节")
    visitor.tap("读完了").page.get_by_text("请再看一会儿：这一课大约还要读").wait_for()
    visitor.looks_right().page.wait_for_url("**/courses/*", timeout=60_000)


def answer_rightly(visitor: Visitor, title: str, *, scripts: bool = True) -> None:
    """Tick the right options of each question on the paper, by their words; each is said to be saved."""
    quiz = right_answers(title)
    for box in visitor.page.locator("[data-question]").all():
        stem = box.locator("legend").inner_text()
        for option in next(options for key, options in quiz.items() if key in stem):
            box.get_by_text(option, exact=True).click()
        if scripts:
            box.locator("[data-saved]", has_text="已保存").wait_for()


def online_hours(visitor: Visitor) -> Decimal:
    """The hours of 网络培训 in the person's own record of the year."""
    row = visitor.go("/record").page.get_by_role("row", name=re.compile("^网络培训")).inner_text()
    return Decimal(row.split()[1])


def number_and_code(visitor: Visitor) -> tuple[str, str]:
    """What stands on the certificate that is open; its QR code, read off the screen, leads to where anyone checks it."""
    page = visitor.words()
    number = re.search(r"[A-Z0-9]+-2\d{3}-\d{6}-[0-9A-Z]", page)
    code = re.search(r"查询码\s*[:：]?\s*([2-9A-Z]{6})", page)
    assert number and code, page
    square = visitor.page.locator(".qr").last
    square.evaluate("square => square.scrollIntoView({ block: 'center' })")  # clear of the bar at the bottom
    drawn = square.screenshot(type="png", scale="device")
    (scanned,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)))
    assert scanned.text.startswith(f"{visitor.url}/check/{number.group(0)}/{code.group(1)}#")
    return number.group(0), code.group(1)


def begin_from_home(phone: Visitor) -> None:
    """Home says what is asked, done and next, then the figures; two taps play, and the sound alone plays on."""
    phone.go("/sign-in").looks_right().is_light()
    phone.sign_in("member").sees_in_order(
        "万名党员进党校", "这次活动要学完", "您已完成", "开始", "必修课程", "学时", "大家的进展", "柳荫村党支部", "应训", "晴川县", "应训", "目标 10000 人"
    )
    phone.looks_right().is_light()
    phone.page.locator(".hero a.primary").click()
    phone.page.wait_for_load_state()
    phone.looks_right().is_light()
    tap_play(phone)
    play(phone, 3)
    phone.page.get_by_role("button", name="只听声音").click()
    phone.page.wait_for_function("() => { const video = document.querySelector('video'); return video.currentTime > 4 && video.videoWidth === 0; }")
    phone.sees("换回视频").looks_right()


def leave_in_the_middle(phone: Visitor) -> str:
    """Play the short lecture for some seconds and go home; returns its address."""
    phone.go("/courses").looks_right().is_light()
    phone.tap(SHORT).sees("核定", "学时").looks_right().is_light()
    phone.page.locator("ol.rows a.row").first.click()
    tap_play(phone)
    play(phone, 8)
    address = phone.page.url
    phone.go("/").sees("学习中")
    return address


def finish_elsewhere(phone: Visitor, address: str) -> None:
    """Take the lecture up on another phone, and play it to its end for real, through hls.js."""
    phone.go(address).sees("上次学到")
    assert tap_play(phone) >= 4, "it should go on where it was left"
    phone.page.get_by_label("语速").select_option("2")
    phone.page.wait_for_function("() => document.querySelector('video').ended", timeout=60_000)
    phone.page.get_by_text("这一课学完了").wait_for(timeout=30_000)
    phone.looks_right()
    assert phone.page.evaluate("() => Boolean(window.Hls) && document.querySelector('video').src.startsWith('blob:')"), "not played through hls.js"


def hand_in(visitor: Visitor, then: str) -> None:
    """Tap 交卷, and wait for the page that says what came of it."""
    visitor.tap("交卷", exact=True).page.get_by_text(then).first.wait_for()
    visitor.page.wait_for_load_state()


def take_the_quiz(phone: Visitor) -> None:
    """First hand it in empty and read the explanations, then answer rightly."""
    phone.tap("结业测验").sees("可以再做").looks_right().is_light()
    phone.tap("交卷", exact=True).sees("题还没有答", "再点一次").looks_right()
    hand_in(phone, "讲解")
    assert phone.page.evaluate("scrollY") == 0, "the result is read from its beginning"
    phone.sees("再做一次", by_title(SHORT).items[0].explanation).looks_right().is_light()
    phone.tap("再做一次")
    answer_rightly(phone, SHORT)
    hand_in(phone, "通过了")
    phone.sees("证明已经发给您").looks_right().is_light()


@pytest.mark.both  # hours of reports, a paper handed in, a record settled and the log that proves it, written by two devices at once
def test_a_member_studies_on_two_phones_and_holds_a_certificate(phone: Visitor, second_phone: Visitor, desk: Visitor) -> None:
    begin_from_home(phone)
    address = leave_in_the_middle(phone)
    before = online_hours(second_phone.sign_in("member"))
    finish_elsewhere(second_phone, address)

    second_phone.page.locator("[data-next] a").click()
    second_phone.page.wait_for_load_state()
    second_phone.looks_right().is_light()
    read_with_scripts(second_phone)
    second_phone.looks_right()
    take_the_quiz(second_phone)

    # The certificate as a page, a picture and a PDF; the hours are credited.
    second_phone.tap("查看学习结业证明").sees("学习结业证明", "张甲", SHORT, "（盖章处）").looks_right().is_light()
    number, code = number_and_code(second_phone)
    picture = second_phone.page.context.request.get(f"{second_phone.page.url}.png").body()
    paper = second_phone.page.context.request.get(f"{second_phone.page.url}.pdf").body()
    assert picture.startswith(b"\x89PNG") and paper.startswith(b"%PDF")
    assert online_hours(second_phone) - before == Decimal("0.25")
    second_phone.sees(SHORT, "线上学习").looks_right().is_light()
    second_phone.go("/courses").tap(SHORT).sees("您已学完这门课").looks_right()
    for page in ("/me", "/help"):
        second_phone.go(page).looks_right().is_light()

    # A stranger opens the address of the QR code, then types number and code.
    desk.go(f"/check/{number}/{code}").sees("有效", "张*", SHORT, "0.25").sees_not("张甲", "柳荫村").looks_right().is_light()
    desk.go("/check").looks_right().is_light()
    desk.fill("编号", number).fill("查询码", code).tap("查验").sees("有效", "张*", SHORT).sees_not("张甲", "柳荫村").looks_right()
    desk.expected.add(404)
    desk.go("/check").fill("编号", number).fill("查询码", "AAAAAA").tap("查验").sees("没有查到").sees_not("张").looks_right()


def test_reading_quiz_and_record_work_without_scripts(plain_phone: Visitor) -> None:
    visitor = plain_phone
    visitor.sign_in("secretary").go("/courses").tap(TEXT_ONLY)
    visitor.page.locator("ol.rows a.row").first.click()
    assert read_to_the_end(visitor) > 0
    visitor.sees("这一课学完了").tap("结业测验").tap("交卷", exact=True).sees("第 1、2、3 题还没有答")
    visitor.tap("交卷", exact=True).sees("讲解", "再做一次").tap("再做一次")
    answer_rightly(visitor, TEXT_ONLY, scripts=False)
    visitor.tap("交卷", exact=True).sees("通过了", "证明已经发给您").tap("查看学习结业证明").sees("学习结业证明", TEXT_ONLY)
    number_and_code(visitor)
    visitor.go("/record").sees("我的学习记录", TEXT_ONLY, "线上学习")
