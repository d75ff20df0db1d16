"""Commands of the floor: the background worker."""

import signal
import threading

import click
from flask import current_app
from flask.cli import AppGroup

from courses.kernel import queue
from courses.kernel.db import db
from courses.kernel.models import Installation
from courses.kernel.settings import settings

cli = AppGroup("worker", help="The background worker.")


@cli.command("run")
def run() -> None:
    """Run jobs until told to stop; the job at hand is finished first."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    queue.work(app, lease_seconds=settings().worker_lease_seconds, stop=stop)


@cli.command("installation")
def installation() -> None:
    """Say what this database serves: demo, real or empty."""
    row = db.session.get(Installation, 1)
    click.echo(row.kind if row else "empty")
