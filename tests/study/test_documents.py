"""A document is read page by page, its place is kept, and 读完了 waits for as long as its words and pages ask."""

from datetime import timedelta

import pytest
import time_machine

from courses.catalogue import queries as catalogue
from courses.catalogue.models import Lesson
from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.media.models import Asset, AssetPage
from learning.progress import queries as progress
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW

TEXTS = ("发现火情，先撤离。" * 40, "", "弯腰沿墙走。" * 40)


@pytest.fixture
def lesson(county):
    """A published document of three pages, the second without words."""
    course = make_course(county)
    with transaction():
        asset = Asset(
            sha256="d" * 64, kind="document", file_name="消防.pptx", bytes=1, state="ready", page_count=3, characters=640, folder="documents/none",
            uploaded_by_id=county.trainer, uploaded_at=NOW, ready_at=NOW,
        )  # fmt: skip
        asset.pages = [AssetPage(number=place + 1, width=1600, height=900, text=text) for place, text in enumerate(TEXTS)]
        db.session.add(asset)
        db.session.flush()
        row = Lesson(version_id=course.version, origin="d1", position=3, kind="document", title="消防课件", asset_id=asset.id)
        db.session.add(row)
        db.session.flush()
        return row.id


def test_all_pages_stand_one_under_another_with_their_words(app, county, lesson):
    page = client_for(app, county.member).get(f"/lessons/{lesson}").get_data(as_text=True)
    assert page.count('data-page="') == 3 and page.count('loading="lazy"') == 2, "the first picture at once, the others as they come into view"
    assert all(text in page for text in TEXTS) and "读完了" in page and "念给我听" in page


def test_a_preview_shows_the_pages_as_the_phone_will(app, county, lesson):
    row = db.session.get_one(Lesson, lesson)
    place = [one.id for one in catalogue.outline(row.version_id).lessons].index(lesson) + 1
    page = client_for(app, county.trainer).get(f"/previews/{row.version_id}/phone/{place}").get_data(as_text=True)
    assert page.count("page-picture") == 3 and "/page-0003.webp" in page and all(text in page for text in TEXTS)


def test_one_page_at_a_time_needs_no_script_and_keeps_the_place(app, county, lesson):
    phone = client_for(app, county.member)
    second = phone.get(f"/lessons/{lesson}?page=2").get_data(as_text=True)
    assert 'id="page-2"' in second and 'id="page-1"' not in second and "读完了" not in second
    assert "读完了" in phone.get(f"/lessons/{lesson}?page=3").get_data(as_text=True)
    assert "接着看第 3 页" in client_for(app, county.member).get(f"/lessons/{lesson}").get_data(as_text=True), "another phone goes on from there"


def test_a_script_keeps_the_place_and_gains_nothing_by_it(app, county, lesson):
    phone = client_for(app, county.member)
    phone.get(f"/lessons/{lesson}")
    assert phone.post(f"/lessons/{lesson}/place", json={"page": 2}).get_json() == {"page": 2}
    for wrong in ({"page": 4}, {"page": 0}, {"page": True}, {}, []):
        assert phone.post(f"/lessons/{lesson}/place", json=wrong).status_code == 422
    assert phone.post(f"/lessons/{lesson}/place", json={"page": 1, "person": county.neighbour}).status_code == 409
    part = progress.parts(county.member, [lesson])[lesson]
    assert (part.position, part.covered_seconds) == (2, 0)


def test_read_through_only_after_the_time_it_takes(app, county, lesson):
    phone = client_for(app, county.member)
    start = clock.now()
    phone.get(f"/lessons/{lesson}")
    early = phone.post(f"/lessons/{lesson}/reading", json={})
    assert not early.get_json()["finished"] and 40 <= early.get_json()["wait"] <= 48, "640 characters at 800 a minute"
    with time_machine.travel(start + timedelta(seconds=60)):
        assert phone.post(f"/lessons/{lesson}/reading", json={}).get_json() == {"wait": 0, "finished": True}
    assert progress.is_finished(county.member, lesson)


def test_the_outline_knows_its_pages_and_its_length(app, county, lesson):
    version = db.session.get_one(Lesson, lesson).version_id
    (part,) = (one for one in catalogue.outline(version).lessons if one.kind == "document")
    assert (part.pages, part.characters, part.is_read) == (3, 640, True)


def test_a_document_is_not_played_and_a_lecture_has_no_pages(app, county, lesson):
    phone = client_for(app, county.member)
    assert phone.post(f"/lessons/{lesson}/sessions", json={}).status_code == 404
    played = db.session.query(Lesson.id).filter_by(kind="video").scalar()
    assert phone.post(f"/lessons/{played}/place", json={"page": 1}).status_code == 404
