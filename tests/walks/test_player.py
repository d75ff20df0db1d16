"""What a lecture's page and a text do beyond playing: a jump earns nothing, a place is looked for in pictures or in words, slides follow what is
heard, a text is read aloud."""

import itertools
import re
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import BrowserContext, expect

from courses.catalogue.models import Lesson, LessonSlides
from courses.kernel.db import db, transaction
from courses.kernel.storage import storage
from courses.media.models import Asset, AssetPage, Rendition
from learning.progress.models import LessonCompletion
from tests.makers import MadeCourse
from tests.people import NOW, County
from tests.walks.test_nothing_lost import STANDS, address, course, drained, heard, length, opened, phone, play
from tests.walks.test_paper import sign_in

__all__ = ["address", "course", "phone"]
CUES = "WEBVTT\n\n00:01.000 --> 00:05.000\n先关火\n\n00:20.000 --> 00:24.000\n再断电\n"
VOICE = "window.spoken = []; speechSynthesis.speak = said => { window.spoken.push(said.text); said.onend(); }; speechSynthesis.cancel = () => {};"


@pytest.fixture
def member(app: Flask, county: County, course: MadeCourse, phone: BrowserContext, address: str) -> BrowserContext:
    """A phone whose member is signed in."""
    sign_in(phone, app, county.member, address)
    return phone


def test_a_jump_to_the_end_earns_only_what_was_played(county: County, course: MadeCourse, member: BrowserContext, address: str):
    """`ended` fires after a jump too."""
    page = opened(member, address, course)
    play(page, 3)
    page.evaluate("document.querySelector('video').currentTime = 28")
    page.wait_for_function("() => document.querySelector('video').ended", timeout=30_000)
    page.goto(f"{address}/courses")
    drained(page)
    spans = heard(county.member, course)
    assert any(stop >= 29 for _, stop in spans) and length(spans) <= 10, spans
    assert db.session.query(LessonCompletion).count() == 0


def test_a_place_is_found_by_its_picture_and_by_what_is_said(app: Flask, course: MadeCourse, member: BrowserContext, address: str, tmp_path: Path):
    (tmp_path / "sprite.jpg").write_bytes(b"\xff\xd8\xff")
    with app.app_context(), transaction() as session:
        asset = session.query(Asset).one()
        session.add(Rendition(asset_id=asset.id, name="sprite", path="sprite.jpg", bytes=3, width=160, height=90))
        storage().put(f"{asset.folder}/sprite.jpg", tmp_path / "sprite.jpg")
        session.get_one(Lesson, course.video).captions = CUES
    page = opened(member, address, course)
    still, slider = page.locator("[data-still]"), page.locator("[data-seek] input")
    slider.evaluate("bar => { bar.value = 13; bar.dispatchEvent(new Event('input')); }")
    expect(page.locator("[data-when]")).to_have_text("0:13")
    assert still.evaluate("still => [still.style.backgroundPosition, still.style.backgroundImage.includes('sprite.jpg')]") == ["-320px 0px", True]
    slider.evaluate("bar => bar.dispatchEvent(new Event('change'))")
    page.wait_for_function(f"() => ({STANDS})() >= 13", timeout=30_000)
    page.get_by_role("button", name="再断电").click()
    expect(page.locator("[data-caption-line]")).to_have_text("再断电", timeout=30_000)
    assert page.evaluate(STANDS) >= 20
    expect(page.locator(".cue[aria-current]")).to_contain_text("再断电")
    page.get_by_role("button", name="关字幕").click()
    expect(page.locator("[data-caption-line]")).to_be_hidden()


def test_slides_follow_what_is_heard_and_lead_to_it(app: Flask, county: County, course: MadeCourse, member: BrowserContext, address: str, tmp_path: Path):
    for number, form in itertools.product((1, 2), ("webp", "jpg")):
        Image.new("RGB", (32, 18), "teal").save(tmp_path / f"page.{form}")
        storage().put(f"documents/deck/page-000{number}.{form}", tmp_path / f"page.{form}")
    with app.app_context(), transaction() as session:
        deck = Asset(sha256="e" * 64, kind="document", file_name="a.pptx", bytes=1, state="ready", page_count=2, folder="documents/deck", uploaded_at=NOW)
        deck.uploaded_by_id, deck.pages = county.trainer, [AssetPage(number=number, width=1600, height=900, text=f"第{number}张") for number in (1, 2)]
        session.add(deck)
        session.flush()
        session.add(LessonSlides(lesson_id=course.video, asset_id=deck.id, seconds=[0, 20]))
    page = opened(member, address, course)
    slide, drawn = page.locator("img.slide-now"), "image => image.decode().then(() => image.naturalWidth)"
    play(page, 1)
    expect(slide).to_have_attribute("src", re.compile("page-0001.webp$"))
    assert slide.evaluate(drawn) == 32
    page.locator("[data-slides] [data-from='20']").click()
    expect(slide).to_have_attribute("src", re.compile("page-0002.webp$"), timeout=30_000)
    assert slide.evaluate(drawn) == 32 and page.evaluate(STANDS) >= 20
    page.get_by_role("button", name="不看幻灯片").click()
    expect(slide).to_be_hidden()


def test_a_text_is_read_aloud_by_the_phone(course: MadeCourse, member: BrowserContext, address: str):
    member.add_init_script(VOICE)
    page = member.new_page()
    page.goto(f"{address}/lessons/{course.text}")
    page.get_by_role("button", name="念给我听").click()
    spoken = page.evaluate("() => window.spoken")
    assert len(spoken) > 1 and "".join(spoken).count("学习要讲究方法。") == 20 and max(map(len, spoken)) <= 130
    expect(page.get_by_role("button", name="念给我听")).to_have_attribute("aria-pressed", "false")
