"""On which database the tests run: SQLite, or a private PostgreSQL that a test run starts for itself and takes away at its end.

A database belongs to a folder, as SQLite's file does: on PostgreSQL its name is made from the folder's.
"""

import atexit
import ctypes
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import psycopg

from tests.lent import Lent

FILE = "hall.db"
chosen = "sqlite"
# What only a power cut would tell is left out: each test's database lives for a second.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "autovacuum": "off",
    "max_connections": "120",
    "log_min_messages": "fatal",
    "fsync": "off",
    "full_page_writes": "off",
}
_MEMORY = Path("/dev/shm")
_ROOM = 2 * 1024**3  # a database of a test takes 12 MB, and one lives at a time in each process
_lent: dict[Path, Lent] = {}  # by the folder of the test that has it
_given_back: dict[Path, Lent] = {}  # by the folder whose database it is a copy of
_folder: Path | None = None  # where the cluster's files lie; None: where temporary files do


def hurry() -> None:
    """For tests, whose databases are small, many and soon gone: each made or dropped waits for a look through all buffers and for the disk."""
    global _folder
    SETTINGS.update(shared_buffers="32MB", wal_level="minimal", max_wal_senders="0", max_wal_size="64MB", jit="off", update_process_title="off")
    SETTINGS.update(max_parallel_workers_per_gather="0")  # a process that helps with a few rows takes longer to begin than they do
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        _folder = _MEMORY


def address(folder: Path) -> str:
    """The DATABASE_URL of the database that belongs to `folder`; empty on SQLite, which finds its file there."""
    return f"postgresql://hall@/{_name(folder)}?host={_cluster().folder}" if chosen == "postgresql" else ""


def create(folder: Path, how: str = "") -> None:
    """Make the empty database of `folder`; `how` is in PostgreSQL's words."""
    if chosen == "postgresql":
        _cluster().say(f"create database {_name(folder)} {how}")


def copy(source: Path, target: Path) -> None:
    """Make the database of `target` a copy of that of `source`, which nobody has open."""
    if chosen == "postgresql":
        if source in _lent:
            _lent[source].close()
        _cluster().say(f"create database {_name(target)} template {_name(source)} strategy file_copy")
    elif source != target and not (target / FILE).exists():
        shutil.copy(source / FILE, target / FILE)


def drop(folder: Path) -> None:
    """Take the database of `folder` away; SQLite's file goes with its folder."""
    if chosen == "postgresql":
        _cluster().say(f"drop database if exists {_name(folder)} with (force)")


def lend(source: Path, folder: Path) -> None:
    """Like `copy`, for a test that will `give_back`: on PostgreSQL it gets what an earlier test gave back, brought to what `source` holds."""
    if chosen != "postgresql":
        copy(source, folder)
        return
    waiting = _given_back.pop(source, None)
    if waiting is None or not waiting.restored():
        if waiting is not None:
            waiting.close()
            _cluster().say(f"drop database {waiting.name} with (force)")
        copy(source, folder)
        waiting = Lent(source, _name(folder), _cluster().connect)
    _lent[folder] = waiting


def give_back(folder: Path) -> None:
    """The test that has been lent a database is over."""
    if folder in _lent:
        lent = _lent.pop(folder)
        _given_back[lent.source] = lent


def written(folder: Path) -> bytes:
    """Everything the database of `folder` holds, as whoever steals it would read it."""
    if chosen == "postgresql":
        return _cluster().dump(_name(folder))
    return b"".join(path.read_bytes() for path in sorted(folder.glob(f"{FILE}*")))


def replace(folder: Path, source: Path) -> None:
    """Put the database of `source` in the place of that of `folder`, which nobody has open; `source` has none any more."""
    if chosen == "postgresql":
        drop(folder)
        _cluster().say(f"alter database {_name(source)} rename to {_name(folder)}")
    else:
        (source / FILE).replace(folder / FILE)


def _name(folder: Path) -> str:
    if folder in _lent:
        return _lent[folder].name
    return "hall_" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL of our own: its folder, which holds its socket, its programs and its process."""

    folder: Path
    programs: Path
    process: subprocess.Popen[bytes]

    @cached_property
    def owner(self) -> psycopg.Connection[Any]:
        """The owner's connection, which stays: two statements a test, and a new connection costs as much as one of them."""
        return self.connect("postgres")

    def connect(self, name: str) -> psycopg.Connection[Any]:
        """A new connection of the owner's to the database of this name."""
        return psycopg.connect(host=str(self.folder), user="hall", dbname=name, autocommit=True)

    def say(self, statement: str) -> None:
        """Run one statement as its owner."""
        self.owner.execute(statement.encode())

    def dump(self, name: str) -> bytes:
        """The rows of a database, as its own tool writes them."""
        line = [self.programs / "pg_dump", "-h", self.folder, "-U", "hall", "--data-only", name]
        return subprocess.run(line, capture_output=True, check=True).stdout

    def stop(self) -> None:
        """End it and remove everything it wrote."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


@cache
def _cluster() -> Cluster:
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=_folder))
    user = _unprivileged()
    if user:
        shutil.chown(folder, user)
    initdb = [programs / "initdb", "-D", folder / "data", "-U", "hall", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    _run(initdb, user)
    options = [f"-c{name}={value}" for name, value in {**SETTINGS, "unix_socket_directories": str(folder)}.items()]
    line = [programs / "postgres", "-D", folder / "data", *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(line, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=user, group=_group(user), preexec_fn=end_with_us)
    cluster = Cluster(folder, programs, process)
    atexit.register(cluster.stop)
    _wait_for(cluster, user)
    return cluster


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    program = found[-1] if found else Path(on_path).resolve() if on_path else None
    assert program, "PostgreSQL is missing: ./manage test installs it (Debian: apt-get install postgresql)"
    return program.parent


def _unprivileged() -> str | None:
    """Whom PostgreSQL runs as: it refuses root."""
    if os.geteuid() != 0:
        return None
    return "postgres" if any(row.pw_name == "postgres" for row in pwd.getpwall()) else "nobody"


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def _run(line: list[object], user: str | None) -> None:
    done = subprocess.run([str(word) for word in line], cwd="/", user=user, group=_group(user), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{line[0]}: {done.stderr}"


def end_with_us() -> None:
    """Ask the kernel to end PostgreSQL when the test run dies, however it dies."""
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


def _wait_for(cluster: Cluster, user: str | None) -> None:
    for _ in range(300):
        ready = subprocess.run([cluster.programs / "pg_isready", "-q", "-h", cluster.folder, "-U", "hall"], check=False)
        if ready.returncode == 0:
            return
        assert cluster.process.poll() is None, f"PostgreSQL did not start: {(cluster.folder / 'log').read_text()}"
        time.sleep(0.1)
    raise AssertionError(f"PostgreSQL did not answer: {(cluster.folder / 'log').read_text()}")
