"""Builds the demo county by its command, from outside, in two goes, once a test run; everyone who asks gets a copy.

DEMO_TEMPLATE=FOLDER keeps it: the first who asks seeds it there, the others, in other processes too, take it from there.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TextIO

from deploy.move import move
from tests import databases
from tests.conftest import KEY

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Demo:
    """A folder with the demo county in it: the environment that opens it, passwords by user name, what the command said."""

    folder: Path
    environment: dict[str, str]
    passwords: dict[str, str]
    said: str


def build_demo(folder: Path) -> Demo:
    """The demo county in `folder`."""
    template, said = _template()
    shutil.copytree(template, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(f"{databases.FILE}*"))
    databases.copy(template, folder)
    return Demo(folder, environment_in(folder), passwords_in(folder), said)


def environment_in(folder: Path) -> dict[str, str]:
    """The settings of an installation in `folder`."""
    return {
        "SECRET_KEY": "demo-" * 10,
        "DATA_KEY": KEY,
        "DATA_DIR": str(folder),
        "DATABASE_URL": databases.address(folder),
        "PUBLIC_URL": "http://localhost",
        "LOG_LEVEL": "WARNING",
        "WORKER_LEASE_SECONDS": "5",
    }


def passwords_in(folder: Path) -> dict[str, str]:
    """The passwords kept beside the database: by user name, by mobile number for those without one."""
    lines = (folder / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {(mobile if user_name == "-" else user_name): password for user_name, mobile, password, *_ in rows}


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a `flask` command on the installation in `folder`."""
    return run(environment_in(folder), *words)


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run a `flask` command under these settings."""
    line = [sys.executable, "-m", "flask", "--app", "app:create_app", *words]
    return subprocess.run(line, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False)


@cache
def _template() -> tuple[Path, str]:
    """A folder with the seeded county, and what the command said. It is seeded on SQLite; PostgreSQL takes it over as a county that moves does."""
    folder = Path(os.environ.get("DEMO_TEMPLATE") or _passing())
    environment = {**environment_in(folder), "DATABASE_URL": ""}
    folder.mkdir(exist_ok=True)
    with folder.with_name(f"{folder.name}.turn").open("a+") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        said = _said_lately(turn, folder) or _keep(turn, _seeded(folder, environment))
    if databases.chosen == "postgresql":
        databases.create(folder)
        move({**os.environ, **environment}, databases.address(folder))
    return folder, said


def _passing() -> Path:
    """A place for it that goes with this process."""
    around = Path(tempfile.mkdtemp(prefix="demo-"))
    atexit.register(shutil.rmtree, around, ignore_errors=True)
    return around / "county"


def _said_lately(turn: TextIO, folder: Path) -> str:
    """What the command said when it was last asked, if no line of the product has changed since and the county stands: it would change nothing."""
    sources = (path for room in ("courses", "learning", "migrations") for path in (ROOT / room).rglob("*.py"))
    changed = max(path.stat().st_mtime for path in sources)
    turn.seek(0)
    return turn.read() if (folder / databases.FILE).exists() and os.fstat(turn.fileno()).st_mtime > changed else ""


def _keep(turn: TextIO, said: str) -> str:
    turn.truncate(0)
    turn.write(said)
    turn.flush()
    return said


def _seeded(folder: Path, environment: dict[str, str]) -> str:
    begun = (folder / "keys").exists()
    _must_work(run(environment, "db", "upgrade"))
    if not begun:
        _must_work(run(environment, "keys", "begin"))
        _begin_and_be_killed(environment)
    return _must_work(run(environment, "demo", "seed"))


def _begin_and_be_killed(environment: dict[str, str]) -> None:
    """Seed until the first lecture is being prepared, then die as by a power cut: the next seeding must take it from there."""
    line = [sys.executable, "-u", "-m", "flask", "--app", "app:create_app", "demo", "seed"]
    with subprocess.Popen(line, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as seeding:
        assert seeding.stdout is not None
        for said in seeding.stdout:
            if "preparing" in said:
                time.sleep(0.5)
                seeding.kill()


def _must_work(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, f"{' '.join(done.args[2:])} failed:\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}"
    return done.stdout


if __name__ == "__main__":
    _template()
