"""Kills the worker with -9 at random moments, twenty times, and looks: every lesson ready once, none shown half-made, no ffmpeg left.

Prints `kills`, `ready`, `half_shown` and `orphans` (programs still at work on this bench's files 60 seconds after the last kill at most).
--short kills four times.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from flask_migrate import upgrade  # noqa: E402

from app import create_app  # noqa: E402
from courses.kernel.db import db, transaction  # noqa: E402
from courses.kernel.models import Job  # noqa: E402
from courses.kernel.storage import storage  # noqa: E402
from courses.media import actions, rules  # noqa: E402
from courses.media.models import Asset, Rendition  # noqa: E402
from learning.organization.models import Person  # noqa: E402
from tests.conftest import settings_in  # noqa: E402
from tests.media.workers import children_in, until, worker  # noqa: E402
from tests.people import NOW, make_county  # noqa: E402

PATIENCE = 240


def lecture(folder: Path, number: int) -> int:
    """Upload a lecture unlike the others that must be encoded; gives the asset's id."""
    path = folder / f"lecture-{number}.avi"
    made = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=12", "-f", "lavfi", "-i", f"sine={220 + number}:d=12", "-c:v", "mpeg4", "-q:v", "4"]
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *made, "-c:a", "libmp3lame", str(path)], check=True)
    with transaction():
        return actions.add_file(path, path.name, actor=db.session.scalars(db.select(Person)).first(), now=NOW).id


def half_shown() -> int:
    """How many lessons can be opened and do not stand whole: a rung of which a piece or the playlist's end is missing, a row without its file."""
    db.session.rollback()
    return sum(not _stands(row) for row in db.session.scalars(db.select(Asset).where(Asset.state == "ready")))


def _stands(asset: Asset) -> bool:
    folder = storage().local(asset.folder or "")
    for row in db.session.scalars(db.select(Rendition).where(Rendition.asset_id == asset.id)):
        if not (folder / row.path).is_file():
            return False
        if row.path.endswith("index.m3u8"):
            text = (folder / row.path).read_text()
            names = [name for _, name in rules.segments(text)]
            if not text.endswith("#EXT-X-ENDLIST\n") or not all((folder / row.name / name).is_file() for name in ("init.mp4", *names)):
                return False
    return True


def running(asset_id: int) -> bool:
    """Whether a worker is at this lesson."""
    job = db.session.get(Job, db.session.get_one(Asset, asset_id).job_id, populate_existing=True)
    return job is not None and job.state == "running"


def is_whole(asset_id: int) -> bool:
    """Whether the lesson is ready with all its rungs."""
    row = db.session.get_one(Asset, asset_id, populate_existing=True)
    return row.state == "ready" and row.folder == rules.folder_of(row.sha256)


def once(asset_id: int) -> bool:
    """Whether the lesson is whole, its job done, and each form written once."""
    names = list(db.session.scalars(db.select(Rendition.name).where(Rendition.asset_id == asset_id)))
    return is_whole(asset_id) and not running(asset_id) and len(names) == len(set(names)) > 0


def kill(folder: Path, number: int, typical: float) -> tuple[int, int]:
    """One lesson, its worker killed at a random moment: the asset's id, and how many lessons were shown half-made right after."""
    asset_id = lecture(folder, number)
    victim = worker(folder)
    try:
        until(lambda: running(asset_id), PATIENCE)
        until(lambda: is_whole(asset_id), random.uniform(0, typical))
    finally:
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    return asset_id, half_shown()


def bench(folder: Path, kills: int) -> dict[str, float]:
    """All of it, in a new installation in `folder`."""
    upgrade()
    make_county()
    first, helper = lecture(folder, 0), worker(folder)
    until(lambda: running(first), PATIENCE)
    began = time.monotonic()
    until(lambda: is_whole(first), PATIENCE)
    typical = time.monotonic() - began
    os.kill(helper.pid, signal.SIGKILL)
    helper.wait()
    killed, half = [], 0
    for number in range(1, kills + 1):
        asset_id, seen = kill(folder, number, typical)
        killed.append(asset_id)
        half += seen
        print(f"kill {number}: half-shown {seen}", flush=True)
    last_kill = time.monotonic()
    until(lambda: not children_in(folder / "files"), 60)
    orphans, waited = len(children_in(folder / "files")), time.monotonic() - last_kill
    helper = worker(folder)
    try:
        until(lambda: all(once(asset_id) for asset_id in killed), PATIENCE)
        half += half_shown()
    finally:
        os.kill(helper.pid, signal.SIGTERM)
        helper.wait()
    ready = sum(once(asset_id) for asset_id in killed)
    return {"kills": kills, "ready": ready, "half_shown": half, "orphans": orphans, "last_ffmpeg_gone_seconds": round(waited, 2)}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--short", action="store_true", help="four kills")
    kills = 4 if options.parse_args().short else 20
    with tempfile.TemporaryDirectory(prefix="bench-kill-") as place:
        folder = Path(place)
        with create_app(settings_in(folder)).app_context():
            print(json.dumps(bench(folder, kills)))
            db.engine.dispose()


if __name__ == "__main__":
    main()
