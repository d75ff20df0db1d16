"""The policy of credit hours, as data with its basis, the append-only ledger, and the years that the county has closed."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from learning.hours.rules import Figures, Terms
from learning.organization.models import Organization, Person


class HoursPolicy(Model):
    """One version of how the county counts hours, in force from a day on until a later one is; never changed, and no closed year is counted by a new one."""

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
    rounding: Mapped[str] = mapped_column(String(8))
    day_quarters: Mapped[int]
    half_day_quarters: Mapped[int]
    leading_roles: Mapped[list[str]] = mapped_column(JSON)  # the posts that ask for `secretary_quarters`
    carry_quarters: Mapped[int]  # how much may be carried into the next year at most; 0: nothing
    bases: Mapped[dict[str, str]] = mapped_column(JSON)  # the 依据 of each topic
    reason: Mapped[str] = mapped_column(String(200))
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: what a new county begins with

    entered_by: Mapped[Person | None] = relationship()

    @property
    def terms(self) -> Terms:
        """What this version says, as a value."""
        return Terms(
            self.minutes_per_hour,
            self.rounding,
            self.day_quarters,
            self.half_day_quarters,
            self.annual_quarters,
            self.secretary_quarters,
            tuple(self.leading_roles),
            tuple(self.counted_kinds),
            self.carry_quarters,
            self.basis,
            dict(self.bases),
        )


class HoursEntry(Model):
    """Approved hours credited to a person, in quarters; a correction is another row, with the other sign."""

    __tablename__ = "hours_entry"
    __table_args__ = (
        CheckConstraint("kind in ('online_training', 'collective_study', 'centralized_training', 'home_delivery', 'self_study')", name="kind"),
        UniqueConstraint("person_id", "course_id", "correction"),
        Index("ix_hours_entry_year_person_id", "year", "person_id"),
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
    about_year: Mapped[int | None]  # the closed year that this row is really of, where it was written into the next open one


class YearClosing(Model):
    """年度结账: the county froze a year, under the policy then in force. From here on nothing is written into that year."""

    __tablename__ = "year_closing"

    id: Mapped[Key]
    year: Mapped[int] = mapped_column(unique=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("hours_policy.id"))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    policy: Mapped[HoursPolicy] = relationship()
    by: Mapped[Person] = relationship()


class ClosedYear(Model):
    """What a closed year came to for one person: the hours of each kind, the year's number, what came from the year before and goes into the next."""

    __tablename__ = "closed_year"
    __table_args__ = (
        UniqueConstraint("closing_id", "person_id"),
        Index("ix_closed_year_organization_id", "organization_id"),
        Index("ix_closed_year_person_id", "person_id"),
        CheckConstraint("carried_in >= 0 and carried_out >= 0 and required >= 0", name="signs"),
    )

    id: Mapped[Key]
    closing_id: Mapped[int] = mapped_column(ForeignKey("year_closing.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))  # on the year's last day; None: belonged nowhere then
    stage: Mapped[str] = mapped_column(String(20))
    expectation: Mapped[str] = mapped_column(String(12))
    quarters: Mapped[dict[str, int]] = mapped_column(JSON)
    counted: Mapped[int]
    required: Mapped[int]
    carried_in: Mapped[int]
    carried_out: Mapped[int]
    courses: Mapped[int]

    closing: Mapped[YearClosing] = relationship()
    person: Mapped[Person] = relationship()
    organization: Mapped[Organization | None] = relationship()

    @property
    def figures(self) -> Figures:
        return Figures(self.quarters, self.counted, self.required, self.carried_in, self.carried_out, self.courses)
