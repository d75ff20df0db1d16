"""A worker killed with -9 in the middle of a document, in the office suite and among the pages: ready once after restarts, nothing half-made shown.

Once with everything in a folder of this machine, once with files in an object store and a bell on Redis.
"""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from courses.kernel.db import db, transaction
from courses.kernel.models import Job
from courses.kernel.settings import settings
from courses.media import actions, queries
from courses.media.models import Asset, AssetPage
from learning.organization.models import Person
from tests.media import papers
from tests.media.workers import children_in, end, standing, wait_for, worker
from tests.people import NOW, County

pytestmark = pytest.mark.waits
PAGES = 20


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Slides in the format of another office suite."""
    flat = papers.flat_slides([f"第 {number} 页\n人走断电" for number in range(PAGES)])
    return papers.converted(flat, tmp_path_factory.mktemp("slides") / "slides.pptx")


def test_killed_twice_and_ready_once(app: Flask, county: County, shared: dict[str, str], slides: Path, tmp_path: Path) -> None:
    source = Path(shutil.copy(slides, tmp_path))
    with transaction():
        asset_id = actions.add_file(source, "slides.pptx", actor=db.session.get_one(Person, county.trainer), now=NOW).id
    job_id = db.session.get_one(Asset, asset_id).job_id
    folder, aside = settings().data_dir, tmp_path / "aside"
    work = tmp_path / "work"
    work.mkdir()

    def job() -> Job:
        return db.session.get_one(Job, job_id, populate_existing=True)

    def not_shown() -> bool:
        return not standing("documents", aside, folder) and db.session.query(AssetPage).count() == 0 and queries.preparation(asset_id).state == "waiting"

    def killed(one: "subprocess.Popen[bytes]") -> None:
        os.kill(one.pid, signal.SIGKILL)
        one.wait(10)
        wait_for(lambda: not children_in(work), 5)  # the kernel ends office and reader with their worker
        assert not_shown() and job().state == "running"

    started = [worker(folder, TMPDIR=str(work), **shared)]
    try:
        wait_for(lambda: any("soffice.bin" in words for words in children_in(work)), 60)
        killed(started[0])
        started.append(worker(folder, TMPDIR=str(work), **shared))
        wait_for(lambda: len(list((folder / "files").rglob("made/*"))) > 4, 60)
        assert any("document_reader draw" in words for words in children_in(work))
        killed(started[1])
        started.append(worker(folder, TMPDIR=str(work), **shared))
        wait_for(lambda: not not_shown(), 60)
        wait_for(lambda: job().state == "done", 60)
    finally:
        end(*started)
    assert (job().attempts, job().token) == (3, 3)
    asset = db.session.get_one(Asset, asset_id, populate_existing=True)
    assert (asset.state, asset.page_count, [page.number for page in asset.pages]) == ("ready", PAGES, list(range(1, PAGES + 1)))
    assert [path.name.removesuffix("~whole") for path in standing("documents", aside, folder)] == [str(asset.folder).removeprefix("documents/")]
    assert children_in(work) == []
