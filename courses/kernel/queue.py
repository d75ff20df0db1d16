"""The job queue: a row in the caller's transaction, claimed under a lease with a fencing token.

A job killed at any instant is claimed again once its lease has run out; whoever held it before can no longer publish, because
publishing asks whether the token is still theirs.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import or_, select, update

from courses.kernel import clock
from courses.kernel.bell import Bell, NoBell
from courses.kernel.chores import Round
from courses.kernel.db import NOBODYS, after_commit, db, transaction
from courses.kernel.errors import Refused
from courses.kernel.models import Job
from courses.kernel.settings import Settings
from courses.kernel.words import Words

log = structlog.get_logger()
ATTEMPTS = 4
OURS = Words("系统处理时出错了，请再试一次；如仍失败，请联系管理员。")


class Lost(Exception):
    """The job's lease passed to another worker; this one must stop and publish nothing."""


class Setback(Exception):
    """This attempt failed through the machine, not through what was asked; `message` is what people are told meanwhile, and if every attempt does."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Stopped(Exception):
    """The worker was asked to end; the job goes back to the queue as if this attempt had not been."""


@dataclass(frozen=True)
class Claim:
    """What a job's body holds: which job, whose turn, and when it was claimed."""

    job_id: int
    token: int
    attempt: int
    stop: threading.Event | None = field(default=None, compare=False)

    def hold(self) -> Job:
        """The job's row inside the caller's transaction, if it is still ours; raises `Lost` if it is not."""
        job = db.session.get(Job, self.job_id, with_for_update=True)
        if job is None or job.token != self.token or job.state != "running":
            raise Lost
        return job

    def report(self, percent: int) -> None:
        """Store progress (0 to 100); raises `Lost` if the job is no longer ours, `Stopped` if the worker is to end."""
        if self.stop is not None and self.stop.is_set():
            raise Stopped
        with transaction(seat=NOBODYS):
            self.hold().progress = max(0, min(100, percent))


Body = Callable[..., None]
BODIES: dict[str, Body] = {}
GIVEN_UP: dict[str, Callable[..., None]] = {}


def install(app: Flask, settings: Settings) -> None:
    """Give `app` the bell by which its workers hear of jobs."""
    app.extensions["bell"] = _bell_of(settings.queue_url) if settings.queue_url else NoBell()


def _bell_of(url: str) -> Bell:
    from courses.kernel.redis import RedisBell

    return RedisBell(url)


def body(kind: str, *, given_up: Callable[..., None] | None = None) -> Callable[[Body], Body]:
    """Register the body of jobs of `kind`: `(claim, **payload)`.

    A `Refused` from the body means that no attempt can succeed, and says why. `given_up(**payload, fault, now)` runs, inside the
    transaction, when the job fails for good.
    """

    def register(function: Body) -> Body:
        BODIES[kind] = function
        if given_up is not None:
            GIVEN_UP[kind] = given_up
        return function

    return register


def enqueue(kind: str, payload: dict[str, Any], *, now: datetime, due: datetime | None = None) -> Job:
    """Add a job in the caller's transaction; it exists exactly when that commits. Those due first are run first."""
    job = Job(kind=kind, payload=payload, due=due or now, created_at=now, state="queued", progress=0, attempts=0, token=0)
    db.session.add(job)
    db.session.flush()
    bell: Bell = current_app.extensions["bell"]
    job_id = job.id
    after_commit(lambda: bell.ring(job_id))
    return job


def cancel(job: Job, *, fault: str, now: datetime) -> None:
    """End a job that is not over; whoever runs it is told at its next report and publishes nothing."""
    if job.state in {"queued", "running"}:
        job.state, job.fault, job.ended_at, job.lease_until, job.token = "failed", fault[:500], now, None, job.token + 1


def claim(*, now: datetime, lease: timedelta) -> tuple[Claim, str, dict[str, Any]] | None:
    """Take the oldest job that is due or whose lease has run out; None when there is none."""
    with transaction(seat=NOBODYS):
        waiting = or_((Job.state == "queued") & (Job.due <= now), (Job.state == "running") & (Job.lease_until < now))
        job = db.session.scalars(select(Job).where(waiting).order_by(Job.due, Job.id).limit(1).with_for_update(skip_locked=True)).first()
        if job is None:
            return None
        job.state, job.token, job.attempts, job.lease_until = "running", job.token + 1, job.attempts + 1, now + lease
        return Claim(job.id, job.token, job.attempts), job.kind, dict(job.payload)


def work_once(app: Flask, *, lease_seconds: int, stop: threading.Event | None = None) -> bool:
    """Claim and run one job to its end; says whether there was one. It is put back at its next report once `stop` is set."""
    with app.app_context():
        taken = claim(now=clock.now(), lease=timedelta(seconds=lease_seconds))
        if taken is None:
            return False
        mine, kind, payload = taken
        with _kept_alive(app, mine, lease_seconds):
            _run(replace(mine, stop=stop), kind, payload)
        db.session.remove()
        return True


def work(app: Flask, *, lease_seconds: int, stop: threading.Event) -> None:
    """Run jobs, and between them the chores, until `stop` is set."""
    bell: Bell = app.extensions["bell"]
    chores = Round()
    while not stop.is_set():
        chores.go(app)
        try:
            busy = work_once(app, lease_seconds=lease_seconds, stop=stop)
        except Exception:
            log.exception("worker_turn_failed")
            busy = False
            time.sleep(1)
        if not busy:
            bell.wait(stop)


def about_once_a_second(report: Callable[[int], None]) -> Callable[[int], None]:
    """`report`, called at most once a second; what falls between is dropped."""
    last = 0.0

    def seldom(percent: int) -> None:
        nonlocal last
        if time.monotonic() - last >= 1:
            report(percent)
            last = time.monotonic()

    return seldom


def _run(mine: Claim, kind: str, payload: dict[str, Any]) -> None:
    log.info("job_started", job=mine.job_id, kind=kind, attempt=mine.attempt)
    if mine.attempt > ATTEMPTS:  # its workers died each time, so no exception ever counted
        _give_up(mine, kind, payload, OURS)
        return
    try:
        BODIES[kind](mine, **payload)
    except Lost:
        log.warning("job_lost", job=mine.job_id, kind=kind)
    except Stopped:
        _hand_back(mine)
        log.info("job_handed_back", job=mine.job_id, kind=kind)
    except Refused as fault:
        _give_up(mine, kind, payload, fault.message)
    except Exception as fault:
        log.exception("job_failed", job=mine.job_id, kind=kind)
        words = fault.message if isinstance(fault, Setback) else OURS
        if mine.attempt >= ATTEMPTS:
            _give_up(mine, kind, payload, words)
        else:
            _retry_later(mine, words)
    else:
        _finish(mine)
        log.info("job_done", job=mine.job_id, kind=kind)


def _finish(mine: Claim) -> None:
    with transaction(seat=NOBODYS):
        job = mine.hold()
        job.state, job.progress, job.ended_at, job.lease_until = "done", 100, clock.now(), None


def _hand_back(mine: Claim) -> None:
    try:
        with transaction(seat=NOBODYS):
            job = mine.hold()
            job.state, job.lease_until, job.attempts, job.due = "queued", None, job.attempts - 1, clock.now()
    except Lost:
        return


def _give_up(mine: Claim, kind: str, payload: dict[str, Any], fault: str) -> None:
    try:
        with transaction():
            job = mine.hold()
            job.state, job.fault, job.ended_at, job.lease_until = "failed", fault[:500], clock.now(), None
            if kind in GIVEN_UP:
                GIVEN_UP[kind](**payload, fault=fault, now=clock.now())
    except Lost:
        return
    log.warning("job_given_up", job=mine.job_id, kind=kind)


def _retry_later(mine: Claim, fault: str) -> None:
    try:
        with transaction(seat=NOBODYS):
            job = mine.hold()
            job.state, job.fault, job.lease_until = "queued", fault[:500], None
            job.due = clock.now() + timedelta(seconds=5 * 2**mine.attempt)
    except Lost:
        return


@contextmanager
def _kept_alive(app: Flask, mine: Claim, lease_seconds: int) -> Iterator[None]:
    """Renew the lease from a thread of its own while the body runs."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(lease_seconds / 3):
            with app.app_context():
                try:
                    with transaction(seat=NOBODYS):
                        ours = (Job.id == mine.job_id) & (Job.token == mine.token) & (Job.state == "running")
                        db.session.execute(update(Job).where(ours).values(lease_until=clock.now() + timedelta(seconds=lease_seconds)))
                except Exception:
                    log.exception("lease_renewal_failed", job=mine.job_id)

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
