"""Documents from upload to pages, through the real office suite and the real queue."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from courses.kernel import clock, queue
from courses.kernel.db import db, transaction
from courses.kernel.storage import storage
from courses.media import actions, document_actions, document_rules, documents, queries, sweep_actions
from courses.media.models import Asset, AssetPage
from learning.organization.models import Person
from tests.clients import client_for
from tests.conftest import settings_in
from tests.media import papers
from tests.media.addresses import pages_of
from tests.media.test_setbacks import again
from tests.media.test_views import JSON, send
from tests.people import County


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """Three slides as PPTX."""
    yield papers.converted(papers.flat_slides(), tmp_path_factory.mktemp("slides") / "slides.pptx").read_bytes()


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """Two leaves as PDF."""
    yield papers.converted(papers.flat_text(["学习要讲究方法。"] * 60), tmp_path_factory.mktemp("sheet") / "sheet.pdf").read_bytes()


def drawn(app: Flask, county: County, data: bytes, name: str) -> Asset:
    """An upload of the trainer's, as the worker leaves it."""
    answer = send(client_for(app, county.trainer), data, name)
    assert answer.status_code == 201, answer.text
    while queue.work_once(app, lease_seconds=30):
        pass
    db.session.rollback()
    return db.session.get_one(Asset, answer.get_json()["id"])


def test_slides_become_pictures_with_their_words(app: Flask, county: County, slides: bytes) -> None:
    asset = drawn(app, county, slides, "消防.pptx")
    assert (asset.kind, asset.state, asset.page_count) == ("document", "ready", 3)
    assert [page.text for page in asset.pages] == list(papers.SLIDES)
    followed = client_for(app, county.trainer).get(f"/assets/{asset.id}/preparation", headers=JSON).get_json()
    assert (followed["state"], followed["page_count"], followed["percent"]) == ("ready", 3, 100)

    pages = pages_of(asset.id, county.trainer, now=clock.now())
    reader = client_for(app, county.trainer)
    for address, form, width in ((pages[0].light, "WEBP", document_rules.LIGHT_WIDTH), (pages[0].large, "JPEG", document_rules.LARGE_WIDTH)):
        answer = reader.get(address)
        picture = Image.open(io.BytesIO(answer.data))
        assert (picture.format, picture.width) == (form, width)
        assert answer.mimetype == f"image/{form.lower()}"
    assert len(reader.get(pages[0].light).data) < 40_000, "a phone is given this on every page"
    assert client_for(app, county.member).get(pages[0].light).status_code == 404, "an address is for one person"


@pytest.mark.parametrize(
    ("flat", "name", "pages"), [(papers.flat_slides(), "old.ppt", 3), (papers.flat_text(["弯腰沿墙走"]), "text.docx", 1)], ids=["ppt", "docx"]
)
def test_old_slides_and_a_text_become_pages_too(tmp_path: Path, flat: str, name: str, pages: int) -> None:
    (tmp_path / "made").mkdir()
    made = documents.drawn(papers.converted(flat, tmp_path / name), tmp_path / "made", settings_in(tmp_path), report=lambda percent: None)
    assert len(made.pages) == pages and "弯腰沿墙走" in made.pages[-1].text


def test_a_phone_is_not_sent_the_same_picture_twice(app: Flask, county: County, sheet: bytes) -> None:
    asset, now = drawn(app, county, sheet, "讲义.pdf"), clock.now().replace(hour=7)
    first = pages_of(asset.id, county.member, now=now)
    assert pages_of(asset.id, county.member, now=now + timedelta(minutes=59)) == first


def test_a_pdf_needs_no_office(app: Flask, county: County, sheet: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courses.media.office.program", lambda settings: None)
    asset = drawn(app, county, sheet, "讲义.pdf")
    assert asset.state == "ready" and asset.page_count == 2
    assert asset.characters and asset.characters > 400


def test_without_office_slides_are_turned_down_with_what_to_install(app: Flask, county: County, slides: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courses.media.office.program", lambda settings: None)
    answer = send(client_for(app, county.trainer), slides, "消防.pptx")
    assert answer.status_code == 422
    assert "导出为 PDF" in answer.get_json()["error"] and "libreoffice-impress-nogui" in answer.get_json()["error"]


def test_the_same_bytes_are_drawn_once(app: Flask, county: County, sheet: bytes) -> None:
    drawn(app, county, sheet, "讲义.pdf")
    again = send(client_for(app, county.trainer), sheet, "讲义（副本）.pdf")
    assert again.get_json()["state"] == "ready"
    assert not queue.work_once(app, lease_seconds=30)


def test_whoever_lost_the_job_publishes_nothing(app: Flask, county: County, sheet: bytes) -> None:
    asset_id = send(client_for(app, county.trainer), sheet, "讲义.pdf").get_json()["id"]
    late = queue.claim(now=clock.now(), lease=timedelta(seconds=5))
    assert late is not None
    made = document_actions.draw(db.session.get_one(Asset, asset_id).sha256, report=lambda percent: None)
    db.session.rollback()
    other = queue.claim(now=clock.now() + timedelta(minutes=1), lease=timedelta(seconds=30))
    assert other is not None and other[0].job_id == late[0].job_id
    with pytest.raises(queue.Lost), transaction():
        document_actions.publish(late[0], asset_id, made, now=clock.now())
    with transaction():
        document_actions.publish(other[0], asset_id, made, now=clock.now())
    assert db.session.get_one(Asset, asset_id).page_count == 2


def test_drawing_is_cancelled_and_asked_for_again(app: Flask, county: County, sheet: bytes) -> None:
    asset_id = send(client_for(app, county.trainer), sheet, "讲义.pdf").get_json()["id"]
    with transaction():
        actions.stop_preparing(db.session.get_one(Asset, asset_id), now=clock.now())
    assert not queue.work_once(app, lease_seconds=30)
    assert db.session.get_one(Asset, asset_id).state == "refused"
    db.session.rollback()
    again(asset_id)
    assert queue.work_once(app, lease_seconds=30)
    db.session.rollback()
    assert db.session.get_one(Asset, asset_id).state == "ready"


def test_pages_that_no_course_needs_are_swept(app: Flask, county: County, sheet: bytes) -> None:
    asset = drawn(app, county, sheet, "讲义.pdf")
    folder = document_rules.folder_of(asset.sha256)
    assert storage().exists(folder)
    with transaction():
        sweep_actions.sweep((), before=clock.now() + timedelta(days=1), now=clock.now())
    assert not storage().exists(folder)
    assert db.session.query(AssetPage).count() == 0


def test_a_document_is_nothing_to_play(app: Flask, county: County, sheet: bytes) -> None:
    asset = drawn(app, county, sheet, "讲义.pdf")
    assert queries.recent(db.session.get_one(Person, county.trainer), "recording") == []
    assert [row.id for row in queries.recent(db.session.get_one(Person, county.trainer), "document")] == [asset.id]
