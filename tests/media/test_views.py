"""Uploading and playing over HTTP."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from courses.kernel import clock, queue
from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from courses.media import tokens
from courses.media.models import Asset
from tests.clients import client_for
from tests.conftest import settings_in
from tests.media import recordings
from tests.media.addresses import playback_of
from tests.people import County

JSON = {"Accept": "application/json"}


def send(client: FlaskClient, data: bytes, name: str = "讲座.mp4", **more: str) -> TestResponse:
    """Upload as the page's script does."""
    return client.post("/assets", data={"file": (io.BytesIO(data), name)}, headers={**JSON, **more}, content_type="multipart/form-data")


@pytest.fixture
def song(tmp_path: Path) -> bytes:
    """Three seconds of sound."""
    return recordings.speech(tmp_path / "song.mp3").read_bytes()


def ready_asset(app: Flask, county: County, song: bytes) -> int:
    """An asset that was uploaded and prepared."""
    answer = send(client_for(app, county.trainer), song)
    assert answer.status_code == 201, answer.text
    while queue.work_once(app, lease_seconds=30):
        pass
    db.session.rollback()
    return int(answer.get_json()["id"])


def address(asset_id: int, person_id: int) -> str:
    """Where this person plays the sound of the asset."""
    playback = playback_of(asset_id, person_id, now=clock.now())
    assert playback is not None and playback.sound is not None
    return playback.sound


def test_an_upload_is_accepted_and_followed(app: Flask, county: County, song: bytes) -> None:
    trainer = client_for(app, county.trainer)
    answer = send(trainer, song, "讲座/第一讲.mp3")
    assert answer.status_code == 201
    asset_id = answer.get_json()["id"]
    assert db.session.get_one(Asset, asset_id).file_name == "第一讲.mp3"
    assert trainer.get(f"/assets/{asset_id}/preparation", headers=JSON).get_json()["state"] == "waiting"
    while queue.work_once(app, lease_seconds=30):
        pass
    db.session.rollback()
    done = trainer.get(f"/assets/{asset_id}/preparation", headers=JSON).get_json()
    assert done == {
        "state": "ready",
        "percent": 100,
        "fault": None,
        "note": None,
        "going_on": False,
        "can_retry": False,
        "duration_seconds": 3,
        "page_count": None,
        "kind": "recording",
    }


@pytest.mark.parametrize(("data", "words"), [(b"", "0 字节"), (b"hello, this is a text. " * 99, "文字"), (b"\x00\x01\x02" * 999, "已损坏")])
def test_a_bad_upload_is_answered_in_plain_words(app: Flask, county: County, data: bytes, words: str) -> None:
    answer = send(client_for(app, county.trainer), data)
    assert answer.status_code == 422
    assert words in answer.get_json()["error"]
    assert db.session.query(Asset).count() == 0


def test_no_file_at_all(app: Flask, county: County) -> None:
    trainer = client_for(app, county.trainer)
    assert "没有收到文件" in trainer.post("/assets", data={"file": "words"}, headers=JSON).get_json()["error"]
    assert trainer.post("/assets", data=b"x", headers=JSON, content_type="text/plain").status_code == 422


def test_a_file_above_the_limit(migrated: Path, app: Flask, county: County) -> None:
    app.extensions["settings"] = settings_in(settings().data_dir, MAX_UPLOAD_MB="1")
    trainer = client_for(app, county.trainer)
    assert "上限是 1 MB" in send(trainer, b"x" * (1024 * 1024 + 5)).get_json()["error"]
    beyond = send(trainer, b"x" * (3 * 1024 * 1024))
    assert beyond.status_code == 413 and "太大" in beyond.get_json()["error"]
    assert list((settings().data_dir / "files" / "work").iterdir()) == []


def test_uploads_may_be_larger_than_forms(app: Flask, county: County, tmp_path: Path) -> None:
    recordings.speech(tmp_path / "long.wav", seconds=40)
    data = (tmp_path / "long.wav").read_bytes()
    assert len(data) > app.config["MAX_CONTENT_LENGTH"]
    assert send(client_for(app, county.trainer), data).status_code == 201


def test_only_course_writers_upload_and_only_uploaders_follow(app: Flask, county: County, song: bytes) -> None:
    assert send(client_for(app, county.member), song).status_code == 403
    assert send(app.test_client(), song).status_code == 401
    asset_id = send(client_for(app, county.trainer), song).get_json()["id"]
    assert client_for(app, county.reviewer).get(f"/assets/{asset_id}/preparation", headers=JSON).status_code in {403, 404}
    assert client_for(app, county.trainer).get("/assets/999/preparation", headers=JSON).status_code == 404


def test_an_upload_needs_the_token_of_its_page(app: Flask, county: County, song: bytes) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    trainer = client_for(app, county.trainer)
    assert send(trainer, song).status_code == 400
    assert send(trainer, song, **{"X-CSRFToken": "made-up"}).status_code == 400
    with trainer.session_transaction() as session:
        session["csrf_token"] = "raw"
    token = URLSafeTimedSerializer(settings().secret_key, salt="wtf-csrf-token").dumps("raw")
    assert send(trainer, song, **{"X-CSRFToken": token}).status_code == 201
    assert db.session.query(Asset).count() == 1


def test_a_player_gets_ranges(app: Flask, county: County, song: bytes) -> None:
    url = address(ready_asset(app, county, song), county.member)
    member = client_for(app, county.member)
    whole = member.get(url)
    assert whole.status_code == 200 and whole.mimetype == "audio/mp4" and whole.headers["Accept-Ranges"] == "bytes"
    assert "private" in whole.headers["Cache-Control"] and "immutable" in whole.headers["Cache-Control"] and "public" not in whole.headers["Cache-Control"]
    size = len(whole.data)
    part = member.get(url, headers={"Range": "bytes=100-199"})
    assert part.status_code == 206 and part.data == whole.data[100:200] and part.headers["Content-Range"] == f"bytes 100-199/{size}"
    assert member.get(url, headers={"Range": "bytes=-10"}).data == whole.data[-10:]
    beyond = member.get(url, headers={"Range": f"bytes={size}-"})
    assert beyond.status_code == 416 and beyond.headers["Content-Range"] == f"bytes */{size}"
    head = member.head(url)
    assert head.status_code == 200 and head.data == b"" and head.content_length == size
    same = member.get(url, headers={"Range": "bytes=0-9", "If-Range": whole.headers["ETag"]})
    assert same.status_code == 206
    changed = member.get(url, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    assert changed.status_code == 200 and len(changed.data) == size
    assert member.get(url, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304


def test_the_token_is_the_authority(app: Flask, county: County, song: bytes) -> None:
    asset_id = ready_asset(app, county, song)
    url = address(asset_id, county.member)
    token = url.split("/")[2]
    assert app.test_client().get(url).status_code == 200  # some phones' players send no cookie
    assert client_for(app, county.neighbour).get(url).status_code == 404
    forged = token[:-3] + ("AAA" if token[-3:] != "AAA" else "BBB")
    for wrong in (forged, "x", "..", token.split(".")[0]):
        assert app.test_client().get(f"/media/{wrong}/sound.m4a").status_code == 404
    for strange in ("made.json", "source", "../made.json", "%2e%2e/made.json", "360p/../../x", "sound.m4a/", "video.mp4"):
        assert app.test_client().get(f"/media/{token}/{strange}").status_code in {308, 404}


def test_a_token_ends(app: Flask, county: County, song: bytes) -> None:
    asset_id = ready_asset(app, county, song)
    now = clock.now()

    def asked(until: timedelta, key: str) -> int:
        token = tokens.sign(tokens.Ticket(asset_id, county.member, None, now + until), key=key)
        return app.test_client().get(f"/media/{token}/sound.m4a").status_code

    assert asked(timedelta(minutes=5), settings().secret_key) == 200
    assert asked(timedelta(seconds=-1), settings().secret_key) == 404
    assert asked(timedelta(minutes=5), "another key of more than thirty-two characters") == 404


def test_an_address_outlives_a_long_pause(app: Flask, county: County, song: bytes) -> None:
    ticket = tokens.read(address(ready_asset(app, county, song), county.member).split("/")[2], key=settings().secret_key)
    assert ticket is not None and ticket.until > clock.now() + timedelta(hours=11, minutes=59)


def test_a_token_opens_nothing_that_is_not_ready(app: Flask, county: County, song: bytes) -> None:
    asset_id = ready_asset(app, county, song)
    url = address(asset_id, county.member)
    with transaction():
        db.session.get_one(Asset, asset_id).state = "waiting"
    assert app.test_client().get(url).status_code == 404
    assert playback_of(asset_id, county.member, now=clock.now()) is None
