"""From an upload to a lecture that phones can play, through the real queue, storage and ffmpeg."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from courses.kernel import clock, queue
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.kernel.models import Job
from courses.kernel.settings import settings
from courses.kernel.storage import storage
from courses.media import actions, preparation, queries, rules
from courses.media.models import Asset, Rendition
from learning.organization.models import Person
from tests.media import recordings
from tests.media.addresses import playback_of
from tests.people import NOW, County


def enter(path: Path, who: int) -> int:
    """Take a file in as the trainer; gives the asset's id."""
    with transaction():
        return actions.add_file(path, path.name, actor=db.session.get_one(Person, who), now=NOW).id


def work(app: Flask) -> None:
    """Run every waiting job."""
    while queue.work_once(app, lease_seconds=30):
        pass
    db.session.rollback()  # what the worker wrote is to be read anew


def test_a_video_becomes_a_ladder_that_phones_play(app: Flask, county: County, tmp_path: Path) -> None:
    asset_id = enter(recordings.clip(tmp_path / "课.mp4", size="640x480", seconds=8), county.trainer)
    assert queries.preparation(asset_id).state == "waiting"
    assert playback_of(asset_id, county.member, now=NOW) is None
    work(app)
    done = queries.preparation(asset_id)
    assert (done.state, done.percent, done.fault, done.duration_seconds) == ("ready", 100, None, 8)
    playback = playback_of(asset_id, county.member, now=NOW)
    assert playback is not None and playback.hls and playback.mp4 and playback.sound and playback.poster and playback.has_picture
    asset = db.session.get_one(Asset, asset_id)
    assert [row.name for row in asset.renditions] == ["360p", "240p", "480p", "hls", "mp4", "poster", "sprite", "sound"]
    folder = storage().local(asset.folder or "")
    _check_master(folder)
    for rung in ("240p", "360p", "480p"):
        _check_rung(folder / rung)
    mp4 = (folder / "video.mp4").read_bytes()
    assert mp4.find(b"moov") < mp4.find(b"mdat")
    assert {one["codec_name"] for one in recordings.streams_of(folder / "video.mp4")} == {"h264", "aac"}
    assert (folder / "poster.jpg").read_bytes()[:3] == b"\xff\xd8\xff"
    assert list((settings().data_dir / "files" / "work").iterdir()) == []


def _check_master(folder: Path) -> None:
    text = (folder / "master.m3u8").read_text()
    found = re.findall(r'BANDWIDTH=(\d+),AVERAGE-BANDWIDTH=(\d+),RESOLUTION=(\d+)x(\d+),CODECS="(avc1\.[0-9a-f]{6},mp4a\.40\.2)"\n(\S+)', text)
    assert [one[5] for one in found] == ["360p/index.m3u8", "240p/index.m3u8", "480p/index.m3u8"]
    for peak, average, _, _, _, uri in found:
        assert int(peak) >= int(average) > 10_000
        real = sum(path.stat().st_size for path in (folder / uri).parent.glob("*.m4s"))
        assert abs(int(average) - real * 8 / 8) < 0.05 * real * 8


def _check_rung(folder: Path) -> None:
    text = (folder / "index.m3u8").read_text()
    assert '#EXT-X-MAP:URI="init.mp4"' in text and text.endswith("#EXT-X-ENDLIST\n")
    pieces = rules.segments(text)
    assert [round(seconds) for seconds, _ in pieces] == [6, 2]
    first = folder / "first.mp4"
    first.write_bytes((folder / "init.mp4").read_bytes() + (folder / pieces[0][1]).read_bytes())
    video, sound = recordings.streams_of(first)
    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p") and video["profile"] in {"Main", "High"}
    assert sound["codec_name"] == "aac"


def test_a_recording_of_sound_alone_has_sound_alone(app: Flask, county: County, tmp_path: Path) -> None:
    asset_id = enter(recordings.speech(tmp_path / "a.mp3"), county.trainer)
    work(app)
    playback = playback_of(asset_id, county.member, now=NOW)
    assert playback is not None and playback.sound is not None and playback.sound.endswith("/sound.m4a")
    assert (playback.hls, playback.mp4, playback.poster, playback.has_picture) == (None, None, None, False)


def test_a_silent_video_has_no_sound_to_switch_to(app: Flask, county: County, tmp_path: Path) -> None:
    asset_id = enter(recordings.clip(tmp_path / "a.mp4", sound=False), county.trainer)
    work(app)
    playback = playback_of(asset_id, county.member, now=NOW)
    assert playback is not None and playback.hls and playback.sound is None


def test_the_same_bytes_are_prepared_once(app: Flask, county: County, tmp_path: Path) -> None:
    source = recordings.speech(tmp_path / "a.mp3")
    first = enter(source, county.trainer)
    work(app)
    second = enter(source, county.reviewer)
    assert queries.preparation(second).state == "ready"
    one, two = db.session.get_one(Asset, first), db.session.get_one(Asset, second)
    assert one.folder == two.folder and one.id != two.id and two.job_id is None
    assert [row.path for row in one.renditions] == [row.path for row in two.renditions]


def test_what_cannot_be_prepared_is_refused_with_the_remedy(app: Flask, county: County, tmp_path: Path) -> None:
    whole = recordings.clip(tmp_path / "a.mp4", seconds=20, more=("-movflags", "+faststart", "-g", "25"))
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    asset_id = enter(whole, county.trainer)
    work(app)
    found = queries.preparation(asset_id)
    assert found.state == "refused" and "重新导出" in (found.fault or "")
    assert playback_of(asset_id, county.member, now=NOW) is None
    assert list((settings().data_dir / "files" / "kept" / "media").glob("*")) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "0 字节"), ("第一章 总则".encode() * 50, "内容是文字"), (b"PK\x03\x04" + bytes(500), "另存一份")],
)
def test_a_hopeless_upload_is_answered_at_once_and_leaves_nothing(app: Flask, county: County, data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words), transaction():
        actions.receive(io.BytesIO(data), "讲座.mp4", actor=db.session.get_one(Person, county.trainer), now=NOW)
    assert db.session.query(Asset).count() == 0 and db.session.query(Job).count() == 0
    assert [path for path in (settings().data_dir / "files").rglob("*") if path.is_file()] == []


def test_a_folder_of_an_earlier_run_is_taken_as_it_stands(app: Flask, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between putting the folder and publishing it: the next run publishes without preparing again."""
    source = recordings.speech(tmp_path / "a.mp3")
    asset_id = enter(source, county.trainer)
    sha256 = db.session.get_one(Asset, asset_id).sha256
    actions.prepare_first(sha256, report=lambda percent: None)
    assert playback_of(asset_id, county.member, now=NOW) is None
    monkeypatch.setattr(preparation, "first", None)
    work(app)
    assert queries.preparation(asset_id).state == "ready"


def test_who_lost_the_job_publishes_nothing(app: Flask, county: County, tmp_path: Path) -> None:
    asset_id = enter(recordings.speech(tmp_path / "a.mp3"), county.trainer)
    now = clock.now()
    slow = queue.claim(now=now, lease=timedelta(seconds=5))
    quick = queue.claim(now=now + timedelta(seconds=6), lease=timedelta(seconds=5))
    assert slow is not None and quick is not None
    made = actions.prepare_first(db.session.get_one(Asset, asset_id).sha256, report=lambda percent: None)
    with pytest.raises(queue.Lost), transaction():
        actions.publish(slow[0], asset_id, made, now=now)
    assert queries.preparation(asset_id).state == "waiting"
    with transaction():
        actions.publish(quick[0], asset_id, made, now=now)
    with transaction():
        actions.publish(quick[0], asset_id, made, now=now)
    assert db.session.query(Rendition).count() == len(made.forms)


def test_workspaces_of_the_dead_are_cleared(app: Flask) -> None:
    left = storage().workspace()
    (left / "half.mp4").write_bytes(b"x")
    assert storage().tidy(clock.now() - timedelta(days=1)) == 0
    assert left.exists()
    assert storage().tidy(clock.now() + timedelta(days=1)) == 1
    assert not left.exists()
