"""A paper on a phone whose network comes and goes: filled in offline, handed in later, not lost when signed out, never another's."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from courses.kernel.db import db, transaction
from courses.questions.actions import write_quiz
from courses.questions.rules import NewItem
from learning.accounts.models import SignedIn
from learning.organization.models import Person
from learning.quizzes.models import Answer, QuizSubmission
from tests.clients import client_for
from tests.makers import MadeCourse, make_course
from tests.people import NOW, County

pytestmark = pytest.mark.both  # answers are saved one by one, late and twice, while the paper is handed in


@pytest.fixture
def course(county: County) -> MadeCourse:
    """A course whose final quiz also has a blank to fill in."""
    made = make_course(county)
    items = [NewItem("single", "发现火灾应拨打", ("110", "119"), (1,)), NewItem("fill_in", "急救电话是____", (), ("120",))]
    with transaction() as session:
        quiz = write_quiz("结业测验", items, actor=session.get_one(Person, county.trainer), now=NOW)
        session.execute(db.text("update course_version set final_quiz_id = :quiz"), {"quiz": quiz.id})
        return MadeCourse(made.course, made.version, made.video, made.text, quiz.id, made.questions, made.seconds)


@pytest.fixture
def address(app: Flask, course: MadeCourse) -> Iterator[str]:
    """Where the app answers, each request in a context of its own as in service."""
    app.config["WTF_CSRF_ENABLED"] = True
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 780}, is_mobile=True, has_touch=True, locale="zh-CN")
    yield context
    context.close()


def sign_in(phone: BrowserContext, app: Flask, person: int, address: str) -> None:
    cookie = client_for(app, person).get_cookie("hall")
    assert cookie is not None
    phone.add_cookies([{"name": "hall", "value": cookie.value, "url": address}])


def begin(phone: BrowserContext, course: MadeCourse, address: str) -> Page:
    page = phone.new_page()
    page.goto(f"{address}/courses/{course.course}")
    page.evaluate(
        """path => { const form = document.createElement("form"); form.method = "post"; form.action = path;
        form.innerHTML = '<input name=csrf_token>'; form.firstChild.value = document.querySelector("meta[name=csrf-token]").content;
        document.body.appendChild(form); form.submit(); }""",
        f"/courses/{course.course}/quizzes/{course.quiz}/attempts",
    )
    page.wait_for_url("**/attempts/*")
    return page


def answer(page: Page) -> None:
    page.get_by_text("119", exact=True).click()
    page.get_by_label("填在这里").fill("１２０")
    page.get_by_label("填在这里").blur()


def answered_offline(phone: BrowserContext, app: Flask, county: County, course: MadeCourse, address: str) -> Page:
    """The member's paper, filled in after the line was cut."""
    sign_in(phone, app, county.member, address)
    page = begin(phone, course, address)
    phone.set_offline(True)
    answer(page)
    return page


def kept(page: Page) -> str:
    return str(page.evaluate("JSON.stringify(localStorage)"))


def test_a_paper_filled_in_and_handed_in_offline_arrives_when_the_network_does(
    app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str
):
    page = answered_offline(phone, app, county, course, address)
    expect(page.locator("[data-waiting]")).to_contain_text("可以接着做")
    page.get_by_role("button", name="交卷").click()
    expect(page.locator("[data-waiting]")).to_contain_text("自动交卷")
    assert f"hall.paper.{county.member}." in kept(page)
    db.session.rollback()
    assert db.session.query(Answer).count() == db.session.query(QuizSubmission).count() == 0
    phone.set_offline(False)
    expect(page.get_by_role("heading", name="讲解")).to_be_visible(timeout=30_000)
    assert "hall.paper" not in kept(page)
    db.session.rollback()
    assert db.session.query(QuizSubmission).one().score == 100


def test_a_paper_handed_in_offline_and_left_is_handed_in_from_any_page(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str):
    page = answered_offline(phone, app, county, course, address)
    page.get_by_role("button", name="交卷").click()
    expect(page.locator("[data-waiting]")).to_contain_text("自动交卷")
    page.close()
    phone.set_offline(False)
    other = phone.new_page()
    other.goto(f"{address}/record")
    expect(other.locator("[data-outbox]")).to_contain_text("卷子已经送到")
    assert "hall.paper" not in kept(other)
    other.get_by_role("link", name="看结果").click()
    expect(other.get_by_role("heading", name="讲解")).to_be_visible()
    db.session.rollback()
    assert db.session.query(QuizSubmission).one().score == 100


def test_answers_of_a_paper_that_was_left_are_saved_from_any_page(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str):
    page = answered_offline(phone, app, county, course, address)
    expect(page.locator("[data-waiting]")).to_contain_text("可以接着做")
    page.close()
    phone.set_offline(False)
    other = phone.new_page()
    other.goto(f"{address}/record")
    other.wait_for_function("() => !JSON.stringify(localStorage).includes('hall.paper')")
    db.session.rollback()
    assert (db.session.query(Answer).count(), db.session.query(QuizSubmission).count()) == (2, 0)


def test_each_answer_says_that_it_is_saved_and_a_lost_page_comes_back_whole(
    app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str
):
    sign_in(phone, app, county.member, address)
    page = begin(phone, course, address)
    page.get_by_text("119", exact=True).click()
    expect(page.locator("[data-saved]", has_text="已保存")).to_have_count(1)
    phone.set_offline(True)
    page.get_by_label("填在这里").fill("120")
    page.get_by_label("填在这里").blur()
    expect(page.locator("[data-saved]", has_text="还没送到")).to_have_count(1)
    path = page.url
    page.close()  # swiped away
    phone.set_offline(False)
    again = phone.new_page()
    again.goto(path)
    expect(again.locator("[data-saved]", has_text="已保存")).to_have_count(2)
    expect(again.get_by_label("填在这里")).to_have_value("120")
    again.wait_for_function("() => !JSON.stringify(localStorage).includes('hall.paper')")  # also what the server showed as saved is sent once more


def test_signed_out_in_between_the_page_waits_for_its_own_person(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str):
    sign_in(phone, app, county.member, address)
    page = begin(phone, course, address)
    with transaction() as session:
        session.query(SignedIn).delete()
    answer(page)
    expect(page.locator("[data-waiting]")).to_contain_text("登录已过期")
    sign_in(phone, app, county.neighbour, address)  # the phone is handed on
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-waiting]")).to_contain_text("不是现在登录的人")
    db.session.rollback()
    assert db.session.query(Answer).count() == 0
    sign_in(phone, app, county.member, address)
    page.get_by_role("button", name="交卷").click()
    expect(page.get_by_role("heading", name="讲解")).to_be_visible(timeout=30_000)
    db.session.rollback()
    assert db.session.query(QuizSubmission).one().score == 100
