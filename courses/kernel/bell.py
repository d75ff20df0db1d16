"""How a worker hears that there is work: by looking twice a second, or by a bell that is rung as soon as a job is committed.

The job's row is the truth either way (docs/decisions/0002-the-job-row-is-the-queue.md); a ring that is lost costs a few seconds.
"""

from threading import Event
from typing import Protocol

LOOK_SECONDS = 0.5  # between two looks without a bell
SWEEP_SECONDS = 5.0  # with one, for retries that come due, leases that run out, and rings that were lost


class Bell(Protocol):
    """What the queue asks of either."""

    def ring(self, job_id: int) -> None:
        """Wake one worker for this job, whose row is committed. Never raises: the job is found without it."""

    def wait(self, stop: Event) -> None:
        """Return when it is time to look for work, or `stop` is set."""


class NoBell:
    """Workers look by themselves."""

    def ring(self, job_id: int) -> None:
        return

    def wait(self, stop: Event) -> None:
        stop.wait(LOOK_SECONDS)
