"""together(): many short writes in one commit, each whole or not at all by itself, and answered only once it is durable."""

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from courses.kernel.access import actor
from courses.kernel.db import after_commit, db, transaction
from courses.kernel.errors import Refused
from courses.kernel.line import MOST
from courses.kernel.models import Installation, Job
from courses.kernel.together import together
from tests.people import NOW


def add_job(kind: str = "test") -> int:
    row = Job(kind=kind, payload={}, state="queued", due=NOW, created_at=NOW)
    db.session.add(row)
    db.session.flush()
    return row.id


def jobs() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Job.id))) or 0


@contextmanager
def turn_held(app: Flask) -> Iterator[None]:
    """Nobody can write meanwhile."""
    with open(f"{db.engine.url.database}.turn", "a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def at_once(app: Flask, works: list[Callable[[], object]]) -> list[object]:
    """What came of each of these, done by as many threads that were all in line before the first could write."""
    came: list[object] = [None] * len(works)

    def do(place: int) -> None:
        with app.app_context():
            try:
                came[place] = together(works[place], seat=place + 1)
            except Exception as fault:
                came[place] = fault

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(works))]
    with turn_held(app):
        for thread in threads:
            thread.start()
        until(lambda: len(app.extensions["line"].waiting) == len(works))
    for thread in threads:
        thread.join()
    return came


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        threading.Event().wait(0.005)


@contextmanager
def commits_counted() -> Iterator[list[int]]:
    """A list that grows by one with each commit."""
    seen: list[int] = []

    def note(_connection: object) -> None:
        seen.append(1)

    event.listen(db.engine, "commit", note)
    yield seen
    event.remove(db.engine, "commit", note)


def test_what_the_work_returns_comes_back_and_its_row_stays(app):
    number = together(add_job, seat=1)
    assert db.session.get_one(Job, number).kind == "test"


def test_a_fault_comes_back_to_its_caller_and_keeps_nothing(app):
    def work() -> None:
        add_job()
        raise Refused("不行")

    with pytest.raises(Refused, match="不行"):
        together(work, seat=1)
    assert jobs() == 0


def test_it_refuses_to_be_nested(app):
    with pytest.raises(RuntimeError, match="inside transaction"), transaction():
        together(add_job, seat=1)
    with pytest.raises(RuntimeError, match="inside transaction"):
        together(lambda: together(add_job, seat=1), seat=1)
    assert jobs() == 0
    assert together(add_job, seat=1)


def test_steps_for_afterwards_run_once_it_is_durable_and_not_after_a_fault(app):
    seen: list[int] = []

    def kept() -> None:
        add_job()
        after_commit(lambda: seen.append(jobs()))

    def refused() -> None:
        after_commit(lambda: seen.append(-1))
        raise Refused("不行")

    together(kept, seat=1)
    with pytest.raises(Refused):
        together(refused, seat=1)
    with transaction():
        pass
    assert seen == [1]


@pytest.mark.sqlite
def test_those_who_wait_are_committed_together(app):
    with commits_counted() as commits:
        came = at_once(app, [add_job] * 20)
    assert sorted(came) == list(range(1, 21))
    assert len(commits) == 1


@pytest.mark.sqlite
def test_a_member_that_fails_takes_back_its_own_rows_alone(app):
    def refused() -> None:
        add_job("refused")
        raise Refused("不行")

    def breaks_a_constraint() -> None:
        db.session.add(Installation(id=7, kind="real", created_at=NOW))
        db.session.flush()

    def breaks_sql() -> None:
        add_job("broken")
        db.session.execute(text("select nonsense from nowhere"))

    works = [add_job, refused, add_job, breaks_a_constraint, add_job, breaks_sql, add_job]
    with commits_counted() as commits:
        came = at_once(app, works)
    assert [isinstance(one, int) for one in came] == [True, False, True, False, True, False, True]
    assert len(commits) == 1
    assert set(db.session.scalars(select(Job.kind))) == {"test"}
    assert jobs() == 4


@pytest.mark.sqlite
def test_nobody_is_answered_before_the_commit_is_done(app):
    answered: list[str] = []
    known_at_commit: list[list[str]] = []

    def note(_connection: object) -> None:
        known_at_commit.append(list(answered))

    def work(place: int) -> Callable[[], int]:
        def add() -> int:
            after_commit(lambda: answered.append(f"member {place}"))
            return add_job()

        return add

    event.listen(db.engine, "commit", note)
    came = at_once(app, [work(place) for place in range(5)])
    event.remove(db.engine, "commit", note)
    assert known_at_commit == [[]]
    assert len(answered) == len(came) == 5


@pytest.mark.sqlite
def test_when_the_commit_fails_all_hear_of_it_and_nothing_is_kept(app):
    def fail(_connection: object) -> None:
        raise OSError("no space left on the device")

    event.listen(db.engine, "commit", fail)
    came = at_once(app, [add_job] * 5)
    event.remove(db.engine, "commit", fail)
    assert [type(one) for one in came] == [OSError] * 5
    assert jobs() == 0
    assert together(add_job, seat=1) == 1


@pytest.mark.sqlite
def test_a_long_line_is_carried_in_several_commits(app):
    with commits_counted() as commits:
        came = at_once(app, [add_job] * (MOST + 10))
    assert len(set(came)) == MOST + 10
    assert len(commits) == 2


@pytest.mark.sqlite
def test_a_member_sees_neither_the_leaders_rows_nor_who_leads(app):
    def rows_and_actor() -> tuple[int, object]:
        mine = db.session.get_one(Job, add_job())
        return len([row for row in db.session if row is not mine]), actor().id

    assert set(at_once(app, [rows_and_actor] * 8)) == {(0, None)}


def test_eight_threads_in_both_doors_lose_nothing(app):
    with transaction():
        number = add_job()

    def increment() -> None:
        row = db.session.get_one(Job, number, with_for_update=True)
        row.attempts = row.attempts + 1

    def alone() -> None:
        with transaction():
            increment()

    faults: list[BaseException] = []

    def twenty_times(do: Callable[[], None]) -> None:
        try:
            with app.app_context():
                for _ in range(20):
                    do()
        except BaseException as fault:
            faults.append(fault)

    doors = [alone, lambda: together(increment, seat=1)] * 4
    threads = [threading.Thread(target=twenty_times, args=(do,)) for do in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert faults == []
    assert db.session.scalar(select(Job.attempts)) == 160


@pytest.mark.sqlite
def test_a_busy_line_does_not_keep_others_from_their_turn(app):
    over = threading.Event()

    def busy() -> None:
        with app.app_context():
            while not over.is_set():
                together(lambda: db.session.execute(text("update job set progress = 1 - progress")), seat=1)

    together(add_job, seat=1)
    threads = [threading.Thread(target=busy) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(5):
            with transaction():
                add_job()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert jobs() == 6
