"""What was acknowledged survives a power cut on SQLite: recorded once, then cut at many places on a disk that loses what was not synced."""

import random
import shutil
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from courses.kernel.db import db
from courses.kernel.models import Job
from tests import databases
from tests.kernel.disk import Disk, Event, put, record
from tests.kernel.writer import COUNT, ROWS, floor
from tests.servers import ROOT

pytestmark = pytest.mark.sqlite
CUTS = 60
# How much of what was not synced had arrived; sectors of older and of newer disks.
SHARES, SECTORS = (0.0, 0.1, 0.5, 0.9, 1.0), (512, 4096)


class Recording:
    """A run of the writer on a fresh database: where it began, what it did, and what it said was saved."""

    def __init__(self, migrated: Path, folder: Path, *, journal: str, synchronous: str = "-") -> None:
        self.folder = folder
        self.file = folder / "data" / databases.FILE
        self.file.parent.mkdir()
        shutil.copy(migrated / databases.FILE, self.file)
        self.began = {self.file: self.file.read_bytes()}
        self.said = folder / "said"
        line = [sys.executable, "-m", "tests.kernel.writer", str(self.file.parent), journal, synchronous]
        self.events = record(line, self.said, cwd=ROOT)

    def acknowledged(self, cut: int) -> list[int]:
        """The rows that were said to be saved before this event, or by it."""
        return [int(event.data) for event in self.events[: cut + 1] if self.says(event)]

    def says(self, event: Event) -> bool:
        """Whether it acknowledges a row."""
        return event.path == self.said

    def disk(self, cut: int) -> Disk:
        """The disk as it stood after this event."""
        disk = Disk(self.began)
        disk.follow(self.events[: cut + 1])
        return disk

    def cuts(self, many: int, luck: random.Random) -> list[int]:
        """As many places: half of them just after a row was acknowledged, where most can be lost, the others anywhere after the first."""
        said = [place for place, event in enumerate(self.events) if self.says(event)]
        return luck.sample(said, many // 2) + luck.sample(range(said[0], len(self.events)), many - many // 2)

    def lost(self, cut: int, luck: random.Random) -> set[int] | None:
        """Cut the power here and open what is found: which acknowledged rows are gone; None if the database is damaged."""
        share, sector = luck.choice(SHARES), luck.choice(SECTORS)
        found = self.folder / f"found-{cut}"
        put(self.disk(cut).found(lucky=lambda: luck.random() < share, sector=sector), found)
        rows = opened(found)
        shutil.rmtree(found)
        return None if rows is None else set(self.acknowledged(cut)) - rows


def opened(folder: Path) -> set[int] | None:
    """The numbered rows that the product's own engine finds there; None if the file is damaged, a row doubled or a commit not whole."""
    with floor(folder).app_context():
        try:
            sound = db.session.scalars(text("pragma integrity_check")).all() == ["ok"]
            rows = db.session.execute(select(Job.kind, Job.attempts)).all()
        except DatabaseError:
            return None
        finally:
            db.session.remove()
            db.engine.dispose()
    numbers = [int(kind) for kind, _ in rows if kind != COUNT]
    counted = sum(attempts for kind, attempts in rows if kind == COUNT)
    return set(numbers) if sound and len(set(numbers)) == len(numbers) == counted else None


@pytest.fixture(scope="module", params=["WAL", "DELETE"])
def recording(request, migrated, tmp_path_factory):
    """The writer on the product's own settings, with the journal of a new and of an old library."""
    return Recording(migrated, tmp_path_factory.mktemp("power"), journal=request.param)


def test_every_acknowledged_row_survives_a_power_cut(recording):
    luck = random.Random(4)
    assert {cut: lost for cut in recording.cuts(CUTS, luck) if (lost := recording.lost(cut, luck)) != set()} == {}


def test_the_recording_holds_everything_that_was_written(recording):
    left = {path: path.read_bytes() for path in recording.file.parent.glob(f"{databases.FILE}*") if not path.name.endswith(("-shm", ".turn"))}
    assert recording.disk(len(recording.events)).whole() == left
    said = map(int, recording.said.read_text().split())
    assert sorted(recording.acknowledged(len(recording.events))) == sorted(said) == list(range(ROWS))


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_rows_are_lost_when_commits_do_not_wait_for_the_disk(migrated, tmp_path, synchronous):
    recording = Recording(migrated, tmp_path, journal="WAL", synchronous=synchronous)
    luck = random.Random(4)
    assert any(recording.lost(cut, luck) for cut in recording.cuts(CUTS, luck))
