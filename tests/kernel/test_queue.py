"""The queue: jobs are done once, in turn, and survive their workers."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from courses.kernel import chores, clock, queue
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.kernel.models import Job
from courses.kernel.redis import RedisBell
from tests.servers import redis

LEASE = timedelta(seconds=30)


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running Redis."""
    with redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(params=["without a bell", "redis"])
def app(request: pytest.FixtureRequest, app: Flask) -> Flask:
    """The app with either way of hearing of jobs."""
    if request.param == "redis":
        queue.install(app, replace(app.extensions["settings"], queue_url=request.getfixturevalue("redis_url")))
    return app


@pytest.fixture
def kind() -> Iterator[str]:
    """A kind of job of this test's own."""
    yield "test_kind"
    queue.BODIES.pop("test_kind", None)
    queue.GIVEN_UP.pop("test_kind", None)


def add(kind: str, **payload: Any) -> int:
    """A job in the queue; gives its id."""
    with transaction():
        return queue.enqueue(kind, payload, now=clock.now()).id


def row(job_id: int) -> Job:
    """The job as it stands."""
    db.session.rollback()
    return db.session.get_one(Job, job_id)


def test_a_job_runs_once_with_its_payload(app: Flask, kind: str) -> None:
    seen = []
    queue.body(kind)(lambda claim, word: seen.append(word))
    job_id = add(kind, word="学")
    assert queue.work_once(app, lease_seconds=30) and not queue.work_once(app, lease_seconds=30)
    assert seen == ["学"]
    assert (row(job_id).state, row(job_id).progress, row(job_id).attempts) == ("done", 100, 1)


def test_a_job_of_a_rolled_back_transaction_never_was(app: Flask, kind: str) -> None:
    with pytest.raises(RuntimeError), transaction():
        queue.enqueue(kind, {}, now=clock.now())
        raise RuntimeError
    assert queue.claim(now=clock.now(), lease=LEASE) is None


def test_a_lease_that_ran_out_passes_on_and_the_first_holder_can_do_nothing(app: Flask, kind: str) -> None:
    add(kind)
    now = clock.now()
    first = queue.claim(now=now, lease=LEASE)
    assert first is not None
    assert queue.claim(now=now + LEASE / 2, lease=LEASE) is None
    second = queue.claim(now=now + LEASE * 2, lease=LEASE)
    assert second is not None and second[0].token == first[0].token + 1
    with pytest.raises(queue.Lost):
        first[0].report(50)
    second[0].report(50)


def test_a_refusal_ends_the_job_and_tells_why(app: Flask, kind: str) -> None:
    told = []

    def body(claim: queue.Claim) -> None:
        raise Refused("请重新导出。")

    queue.body(kind, given_up=lambda fault, now: told.append(fault))(body)
    job_id = add(kind)
    queue.work_once(app, lease_seconds=30)
    assert told == ["请重新导出。"] and (row(job_id).state, row(job_id).fault) == ("failed", "请重新导出。")


def test_a_failure_is_tried_again_later_and_given_up_at_last(app: Flask, kind: str) -> None:
    told = []

    def body(claim: queue.Claim) -> None:
        raise OSError("disk")

    queue.body(kind, given_up=lambda fault, now: told.append(fault))(body)
    job_id = add(kind)
    for attempt in range(queue.ATTEMPTS):
        assert told == []
        assert queue.work_once(app, lease_seconds=30)
        assert not queue.work_once(app, lease_seconds=30)  # not before its pause is over
        with transaction():
            db.session.get_one(Job, job_id).due = clock.now()
        assert row(job_id).attempts == attempt + 1
    assert told == [queue.OURS] and row(job_id).state == "failed"


def test_a_job_that_kills_its_workers_is_given_up(app: Flask, kind: str) -> None:
    told, runs = [], []
    queue.body(kind, given_up=lambda fault, now: told.append(fault))(runs.append)
    job_id = add(kind)
    with transaction():
        db.session.get_one(Job, job_id).attempts = queue.ATTEMPTS
    queue.work_once(app, lease_seconds=30)
    assert told == [queue.OURS] and runs == []


def test_a_worker_that_is_to_end_hands_its_job_back(app: Flask, kind: str) -> None:
    stop = threading.Event()

    def body(claim: queue.Claim) -> None:
        claim.report(10)
        stop.set()
        claim.report(20)

    queue.body(kind)(body)
    job_id = add(kind)
    queue.work(app, lease_seconds=30, stop=stop)
    assert (row(job_id).state, row(job_id).attempts, row(job_id).lease_until) == ("queued", 0, None)
    assert queue.claim(now=clock.now(), lease=LEASE) is not None


def test_a_long_job_keeps_its_lease(app: Flask, kind: str) -> None:
    stolen = []

    def body(claim: queue.Claim) -> None:
        threading.Event().wait(2.5)
        stolen.append(queue.claim(now=clock.now(), lease=LEASE))

    queue.body(kind)(body)
    job_id = add(kind)
    queue.work_once(app, lease_seconds=1)
    assert stolen == [None] and row(job_id).state == "done"


@pytest.fixture
def worker(app: Flask) -> Iterator[None]:
    """A worker in a thread beside the test."""
    stop = threading.Event()
    thread = threading.Thread(target=queue.work, args=(app,), kwargs={"lease_seconds": 30, "stop": stop})
    thread.start()
    yield
    stop.set()
    thread.join()


def test_a_worker_that_waits_hears_of_a_job(app: Flask, kind: str, worker: None) -> None:
    done = threading.Event()
    queue.body(kind)(lambda claim: done.set())
    add(kind)
    assert done.wait(30)


def test_with_a_bell_nobody_looks_in_between(app: Flask, kind: str, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courses.kernel.redis.SWEEP_SECONDS", 3600.0)
    ringing, stop, heard = RedisBell(redis_url), threading.Event(), threading.Event()
    ringing._redis.flushdb()
    waiting = threading.Thread(target=lambda: (ringing.wait(stop), heard.set()))
    waiting.start()
    assert not heard.wait(0.2)
    queue.install(app, replace(app.extensions["settings"], queue_url=redis_url))
    with pytest.raises(RuntimeError), transaction():
        queue.enqueue(kind, {}, now=clock.now())
        raise RuntimeError
    assert not heard.wait(0.2)  # a job that was rolled back wakes nobody
    add(kind)
    assert heard.wait(30)
    waiting.join()


def test_without_redis_jobs_are_taken_and_done_all_the_same(app: Flask, kind: str) -> None:
    queue.install(app, replace(app.extensions["settings"], queue_url="redis://127.0.0.1:9/0"))
    done, stop = threading.Event(), threading.Event()
    queue.body(kind)(lambda claim: done.set())
    job_id = add(kind)
    thread = threading.Thread(target=queue.work, args=(app,), kwargs={"lease_seconds": 30, "stop": stop})
    thread.start()
    assert done.wait(30)
    stop.set()
    thread.join()
    assert row(job_id).state == "done"
    assert RedisBell("redis://127.0.0.1:9/0").fault() == "unreachable"


def test_chores_are_done_again_and_again_and_a_failure_stops_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(chores, "CHORES", {})

    @chores.chore("broken", minutes=0)
    def broken(now: Any) -> None:
        raise OSError

    chores.chore("often", minutes=0)(lambda now: done.append("often"))
    chores.chore("seldom", minutes=60)(lambda now: done.append("seldom"))
    going = chores.Round()
    for _ in range(3):
        going.go(app)
    assert done == ["often", "seldom", "often", "often"]
