"""A private installation for a benchmark: a migrated database in a throw-away folder, and a server as it is deployed."""

import base64
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from app import create_app
from courses.kernel.db import db
from courses.kernel.prepared import Prepared
from courses.kernel.settings import Settings
from tests import databases

ROOT = Path(__file__).resolve().parents[1]
SECRET = "bench-" * 10


@dataclass
class Site:
    """An installation in a folder; `environment` is what its processes are started with."""

    folder: Path
    environment: dict[str, str]
    app: Flask
    processes: list["Server"] = field(default_factory=list)


@dataclass
class Server:
    """A running gunicorn."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def workers(self) -> list[int]:
        """The ids of its worker processes."""
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False)
        return [int(word) for word in found.stdout.split()]

    def memory_mb(self) -> float:
        """Private memory of its processes together, in megabytes."""
        return round(sum(_private_kb(pid) for pid in (self.process.pid, *self.workers())) / 1024, 1)

    def cpu_seconds(self) -> float:
        """Processor time its processes have used so far."""
        return sum(_cpu_seconds(pid) for pid in (self.process.pid, *self.workers()))

    def stop(self) -> None:
        """End it, as an operator would."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def site(database: str = "sqlite", *, under: str | None = None, **more: str) -> Iterator[Site]:
    """A migrated, empty installation, taken away at the end."""
    databases.chosen = database
    folder = Path(tempfile.mkdtemp(prefix="hall-bench-", dir=under))
    key = base64.urlsafe_b64encode(b"k" * 32).decode()
    environment = {"SECRET_KEY": SECRET, "DATA_KEY": key, "DATA_DIR": str(folder), "PUBLIC_URL": "http://localhost", "LOG_LEVEL": "WARNING", **more}
    environment["DATABASE_URL"] = databases.address(folder)
    databases.create(folder)
    app = create_app(Settings.from_env(environment))
    made = Site(folder, {**os.environ, **environment}, app)
    try:
        with app.app_context():
            upgrade()
            db.engine.dispose()
        yield made
    finally:
        for server in made.processes:
            server.stop()
        with app.app_context():
            db.engine.dispose()
        databases.drop(folder)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving(made: Site, *, workers: int = 2, target: str = "app:create_app()") -> Iterator[Server]:
    """`target` behind gunicorn with the deployed settings, as soon as it answers."""
    port = free_port()
    log = made.folder / "web.log"
    line = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--workers", str(workers), "--bind", f"127.0.0.1:{port}", target]
    with log.open("ab") as out:
        process = subprocess.Popen(line, cwd=ROOT, env=made.environment, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    server = Server(process, port, log)
    made.processes.append(server)
    try:
        wait_for(server)
        yield server
    finally:
        server.stop()
        made.processes.remove(server)


@contextmanager
def questions_asked() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile, by SQLAlchemy's way and by the driver alone (prepared.py)."""
    seen: list[str] = []
    plainly = Prepared.rows

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            seen.append(statement)

    def noted(prepared: Prepared, **values: object) -> list[tuple[object, ...]]:
        seen.append(str(prepared.statement))
        return plainly(prepared, **values)

    event.listen(db.engine, "before_cursor_execute", note)
    Prepared.rows = noted  # type: ignore[assignment, method-assign]
    try:
        yield seen
    finally:
        Prepared.rows = plainly  # type: ignore[method-assign]
        event.remove(db.engine, "before_cursor_execute", note)


def wait_for(server: Server) -> None:
    """Until the server answers."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}/sign-in", timeout=20).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            assert server.process.poll() is None, server.log.read_text()[-3000:]
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer: {server.log.read_text()[-3000:]}")


def free_port() -> int:
    """A free port of the loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def calibration_ms() -> float:
    """Milliseconds of a fixed piece of Python work, the best of three: how fast this machine is just now."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        total = 0
        for number in range(1_000_000):
            total += number * number % 7
        best = min(best, time.perf_counter() - start)
    return round(best * 1000, 1)


def sync_ms(folder: Path) -> float:
    """Milliseconds of one durable write of 4 KB on the disk of `folder`, on average."""
    path = folder / "sync-probe"
    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    start = time.perf_counter()
    for _ in range(100):
        os.pwrite(handle, b"x" * 4096, 0)
        os.fdatasync(handle)
    spent = time.perf_counter() - start
    os.close(handle)
    path.unlink()
    return round(spent * 10, 3)


def _private_kb(pid: int) -> int:
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(row.split()[1]) for row in rows if row.startswith(("Private_Clean", "Private_Dirty")))


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
