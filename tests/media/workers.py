"""Worker processes on a test's own database, to be killed, what of them still runs, and the servers that they may share with the site."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask

from courses.kernel import queue, storage
from courses.kernel.db import db
from courses.kernel.settings import settings
from tests import databases, servers
from tests.conftest import KEY, settings_in

ROOT = Path(__file__).resolve().parents[2]
WORKER = [sys.executable, "-m", "flask", "--app", "app:create_app", "worker", "run"]  # as ./manage worker and deploy/hall-worker.service start it


def worker(folder: Path, **environment: str) -> "subprocess.Popen[bytes]":
    """A worker process on the database of `folder`, with the shortest lease."""
    ours = {"SECRET_KEY": "test-" * 10, "DATA_KEY": KEY, "DATA_DIR": str(folder), "DATABASE_URL": databases.address(folder), "WORKER_LEASE_SECONDS": "5"}
    env = {**os.environ, **ours, "PUBLIC_URL": "http://localhost", **environment}
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(WORKER, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


@contextlib.contextmanager
def moved_out(app: Flask, aside: Path) -> Iterator[dict[str, str]]:
    """`app` with its files in an S3 double and its bell on a private Redis; gives the settings by which a worker finds both."""
    aside.mkdir()
    with servers.object_store(aside) as store, servers.redis(aside) as bell:
        shared = {**store.settings, "QUEUE_URL": bell}
        app.extensions["settings"] = settings_in(settings().data_dir, **shared)
        storage.install(app, settings())
        queue.install(app, settings())
        yield shared


def standing(kind: str, aside: Path, folder: Path) -> list[Path]:
    """Whole folders of one kind under their keys, in `folder` and in the store of `aside`: there the object that makes a folder visible."""
    return [*(folder / "files" / "kept").glob(f"{kind}/*"), *aside.glob(f"store/*/county/{kind}/*~whole")]


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
