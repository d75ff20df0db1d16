"""A member at a small phone: from the home page to the certificate, and a stranger who checks it."""

import re

from learning.demo.courses import COURSES
from tests.walks.visitor import Visitor

SHORT = "防范电信网络诈骗（微课）"


def play_to(visitor: Visitor, seconds: float, *, within: int = 60) -> None:
    visitor.page.wait_for_function("s => document.querySelector('video').currentTime >= s", arg=seconds, timeout=within * 1000)


def right_answers(title: str) -> dict[str, list[str]]:
    """The right options of each question of a demo course, by its stem."""
    course = next(row for row in COURSES if row.title == title)
    return {item.stem: [item.options[place] for place in item.answer] for item in course.items}


def answer_rightly(visitor: Visitor, quiz: dict[str, list[str]]) -> None:
    """Tick the right options of each question on the paper, by their words; each is said to be saved."""
    for box in visitor.page.locator("[data-question]").all():
        stem = box.locator("legend").inner_text()
        right = next(options for key, options in quiz.items() if key in stem)
        for option in right:
            box.get_by_text(option, exact=True).click()
        box.locator("[data-saved]", has_text="已保存").wait_for()


def test_a_member_studies_on_two_phones_and_holds_a_certificate(phone: Visitor, second_phone: Visitor, desk: Visitor) -> None:
    # Home names the campaign and leads to the next thing in one tap; the second tap plays.
    phone.go("/sign-in").looks_right().is_light()
    phone.sign_in("member").sees("万名党员进党校", "必修", "应训").looks_right().is_light()
    phone.page.locator(".hero a.primary").click()
    phone.page.wait_for_load_state()
    phone.looks_right().is_light()
    phone.page.get_by_role("button", name="播放").click()
    play_to(phone, 3)

    # The short lecture: begun here, left in the middle, taken up on another phone.
    phone.go("/courses").looks_right().is_light()
    phone.tap(SHORT).sees("核定", "学时").looks_right().is_light()
    phone.page.locator("ol.rows a.row").first.click()
    phone.page.get_by_role("button", name="播放").click()
    play_to(phone, 8)
    lesson = phone.page.url
    phone.go("/").sees("学习中")

    second_phone.sign_in("member").go(lesson).sees("上次学到")
    second_phone.page.get_by_role("button", name="播放").click()
    second_phone.page.wait_for_function("() => document.querySelector('video').currentTime > 3")
    second_phone.page.get_by_label("语速").select_option("2")
    second_phone.page.wait_for_function("() => document.querySelector('video').ended", timeout=90_000)
    second_phone.page.get_by_text("这一课学完了").wait_for(timeout=60_000)
    assert second_phone.page.evaluate("Boolean(window.Hls)"), "the lecture should have played through hls.js"

    # The text, read to its end: too soon is answered kindly, and the time it takes is given.
    second_phone.page.locator("[data-next] a").click()
    second_phone.page.wait_for_load_state()
    second_phone.looks_right().is_light()
    while second_phone.page.get_by_role("link", name="下一节").count():
        second_phone.tap("下一节")
    second_phone.tap("读完了")
    while second_phone.page.get_by_text("请再看一会儿").count():
        second_phone.looks_right()
        second_phone.page.wait_for_timeout(8000)
        second_phone.tap("读完了")

    # The quiz: first all wrong, then explanations, then right.
    second_phone.tap("结业测验").sees("可以再做").looks_right().is_light()
    second_phone.tap("交卷").sees("讲解", "再做一次").looks_right().is_light()
    second_phone.tap("再做一次")
    answer_rightly(second_phone, right_answers(SHORT))
    second_phone.tap("交卷").sees("通过了", "证明已经发给您").looks_right().is_light()

    # The certificate, and the record.
    second_phone.tap("查看学习结业证明").sees("学习结业证明", "张甲", SHORT).looks_right().is_light()
    page = second_phone.words()
    number = re.search(r"[A-Z0-9]+-2026-\d{6}-[0-9A-Z]", page)
    code = re.search(r"查询码\s*[:：]?\s*([2-9A-Z]{6})", page)
    assert number and code, page
    second_phone.go("/record").sees(SHORT, "线上学习", "0.25").looks_right().is_light()
    second_phone.go("/me").looks_right().is_light()
    second_phone.go("/help").looks_right().is_light()

    # A stranger types number and code.
    desk.go("/check").looks_right().is_light()
    desk.fill("编号", number.group(0)).fill("查询码", code.group(1)).tap("查验")
    desk.sees("有效", "张*", SHORT, "0.25").sees_not("张甲", "柳荫村").looks_right().is_light()
    desk.go("/check")
    desk.expected.add(404)
    desk.fill("编号", number.group(0)).fill("查询码", "AAAAAA").tap("查验").sees("没有查到").looks_right()


def test_reading_quiz_and_record_work_without_scripts(browser, site) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780}, java_script_enabled=False)
    visitor = Visitor(context.new_page(), site.url, site.passwords)
    visitor.sign_in("secretary").go("/courses").tap("村级议事与")
    visitor.page.locator("ol.rows a.row").first.click()
    while visitor.page.get_by_role("link", name="下一节").count():
        visitor.tap("下一节")
    visitor.tap("读完了").sees("请再看一会儿")
    visitor.go("/courses").tap("村级议事与").tap("结业测验").tap("交卷").sees("讲解")
    visitor.go("/record").sees("我的学习记录")
    context.close()
