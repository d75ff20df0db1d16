"""A bell on Redis, which carries no more than the ids of jobs; the only importer of redis."""

import time
from threading import Event
from typing import Literal

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, ConnectionError, RedisError, TimeoutError
from redis.retry import Retry

from courses.kernel.bell import LOOK_SECONDS, SWEEP_SECONDS

log = structlog.get_logger()
LIST, PROBE = "hall:jobs", "hall:probe"
MOST = 1000  # rings kept for workers that are busy, or away


class RedisBell:
    """Rings wait in a list, so that each wakes one worker, and a worker that was busy hears it later."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = Redis.from_url(url, socket_connect_timeout=1, socket_timeout=5, retry=Retry(NoBackoff(), 1), health_check_interval=30)

    def fault(self) -> Literal["unreachable", "password", "refused"] | None:
        """What keeps Redis from taking rings; None if nothing does."""
        try:
            self._redis.lpush(PROBE, 1)
            self._redis.delete(PROBE)
        except AuthenticationError:  # also what it answers where it wants a password and none was given
            return "password"
        except (ConnectionError, TimeoutError):
            return "unreachable"
        except RedisError:
            return "refused"
        return None

    def ring(self, job_id: int) -> None:
        """Wake one worker. Without Redis the job waits for the next sweep."""
        try:
            with self._redis.pipeline(transaction=False) as line:
                line.lpush(LIST, job_id)
                line.ltrim(LIST, 0, MOST - 1)
                line.execute()
        except RedisError as fault:
            log.warning("bell_not_rung", job=job_id, fault=type(fault).__name__)

    def wait(self, stop: Event) -> None:
        """Return at a ring, at the time of the sweep, or soon after `stop` is set; without Redis, look as if there were no bell."""
        sweep = time.monotonic() + SWEEP_SECONDS
        while not stop.is_set() and time.monotonic() < sweep:
            try:
                if self._redis.brpop([LIST], timeout=1) is not None:
                    return
            except RedisError as fault:
                log.warning("bell_not_heard", fault=type(fault).__name__)
                stop.wait(LOOK_SECONDS)
                return
