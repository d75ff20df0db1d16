"""The two tables the floor itself needs: jobs, and what kind of installation this is."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from courses.kernel.db import Key, Model


class Job(Model):
    """A piece of background work; this row, not any broker, is the truth about it."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'running', 'done', 'failed')", name="state"),
        CheckConstraint("progress between 0 and 100", name="progress"),
        Index("ix_job_state_due", "state", "due"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    progress: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    due: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    fault: Mapped[str | None] = mapped_column(String(500))


class Installation(Model):
    """Whether this database serves the demo county or a real one; one row, written at set-up."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("kind in ('demo', 'real')", name="kind"), CheckConstraint("id = 1", name="single"))

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
