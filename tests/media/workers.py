"""Worker processes on a test's own database, to be killed, and what of them still runs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from courses.kernel.db import db
from tests.conftest import KEY

ROOT = Path(__file__).resolve().parents[2]
WORKER = "import threading; from app import create_app; from courses.kernel.queue import work; work(create_app(), lease_seconds=5, stop=threading.Event())"


def worker(folder: Path, **environment: str) -> "subprocess.Popen[bytes]":
    """A worker process on the database in `folder`, with the shortest lease."""
    env = {**os.environ, "SECRET_KEY": "test-" * 10, "DATA_KEY": KEY, "DATA_DIR": str(folder), "PUBLIC_URL": "http://localhost", **environment}
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def end(*workers: "subprocess.Popen[bytes] | None") -> None:
    """Kill those that still run."""
    for one in workers:
        if one is not None and one.poll() is None:
            one.kill()
            one.wait(10)


def children_in(folder: Path) -> list[str]:
    """The words by which every process was begun that works in files of `folder`."""
    found = []
    for one in Path("/proc").iterdir():
        if one.name.isdigit() and int(one.name) != os.getpid():
            try:
                words = (one / "cmdline").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in words:
                found.append(words.replace(b"\0", b" ").decode("utf-8", "replace"))
    return found


def wait_for(what: Callable[[], bool], seconds: float) -> None:
    """Wait until `what` holds, which it must."""
    assert until(what, seconds), "waited in vain"


def until(what: Callable[[], bool], seconds: float) -> bool:
    """Wait until `what` holds; says whether it came to."""
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        db.session.rollback()
        time.sleep(0.05)
    return True
