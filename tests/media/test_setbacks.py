"""What goes wrong while a recording is prepared: a full disk, a trainer who changes their mind, several workers at once."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask

from courses.kernel import clock, queue
from courses.kernel.db import after_commit, db, transaction
from courses.kernel.errors import Refused
from courses.kernel.models import Job
from courses.kernel.storage import storage
from courses.media import actions, jobs, preparation, queries, rules
from courses.media.models import Asset, Rendition
from tests.clients import client_for
from tests.media import recordings
from tests.media.addresses import playback_of
from tests.media.test_preparation import enter, work
from tests.media.test_traps import ROOT
from tests.people import NOW, County

FULL = """
import sys
from pathlib import Path
from courses.kernel.settings import Settings
from courses.media import ffmpeg, preparation
try:
    preparation.first(Path(sys.argv[1]), Path(sys.argv[2]), Settings(), report=lambda percent: None)
except ffmpeg.Full:
    print("full")
"""


def again(asset_id: int) -> None:
    """Ask once more for what failed, as the page does."""
    source = actions.standing_source(db.session.get_one(Asset, asset_id).sha256)
    with transaction():
        actions.prepare_again(db.session.get_one(Asset, asset_id), source=source, now=NOW)


def test_a_full_disk_is_known_for_what_it_is(tmp_path: Path) -> None:
    """On a disk of one megabyte, really."""
    source, small = recordings.clip(tmp_path / "a.avi", size="640x480", seconds=20, more=("-c:v", "mpeg4")), tmp_path / "small"
    small.mkdir()
    script = 'mount -t tmpfs -o size=1m tmpfs "$1" && exec "$2" -c "$3" "$4" "$1"'
    words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", str(small), sys.executable, FULL, str(source)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.splitlines()[-1:] == ["full"], done.stderr[-2000:]


def test_a_full_disk_is_told_survived_and_tried_again(app: Flask, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asset_id = enter(recordings.speech(tmp_path / "a.mp3"), county.trainer)
    whole = preparation.first

    def full(*_: object, **__: object) -> rules.Made:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(preparation, "first", full)
    for attempt in range(queue.ATTEMPTS):
        work(app)
        found = queries.preparation(asset_id)
        assert attempt == queue.ATTEMPTS - 1 or (found.state == "waiting" and "空间满了" in (found.note or ""))
        with transaction():
            db.session.get_one(Job, db.session.get_one(Asset, asset_id).job_id).due = NOW
    assert found.state == "refused" and "空间满了" in (found.fault or "") and found.can_retry
    monkeypatch.setattr(preparation, "first", whole)
    again(asset_id)
    work(app)
    assert queries.preparation(asset_id).state == "ready"


def test_a_trainer_stops_the_preparation_and_begins_it_anew(app: Flask, county: County, tmp_path: Path) -> None:
    asset_id = enter(recordings.clip(tmp_path / "a.avi", size="640x480", seconds=8, more=("-c:v", "mpeg4")), county.trainer)

    def stop_at_the_first_report(claim: queue.Claim, *, asset_id: int) -> None:
        with transaction():
            actions.stop_preparing(db.session.get_one(Asset, asset_id), now=NOW)
        jobs.prepare_media(claim, asset_id=asset_id)

    body = queue.BODIES[actions.PREPARE]
    queue.BODIES[actions.PREPARE] = stop_at_the_first_report
    try:
        work(app)
    finally:
        queue.BODIES[actions.PREPARE] = body
    found = queries.preparation(asset_id)
    assert (found.state, found.fault, found.can_retry) == ("refused", actions.CANCELLED, True)
    assert playback_of(asset_id, county.member, now=NOW) is None
    with pytest.raises(Refused), transaction():
        actions.stop_preparing(db.session.get_one(Asset, asset_id), now=NOW)
    again(asset_id)
    work(app)
    assert queries.preparation(asset_id).state == "ready"
    with pytest.raises(Refused):
        again(asset_id)


def test_it_plays_with_its_first_rung_while_the_others_are_made(app: Flask, county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asset_id = enter(recordings.clip(tmp_path / "a.avi", size="640x480", seconds=8, more=("-c:v", "mpeg4")), county.trainer)
    seen: list[tuple[str, list[str], bool]] = []
    rest = preparation.rest

    def looked_at(*given: object, **more: object) -> rules.Made:
        db.session.rollback()
        names = list(db.session.scalars(db.select(Rendition.name).where(Rendition.asset_id == asset_id)))
        found = queries.preparation(asset_id)
        seen.append((found.state, sorted(names), found.going_on))
        return rest(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(preparation, "rest", looked_at)
    work(app)
    assert seen == [("ready", ["360p", "hls", "mp4", "poster", "sound", "sprite"], True)]
    assert queries.preparation(asset_id).going_on is False
    assert {"360p", "240p", "480p"} <= {row.name for row in db.session.get_one(Asset, asset_id).renditions}
    assert not (tmp_path / "files" / "kept" / rules.first_of(db.session.get_one(Asset, asset_id).sha256)).exists()


def test_whoever_asks_for_a_file_while_its_folder_gives_way_to_another_gets_it(app: Flask, county: County, tmp_path: Path) -> None:
    asset_id = enter(recordings.speech(tmp_path / "a.mp3"), county.trainer)
    work(app)
    found = playback_of(asset_id, county.trainer, now=clock.now())
    assert found is not None and found.sound

    def gives_way() -> None:
        assert db.session.get_one(Asset, asset_id).folder  # from here on this request sees what was so now
        one = threading.Thread(target=move, args=(app, asset_id, tmp_path / "copy"))
        one.start()
        one.join()

    client = client_for(app, county.trainer)
    app.before_request_funcs[None].append(gives_way)
    answer = client.get(found.sound)
    assert (answer.status_code, answer.mimetype) == (200, "audio/mp4")


def move(app: Flask, asset_id: int, aside: Path) -> None:
    """What a worker does when the whole folder stands: the asset is there from now on, and the folder before goes."""
    with app.app_context(), transaction():
        asset = db.session.get_one(Asset, asset_id)
        before = asset.folder
        shutil.copytree(storage().local(before), aside)
        asset.folder = f"{before}-again"
        storage().put_folder(asset.folder, aside)
        after_commit(lambda: storage().delete(before))


def test_several_workers_prepare_each_recording_once(app: Flask, county: County, tmp_path: Path) -> None:
    ids = [enter(recordings.speech(tmp_path / f"{at}.wav", seconds=2 + at), county.trainer) for at in range(3)]
    ids.append(enter(tmp_path / "0.wav", county.reviewer))
    workers = [threading.Thread(target=lambda: work_alone(app)) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    db.session.rollback()
    assert [queries.preparation(asset_id).state for asset_id in ids] == ["ready"] * 4
    assert [job.attempts for job in db.session.scalars(db.select(Job))] == [1] * len(list(db.session.scalars(db.select(Job))))
    assert list((tmp_path / "files" / "work").iterdir()) == []


def work_alone(app: Flask) -> None:
    """A worker's thread: every job that is waiting."""
    while queue.work_once(app, lease_seconds=30):
        pass
