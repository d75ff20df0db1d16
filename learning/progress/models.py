"""Enrolments, study sessions, what was covered, the allowance, the dated proof that a lesson was finished, and notes 请核对."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from courses.kernel.db import Key, Model
from learning.progress.rules import Window


class Enrolment(Model):
    """A person began a course, in the version they will finish."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("person_id", "course_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    since: Mapped[datetime]


HAS_WAITING = text("length(claimed) > 0")  # as the partial index says it


class StudySession(Model):
    """A span in which a person has a lesson open. `claimed` holds spans reported but not yet credited.

    `key` is the name its browser gave it, so that asking twice opens one; `offline` says that it was opened by a download.
    """

    __tablename__ = "study_session"
    __table_args__ = (
        Index("ix_study_session_person_id_until", "person_id", "until"),
        Index("uq_study_session_person_id_key", "person_id", "key", unique=True),
        Index("ix_study_session_waiting", "person_id", sqlite_where=HAS_WAITING, postgresql_where=HAS_WAITING),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    asset_id: Mapped[int | None]  # the recording it plays, to be compared and never followed; none for a text
    key: Mapped[str | None] = mapped_column(String(40))
    offline: Mapped[bool] = mapped_column(default=False, server_default=false())
    since: Mapped[datetime]
    until: Mapped[datetime]  # the session is open in [since, until)
    sequence: Mapped[int] = mapped_column(default=0)
    credited_seconds: Mapped[int] = mapped_column(default=0)
    claimed: Mapped[bytes] = mapped_column(LargeBinary, default=b"")

    @property
    def window(self) -> Window:
        """The session as the rules see it."""
        return Window(self.since, self.until, self.credited_seconds)


class Coverage(Model):
    """The seconds of a lesson's recording that a person has covered, as merged spans, and where to resume."""

    __tablename__ = "coverage"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    asset_id: Mapped[int | None]  # of which recording: another starts anew; none for a text
    spans: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    covered_seconds: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    position_at: Mapped[int] = mapped_column(default=0, server_default="0")  # when it was held, as `rules.tick` counts; orders devices
    sound_only: Mapped[bool] = mapped_column(default=False)


class Allowance(Model):
    """A person's one allowance over all devices, in milliseconds of media; grows while a session is open (law 5)."""

    __tablename__ = "allowance"
    __table_args__ = (CheckConstraint("left_ms >= 0", name="left_ms"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    left_ms: Mapped[int] = mapped_column(default=0)
    grown_until: Mapped[datetime]


class LessonCompletion(Model):
    """A person finished a lesson: once, dated, never changed. `evidence` says from what."""

    __tablename__ = "lesson_completion"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id", "origin"),
        CheckConstraint("how in ('video', 'sound', 'text', 'quiz', 'practice')", name="how"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    origin: Mapped[str] = mapped_column(String(16))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    how: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)


class PracticeTick(Model):
    """A step of a practical lesson (现场模拟): ticked by the person, and seen by a witness. Working state; what was finished by it is a LessonCompletion."""

    __tablename__ = "practice_tick"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id", "step"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    step: Mapped[int]
    ticked_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class StudyNote(Model):
    """请核对: an odd pattern, kept for a conversation and never a penalty. Its evidence names positions and counts, never hours of the day."""

    __tablename__ = "study_note"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id", "kind"),
        CheckConstraint("kind in ('ahead', 'crowded', 'pieces', 'swift')", name="kind"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    measure: Mapped[int]  # how odd: the strongest of its kind stands
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
    since: Mapped[date]
