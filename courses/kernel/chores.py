"""Small things a worker does again and again between jobs, such as sweeping what has expired.

Every worker does them, at any moment and perhaps at once, so a chore must be harmless when it is done twice.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from flask import Flask

from courses.kernel import clock
from courses.kernel.db import db

log = structlog.get_logger()
Body = Callable[[datetime], None]


@dataclass(frozen=True)
class Chore:
    """What is done, and how many seconds lie between two times."""

    seconds: float
    body: Body


CHORES: dict[str, Chore] = {}


def chore(name: str, *, minutes: float) -> Callable[[Body], Body]:
    """Register a chore: `(now)`, which opens its own transactions."""

    def register(body: Body) -> Body:
        CHORES[name] = Chore(minutes * 60, body)
        return body

    return register


@dataclass
class Round:
    """One worker's memory of when each chore is due; all are when it begins."""

    due: dict[str, float] = field(default_factory=dict)

    def go(self, app: Flask) -> None:
        """Do what is due. A chore that fails is logged, and tried again at its next time."""
        for name, one in CHORES.items():
            if time.monotonic() < self.due.get(name, 0.0):
                continue
            self.due[name] = time.monotonic() + one.seconds
            with app.app_context():
                try:
                    one.body(clock.now())
                except Exception:
                    log.exception("chore_failed", chore=name)
                finally:
                    db.session.remove()
