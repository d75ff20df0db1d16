"""A trainer puts lessons in order in a browser: by the arrow keys and by dragging; each move is saved at once, one that cannot be saved goes back."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from courses.catalogue import actions, queries
from courses.catalogue.models import Course
from courses.kernel.db import db, transaction
from learning.organization.models import Person
from tests.makers import MadeCourse
from tests.people import NOW, County
from tests.walks.test_paper import address, course, phone, sign_in

__all__ = ["address", "course", "phone"]


@pytest.fixture
def draft(county: County, course: MadeCourse) -> int:
    """A new version of three lessons."""
    with transaction():
        version = actions.new_version(db.session.get_one(Course, course.course), actor=db.session.get_one(Person, county.trainer), now=NOW)
        actions.add_lesson(version, "text", "做一做", text="关阀门。")
        return version.id


def titles(version_id: int) -> list[str]:
    db.session.rollback()
    return [lesson.title for lesson in queries.outline(version_id).lessons]


def dragged(page: Page, title: str, over: str) -> None:
    """By the handle of one row, onto another."""
    page.get_by_role("button", name=f"移动：{title}").hover()
    held, there = page.locator("li.lesson-row", has_text=title).bounding_box(), page.locator("li.lesson-row", has_text=over).bounding_box()
    assert held is not None and there is not None and there["y"] > 0
    page.mouse.down()
    page.mouse.move(held["x"], there["y"] + there["height"] / 4, steps=8)
    page.mouse.up()


def test_lessons_are_moved_by_keys_and_by_dragging(app: Flask, county: County, course: MadeCourse, draft: int, phone: BrowserContext, address: str):
    sign_in(phone, app, county.trainer, address)
    page = phone.new_page()
    page.goto(f"{address}/workshop/courses/{course.course}")
    said = page.locator("[data-order] [data-said]")
    page.get_by_role("button", name="移动：做一做").press("ArrowUp")
    expect(said).to_be_visible()
    assert titles(draft) == ["讲座", "做一做", "读一读"]
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "移动：做一做", "the next key moves the same lesson"
    with page.expect_response("**/order"):
        dragged(page, "读一读", "讲座")
    assert titles(draft) == ["读一读", "讲座", "做一做"]
    page.route("**/order", lambda asked: asked.abort())
    page.get_by_role("button", name="移动：读一读").press("ArrowDown")
    expect(page.locator("[data-order] [data-said].bad")).to_be_visible()
    expect(page.locator("li.lesson-row").first).to_contain_text("读一读")
    assert titles(draft) == ["读一读", "讲座", "做一做"]
