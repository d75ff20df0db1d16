"""A program that writes numbered rows through all three doors of the product's database, and says each number once its row is durable.

`python -m tests.kernel.writer FOLDER JOURNAL SYNCHRONOUS`; the last is `-` where the product decides. It ends without closing its connections.
"""

import base64
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import bindparam, event, insert, update

from courses.kernel import brief, clock
from courses.kernel import db as kernel
from courses.kernel import together as together_
from courses.kernel.brief import briefly
from courses.kernel.db import db, transaction
from courses.kernel.models import Job
from courses.kernel.prepared import Prepared
from courses.kernel.settings import Settings
from courses.kernel.together import together

COUNT = "count"
ROWS, THREADS = 100, 4


def floor(folder: Path) -> Flask:
    """An app that is only the product's database in `folder`, so that it starts in a moment."""
    key = base64.urlsafe_b64encode(b"k" * 32).decode()
    made = Flask("floor")
    kernel.install(made, Settings.from_env({"SECRET_KEY": "test-" * 10, "DATA_KEY": key, "DATA_DIR": str(folder), "PUBLIC_URL": "http://localhost"}))
    together_.install(made)
    brief.install(made)
    return made


def job(kind: str, text: str = "") -> Job:
    """A row to write; any table of the kernel would do."""
    now = clock.now()
    return Job(kind=kind, payload={"text": text}, state="queued", due=now, created_at=now)


def add(number: int) -> None:
    """One row, of several pages at times, and another row that counts it."""
    db.session.add(job(str(number), "x" * (number % 4 * 2500)))
    db.session.execute(update(Job).where(Job.kind == COUNT).values(attempts=Job.attempts + 1))


NEW = {"state": "queued", "progress": 0, "attempts": 0, "token": 0}
INSERT = Prepared(insert(Job).values({**NEW, **{Job.__table__.c[name]: bindparam(name) for name in ("kind", "payload", "due", "created_at")}}))
COUNTED = Prepared(update(Job).where(Job.kind == COUNT).values(attempts=Job.attempts + 1))


def add_briefly(driver: Any, numbers: Sequence[int]) -> Sequence[int]:
    """The same rows as `add` writes, by the driver alone."""
    now = clock.now()
    rows = [{"kind": str(number), "payload": {"text": "x" * (number % 4 * 2500)}, "due": now, "created_at": now} for number in numbers]
    INSERT.run(driver, rows)
    COUNTED.run(driver, [{} for _ in numbers])
    return numbers


def write(app: Flask, numbers: range) -> None:
    """Write these one after the other; say each as soon as the door has let it go."""
    with app.app_context():
        for number in numbers:
            if number % 3 == 1:
                together(lambda number=number: add(number), seat=number)
            elif number % 3 == 2:
                assert briefly(add_briefly, number) == number
            else:
                with transaction():
                    add(number)
            os.write(1, b"%d\n" % number)


def write_at_once(app: Flask, first: int, last: int) -> None:
    """Share the numbers from `first` up to `last` among threads, so that commits are shared too."""
    threads = [threading.Thread(target=write, args=(app, range(first + place, last, THREADS))) for place in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def otherwise(connection: Any, pragma: str) -> None:
    """Set what the product has set, or left, differently."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def main(folder: Path, journal: str, synchronous: str) -> None:
    """Write all rows in two rounds, with a new write-ahead log for the second."""
    kernel.journal_for = lambda _version: journal
    app = floor(folder)
    with app.app_context():
        # Often, so that a short recording holds many checkpoints.
        event.listen(db.engine, "connect", lambda connection, _: otherwise(connection, "wal_autocheckpoint=50"))
        if synchronous != "-":
            event.listen(db.engine, "connect", lambda connection, _: otherwise(connection, f"synchronous={synchronous}"))
        with transaction():
            db.session.add(job(COUNT))
        db.session.remove()
        write_at_once(app, 0, ROWS // 2)
        db.engine.dispose()  # the last connection takes the write-ahead log away; the next begins another
        write_at_once(app, ROWS // 2, ROWS)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
