"""The recipe by which SQLite is trusted with proofs (docs/decisions/0008-two-databases.md), line by line."""

import multiprocessing
import os
import signal
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import func, select, text

from app import create_app
from courses.kernel.db import db, journal_for, transaction
from courses.kernel.models import Job
from courses.kernel.settings import settings
from tests.clients import client_for
from tests.conftest import settings_in
from tests.people import NOW, County

pytestmark = pytest.mark.sqlite
CHILDREN = multiprocessing.get_context("fork")
EACH = 40


def a_job(kind: str) -> Job:
    return Job(kind=kind, payload={}, state="queued", due=NOW, created_at=NOW)


def in_a_child(folder: Path, work: Any, *given: Any) -> Any:
    """A process of its own with an app of its own, as a web worker is; it inherits no connection."""
    db.session.remove()
    db.engine.dispose()

    def run() -> None:
        with create_app(settings_in(folder)).app_context():
            work(*given)

    child = CHILDREN.Process(target=run)
    child.start()
    return child


@pytest.mark.parametrize(("version", "journal"), [("3.40.1", "DELETE"), ("3.51.2", "DELETE"), ("3.51.3", "WAL"), ("3.53.4", "WAL"), ("4.0.0", "WAL")])
def test_an_old_library_is_refused_the_write_ahead_log(version: str, journal: str):
    assert journal_for(version) == journal


def test_every_connection_is_prepared(app: Flask):
    with db.engine.connect() as connection:
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    wanted = {"synchronous": 2 if journal == "wal" else 3, "foreign_keys": 1, "cell_size_check": 1, "trusted_schema": 0, "mmap_size": 0}
    with db.engine.connect() as one, db.engine.connect() as another:
        for connection in (one, another):
            assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted} == wanted


def test_making_an_app_opens_no_connection_and_starts_no_thread_so_that_it_may_be_forked(migrated: Path):
    before = threading.enumerate()
    made = create_app(settings_in(migrated))
    assert threading.enumerate() == before
    with made.app_context():
        assert db.engine.pool.checkedin() == 0 and db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_four_processes_lose_nothing_and_starve_nobody(app: Flask, tmp_path: Path):
    with transaction() as session:
        session.add(a_job("counter"))
    begin = CHILDREN.Event()
    children = [in_a_child(tmp_path, _count, f"writer{number}", begin) for number in range(4)]
    begin.set()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 4
    assert db.session.scalar(select(Job.attempts).where(Job.kind == "counter")) == 4 * EACH
    order = list(db.session.scalars(select(Job.kind).where(Job.kind != "counter").order_by(Job.id)))
    last = {writer: place for place, writer in enumerate(order)}
    soonest = min(last.values())
    shares = [order[: soonest + 1].count(writer) for writer in last]
    assert min(shares) >= EACH // 4, f"when the first was done, the others had written {shares} of {EACH} rows: somebody waits for ever"


def _count(writer: str, begin: Any) -> None:
    begin.wait()
    for _ in range(EACH):
        with transaction() as session:
            counter = session.scalars(select(Job).where(Job.kind == "counter")).one()
            counter.attempts = counter.attempts + 1
            session.add(a_job(writer))


def test_what_was_acknowledged_outlives_its_writer(app: Flask, tmp_path: Path):
    child = in_a_child(tmp_path, _write_and_die)
    child.join()
    assert child.exitcode == -signal.SIGKILL
    assert list(db.session.scalars(select(Job.kind))) == ["acknowledged"]
    with transaction() as session:  # and the dead writer's turn has passed on
        session.add(a_job("next"))


def _write_and_die() -> None:
    with transaction() as session:
        session.add(a_job("acknowledged"))
    with transaction() as session:
        session.add(a_job("never acknowledged"))
        session.flush()
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_reader_turns_writer_without_a_fault(app: Flask):
    """A deferred transaction that has read fails at its first write if anyone wrote meanwhile; ours begins anew and at once as a writer."""
    with transaction() as session:
        session.add(a_job("old"))
    assert db.session.scalar(select(func.count(Job.id))) == 1
    with db.engine.connect() as other:
        other.exec_driver_sql("update job set kind = 'new'")
        other.commit()
    with transaction() as session:
        job = session.scalars(select(Job)).one()
        assert job.kind == "new"
        job.progress = 1


def test_no_page_keeps_reading_after_it_was_answered(app: Flask, county: County):
    """A reader that never ends keeps the write-ahead log from ever being folded in."""
    client, left = client_for(app, county.member), []
    db.session.remove()

    def visit() -> None:  # a thread of its own has no context but the request's, as in service
        assert client.get("/courses").status_code == 200
        left.append(db_pool_out(app))

    thread = threading.Thread(target=visit)
    thread.start()
    thread.join()
    assert left == [0]
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0] == 0, "somebody still reads"


def db_pool_out(app: Flask) -> int:
    with app.app_context():
        return int(db.engine.pool.checkedout())  # type: ignore[attr-defined]


def test_a_batch_change_keeps_the_children(app: Flask, county: County):
    """With enforcement on, re-creating a table deletes what refers to it on delete cascade: migrations/env.py turns it off, and counts."""
    db.session.remove()
    with db.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        connection.execute(text("create table parent (id integer primary key, name varchar(5))"))
        connection.execute(text("create table child (id integer primary key, parent_id integer references parent (id) on delete cascade)"))
        connection.execute(text("insert into parent values (1, 'a')"))
        connection.execute(text("insert into child values (1, 1)"))
        with Operations(MigrationContext.configure(connection)).batch_alter_table("parent") as batch:
            batch.alter_column("name", existing_nullable=True, nullable=False)
        assert connection.scalar(text("select count(*) from child")) == 1
        connection.rollback()


def test_the_lock_of_the_queue_is_no_database(app: Flask):
    with transaction() as session:
        session.add(a_job("x"))
    file = settings().data_dir / "hall.db"
    assert file.with_name("hall.db.turn").stat().st_size == 0
    with sqlite3.connect(file.with_name("hall.db.turn")) as nothing:
        assert nothing.execute("select count(*) from sqlite_master").fetchone() == (0,)
