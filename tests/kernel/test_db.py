"""transaction(): the only commit, one at a time, whole or not at all."""

import threading
from datetime import datetime

import pytest
from sqlalchemy import func, select

from courses.kernel.db import after_commit, db, insert_once, lock_row, transaction
from courses.kernel.models import Installation, Job
from tests.people import NOW


def a_job(**more):
    return Job(kind="test", payload={}, state="queued", due=NOW, created_at=NOW, **more)


def test_what_is_written_inside_stays(app):
    with transaction() as session:
        session.add(a_job())
    assert db.session.scalar(select(func.count(Job.id))) == 1


def test_a_fault_takes_everything_back(app):
    with pytest.raises(ZeroDivisionError), transaction() as session:
        session.add(a_job())
        session.flush()
        1 / 0  # noqa: B018
    assert db.session.scalar(select(func.count(Job.id))) == 0


def test_nesting_is_refused_and_takes_the_outer_back(app):
    with pytest.raises(RuntimeError, match="inside transaction"), transaction() as session:
        session.add(a_job())
        with transaction():
            pass
    assert db.session.scalar(select(func.count(Job.id))) == 0


def test_after_a_refused_nesting_the_next_one_opens(app):
    with pytest.raises(RuntimeError), transaction(), transaction():
        pass
    with transaction() as session:
        session.add(a_job())
    assert db.session.scalar(select(func.count(Job.id))) == 1


def test_a_write_outside_is_refused(app):
    db.session.add(a_job())
    with pytest.raises(RuntimeError, match="outside transaction"):
        db.session.flush()
    db.session.rollback()


def test_a_change_outside_is_refused(app):
    with transaction() as session:
        session.add(a_job())
    db.session.scalars(select(Job)).one().progress = 50
    with pytest.raises(RuntimeError, match="outside transaction"):
        db.session.flush()
    db.session.rollback()


def test_four_threads_of_forty_lose_nothing(app):
    with transaction() as session:
        session.add(a_job())
    faults: list[BaseException] = []

    def forty_times() -> None:
        try:
            with app.app_context():
                for _ in range(40):
                    with transaction() as session:
                        job = session.scalars(select(Job)).one()
                        job.attempts = job.attempts + 1
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=forty_times) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert faults == []
    assert db.session.scalar(select(Job.attempts)) == 160


def test_rows_read_before_are_refreshed(app):
    with transaction() as session:
        session.add(a_job())
    job = db.session.scalars(select(Job)).one()
    with db.engine.connect() as other:
        other.exec_driver_sql("update job set progress = 70")
        other.commit()
    with transaction():
        assert job.progress == 70


def test_steps_for_afterwards_run_once_committed(app):
    seen: list[int] = []
    with transaction() as session:
        session.add(a_job())
        after_commit(lambda: seen.append(db.session.scalar(select(func.count(Job.id))) or 0))
        assert seen == []
    assert seen == [1]


def test_a_step_for_afterwards_may_open_its_own(app):
    def more() -> None:
        with transaction() as session:
            session.add(a_job())

    with transaction():
        after_commit(more)
    assert db.session.scalar(select(func.count(Job.id))) == 1


def test_steps_of_a_failed_one_never_run(app):
    seen: list[int] = []
    with pytest.raises(ZeroDivisionError), transaction():
        after_commit(lambda: seen.append(1))
        1 / 0  # noqa: B018
    with transaction():
        pass
    assert seen == []


def test_insert_once_says_whether_it_did(app):
    with transaction():
        assert insert_once(Installation, {"id": 1, "kind": "real", "created_at": NOW}, unique=("id",))
        assert not insert_once(Installation, {"id": 1, "kind": "demo", "created_at": NOW}, unique=("id",))
    assert db.session.get(Installation, 1).kind == "real"


def test_a_naive_time_is_refused(app):
    with pytest.raises(Exception, match="naive"), transaction() as session:
        session.add(Job(kind="x", payload={}, state="queued", due=datetime(2026, 1, 1), created_at=NOW))
        session.flush()


def test_times_come_back_in_utc(app):
    with transaction() as session:
        session.add(a_job())
    db.session.remove()
    assert db.session.scalars(select(Job)).one().due == NOW


@pytest.mark.sqlite
def test_sqlite_keeps_its_foreign_keys_and_maps_no_memory(app):
    with db.engine.connect() as connection:
        pragma = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("foreign_keys", "trusted_schema", "mmap_size")}
    assert pragma == {"foreign_keys": 1, "trusted_schema": 0, "mmap_size": 0}


@pytest.mark.sqlite
def test_old_libraries_do_without_the_write_ahead_log_and_both_journals_are_waited_for(app):
    with db.engine.connect() as connection:
        version = tuple(int(part) for part in str(connection.exec_driver_sql("select sqlite_version()").scalar()).split("."))
        journal, synchronous = (connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous"))
    assert (journal, synchronous) == (("wal", 2) if version >= (3, 51, 3) else ("delete", 3))


def test_a_row_that_is_locked_keeps_what_was_changed_in_it_before(app):
    with transaction() as session:
        session.add(a_job())
    with transaction():
        job = db.session.scalars(select(Job)).one()
        job.progress = 50
        lock_row(job)
        assert job.progress == 50
    assert db.session.scalar(select(Job.progress)) == 50
