"""A worker killed with -9 in the middle of a transcode: the lecture becomes ready once after a restart, and nothing half-made shows.

Once with everything in a folder of this machine, once with files in an object store and a bell on Redis.
"""

import os
import signal
from pathlib import Path

import pytest
from flask import Flask

from courses.kernel.db import db, transaction
from courses.kernel.models import Job
from courses.kernel.settings import settings
from courses.media import actions, queries
from courses.media.models import Asset, Rendition
from learning.organization.models import Person
from tests.media import recordings
from tests.media.addresses import playback_of
from tests.media.workers import children_in, end, standing, wait_for, worker
from tests.people import NOW, County

pytestmark = pytest.mark.waits


def test_killed_in_the_middle_and_ready_once_after_a_restart(app: Flask, county: County, shared: dict[str, str], tmp_path: Path) -> None:
    source = recordings.clip(tmp_path / "lecture.mp4", size="1280x720", seconds=10)
    with transaction():
        asset_id = actions.add_file(source, "lecture.mp4", actor=db.session.get_one(Person, county.trainer), now=NOW).id
    job_id = db.session.get_one(Asset, asset_id).job_id
    folder, aside = settings().data_dir, tmp_path / "aside"

    def job() -> Job:
        return db.session.get_one(Job, job_id, populate_existing=True)

    def not_shown() -> bool:
        return playback_of(asset_id, county.member, now=NOW) is None and not standing("media", aside, folder) and db.session.query(Rendition).count() == 0

    first = worker(folder, **shared)
    second = None
    try:
        wait_for(lambda: job().progress > 5, 60)
        assert len(children_in(folder / "files")) == 1
        assert not_shown()
        os.kill(first.pid, signal.SIGKILL)
        first.wait(10)
        wait_for(lambda: not children_in(folder / "files"), 3)  # the kernel ends ffmpeg with its worker
        assert not_shown() and queries.preparation(asset_id).state == "waiting" and job().state == "running"

        second = worker(folder, **shared)
        wait_for(lambda: queries.preparation(asset_id).state == "ready" or not not_shown(), 90)
        wait_for(lambda: job().state == "done", 90)
    finally:
        end(first, second)
    assert (job().attempts, job().token) == (2, 2)
    found = queries.preparation(asset_id)
    assert (found.state, found.duration_seconds) == ("ready", 10)
    names = [row.name for row in db.session.get_one(Asset, asset_id).renditions]
    assert sorted(names) == sorted(set(names)) and len(names) == 9
    assert len(standing("media", aside, folder)) == 1
    assert children_in(folder / "files") == []
