"""The policy of credit hours, as data with its basis, and the append-only ledger."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.kernel.db import Key, Model


class HoursPolicy(Model):
    """How the county counts hours from a day on; a later row supersedes it and rewrites no closed year."""

    __tablename__ = "hours_policy"
    __table_args__ = (UniqueConstraint("since"),)

    id: Mapped[Key]
    since: Mapped[date]
    minutes_per_hour: Mapped[int]
    annual_quarters: Mapped[int]  # 32 hours are 128 quarters
    secretary_quarters: Mapped[int]
    counted_kinds: Mapped[list[str]] = mapped_column(JSON)
    basis: Mapped[str] = mapped_column(String(500))
    entered_at: Mapped[datetime]


class HoursEntry(Model):
    """Approved hours credited to a person, in quarters; a correction is another row, with the other sign."""

    __tablename__ = "hours_entry"
    __table_args__ = (
        CheckConstraint("kind in ('online_training', 'collective_study', 'centralized_training', 'home_delivery', 'self_study')", name="kind"),
        UniqueConstraint("person_id", "course_id", "correction"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    year: Mapped[int]
    quarters: Mapped[int]
    correction: Mapped[int] = mapped_column(default=0)  # 0: the credit itself; n: its nth correction
    reason: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: by the system, from the facts
