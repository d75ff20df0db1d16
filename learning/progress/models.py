"""Enrolments, study sessions, what was covered, the allowance, and the dated proof that a lesson was finished."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from courses.kernel.db import Key, Model


class Enrolment(Model):
    """A person began a course, in the version they will finish."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("person_id", "course_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    since: Mapped[datetime]


class StudySession(Model):
    """A span in which a person has a lesson open. `claimed` holds spans reported but not yet credited."""

    __tablename__ = "study_session"
    __table_args__ = (Index("ix_study_session_person_id_until", "person_id", "until"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]  # the session is open in [since, until)
    sequence: Mapped[int] = mapped_column(default=0)
    credited_seconds: Mapped[int] = mapped_column(default=0)
    claimed: Mapped[bytes] = mapped_column(LargeBinary, default=b"")


class Coverage(Model):
    """The seconds of a lesson that a person has covered, as merged spans, and where to resume."""

    __tablename__ = "coverage"
    __table_args__ = (UniqueConstraint("person_id", "lesson_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    spans: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    covered_seconds: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
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
    __table_args__ = (UniqueConstraint("person_id", "course_id", "origin"), CheckConstraint("how in ('video', 'sound', 'text', 'quiz')", name="how"))

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    origin: Mapped[str] = mapped_column(String(16))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    how: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON)
