"""The trainer's and the learner's pages of a recording: captions, stopping and trying again."""

import io
from pathlib import Path

import pytest
from flask import Flask

from courses.catalogue import actions as catalogue
from courses.catalogue.models import Course, Lesson
from courses.kernel.db import db, transaction
from courses.kernel.storage import storage
from courses.media import queries, rules
from courses.media.models import Asset
from learning.organization.models import Person
from tests.clients import client_for
from tests.makers import make_course
from tests.media import recordings
from tests.media.test_captions import ROUGH, SRT
from tests.media.test_preparation import enter, work
from tests.people import NOW, County


def draft_lecture(county: County) -> tuple[int, int]:
    """A new version of a published course: the draft's lecture and the published one, by id."""
    made = make_course(county)
    with transaction():
        draft = catalogue.new_version(db.session.get_one(Course, made.course), actor=db.session.get_one(Person, county.trainer), now=NOW)
        return next(row.id for row in draft.lessons if row.kind == "video"), made.video


def test_captions_are_taken_in_shown_carried_on_and_taken_away(app: Flask, county: County) -> None:
    lesson_id, published = draft_lecture(county)
    trainer = client_for(app, county.trainer)

    def send(data: bytes) -> str:
        sent = {"captions": (io.BytesIO(data), "第一讲.srt")}
        return trainer.post(f"/workshop/lessons/{lesson_id}/captions", data=sent, content_type="multipart/form-data", follow_redirects=True).text

    assert "共 2 条" in send(SRT.encode("gb18030"))
    assert "今天讲消防。" in trainer.get(f"/workshop/lessons/{lesson_id}").text
    assert "没有从文件里读到字幕" in send("讲稿".encode())
    assert "请先选一个字幕文件" in trainer.post(f"/workshop/lessons/{lesson_id}/captions").text
    with transaction():
        db.session.get_one(Lesson, published).captions = db.session.get_one(Lesson, lesson_id).captions
    page = client_for(app, county.member).get(f"/lessons/{published}").text
    assert 'data-from="4.0" data-until="6.0"' in page and "今天讲消防。" in page and "captions.js" in page
    trainer.post(f"/workshop/lessons/{lesson_id}/captions", data={"remove": "1"})
    assert "今天讲消防。" not in trainer.get(f"/workshop/lessons/{lesson_id}").text


def test_captions_that_were_left_out_are_named(app: Flask, county: County) -> None:
    lesson_id, _ = draft_lecture(county)
    sent = {"captions": (io.BytesIO(ROUGH.encode()), "第一讲.srt")}
    page = (
        client_for(app, county.trainer)
        .post(f"/workshop/lessons/{lesson_id}/captions", data=sent, content_type="multipart/form-data", follow_redirects=True)
        .text
    )
    assert "共 2 条" in page and "另有 2 条没有收" in page and "文件第 11、15 行" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "这个字幕文件是空的"),
        (b"\x89PNG\r\n\x1a\n\x00\x00" + bytes(300), "读不出这个字幕文件"),
        (bytes(3_000_000), "字幕文件太大"),
        (SRT.replace("00:00:0", "00:09:0").encode(), "字幕从 9:01 才开始，可是这一课只有 1:40"),
    ],
    ids=["empty", "picture", "too large", "after the end"],
)
def test_what_is_no_captions_of_this_lesson_is_told_on_its_page_at_the_field(app: Flask, county: County, data: bytes, words: str) -> None:
    lesson_id, _ = draft_lecture(county)
    sent = {"captions": (io.BytesIO(data), "第一讲.srt")}
    answer = client_for(app, county.trainer).post(f"/workshop/lessons/{lesson_id}/captions", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    top, below = answer.text.split('<div class="columns">')
    assert words in top and 'href="#captions"' in top
    assert 'id="captions-file-fault"' in below and 'name="text"' in below
    assert db.session.get_one(Lesson, lesson_id).captions == ""


def test_a_page_without_captions_loads_no_script_for_them(app: Flask, county: County) -> None:
    made = make_course(county)
    page = client_for(app, county.member).get(f"/lessons/{made.video}").text
    assert "captions.js" not in page and "data-captions" not in page


def test_a_trainer_stops_and_tries_again_from_the_lesson(app: Flask, county: County, tmp_path: Path) -> None:
    lesson_id, _ = draft_lecture(county)
    asset_id = enter(recordings.speech(tmp_path / "a.mp3"), county.trainer)
    with transaction():
        db.session.get_one(Lesson, lesson_id).asset_id = asset_id
    trainer = client_for(app, county.trainer)
    assert "停止准备" in trainer.get(f"/workshop/lessons/{lesson_id}").text
    stopped = trainer.post(f"/workshop/lessons/{lesson_id}/preparation/end", follow_redirects=True).text
    assert "您取消了准备" in stopped and "重试" in stopped
    work(app)
    assert queries.preparation(asset_id).state == "refused"
    source = rules.source_of(db.session.get_one(Asset, asset_id).sha256)
    storage().local(source).rename(tmp_path / "away")
    assert "请重新上传" in trainer.post(f"/workshop/lessons/{lesson_id}/preparation").text
    assert queries.preparation(asset_id).state == "refused"
    (tmp_path / "away").rename(storage().local(source))
    assert "正在准备" in trainer.post(f"/workshop/lessons/{lesson_id}/preparation", follow_redirects=True).text
    work(app)
    assert queries.preparation(asset_id).state == "ready"
    assert "停止准备" not in trainer.get(f"/workshop/lessons/{lesson_id}").text
