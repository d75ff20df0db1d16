"""Study away from the phone: an offline session with its roll call, and study delivered at home."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from learning.organization.models import Organization, Person


class TrainingClass(Model):
    """班次: a run of sessions for an audience, with its plan before and its summary after; the sessions say who came."""

    __tablename__ = "training_class"
    __table_args__ = (CheckConstraint("until >= since", name="span"),)

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    audience: Mapped[str] = mapped_column(String(200))
    since: Mapped[date]
    until: Mapped[date]
    venue: Mapped[str] = mapped_column(String(80))
    trainers: Mapped[str] = mapped_column(String(200), default="")
    plan: Mapped[str] = mapped_column(String(3000), default="")
    summary: Mapped[str] = mapped_column(String(3000), default="")
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]

    organization: Mapped[Organization] = relationship()
    entered_by: Mapped[Person] = relationship()
    planned: Mapped[list["ClassCourse"]] = relationship(order_by="ClassCourse.position", cascade="all, delete-orphan")


class ClassCourse(Model):
    """A course that a class plans to give; what was held, its sessions say."""

    __tablename__ = "class_course"
    __table_args__ = (UniqueConstraint("class_id", "course_id"),)

    id: Mapped[Key]
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    position: Mapped[int]


class OfflineSession(Model):
    """A shared viewing (集中收看), lecture, simulation, visit or training elsewhere, held on a day for an organization, over one version of a course."""

    __tablename__ = "offline_session"
    __table_args__ = (CheckConstraint("kind in ('group_viewing', 'lecture', 'simulation', 'study_visit', 'rotation')", name="kind"),)

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    kind: Mapped[str] = mapped_column(String(20))
    held_on: Mapped[date]
    venue: Mapped[str] = mapped_column(String(80))
    lecturer: Mapped[str] = mapped_column(String(40), default="")
    issuer: Mapped[str] = mapped_column(String(80), default="")  # who held it, where it was held elsewhere
    makes_up_id: Mapped[int | None] = mapped_column(ForeignKey("offline_session.id"))  # 补学: the session it makes up for
    class_id: Mapped[int | None] = mapped_column(ForeignKey("training_class.id"), index=True)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]

    organization: Mapped[Organization] = relationship()
    entered_by: Mapped[Person] = relationship()
    makes_up: Mapped["OfflineSession | None"] = relationship(remote_side="OfflineSession.id")
    training_class: Mapped[TrainingClass | None] = relationship()
    roll: Mapped[list["Attendance"]] = relationship(back_populates="session", order_by="Attendance.id")


class Attendance(Model):
    """One line of a roll call. A later line for the same person in the same session corrects the earlier; none is erased."""

    __tablename__ = "attendance"
    __table_args__ = (CheckConstraint("state in ('present', 'leave', 'absent')", name="state"), UniqueConstraint("session_id", "person_id", "line"))

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(ForeignKey("offline_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    line: Mapped[int] = mapped_column(default=1)  # 1 at first, one higher for each correction
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(60), default="")
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]

    @property
    def is_own(self) -> bool:
        """Whether someone entered it about themselves; every page that shows the line says so."""
        return self.entered_by_id == self.person_id

    session: Mapped[OfflineSession] = relationship(back_populates="roll")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])


class SelfSignIn(Model):
    """自己签到: someone in the room scanned or typed what the screen showed. It counts only by the line of the roll that confirms it."""

    __tablename__ = "self_sign_in"
    __table_args__ = (UniqueConstraint("session_id", "person_id"), CheckConstraint("how in ('scanned', 'typed')", name="how"))

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column(ForeignKey("offline_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    how: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


class HomeDelivery(Model):
    """送学上门: a course brought to someone's home, by whom, when, and what was done there."""

    __tablename__ = "home_delivery"
    __table_args__ = (UniqueConstraint("person_id", "course_id", "delivered_on"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    delivered_on: Mapped[date]
    delivered_by: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(300))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])
