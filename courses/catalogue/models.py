"""Series, courses, versions, chapters, lessons; and each state of a version as a row with who and when."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from courses.media.models import Asset
from courses.questions.models import Quiz


class Series(Model):
    """空中大讲堂: a named run of lectures, kept by one organization."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("organization_id", "title"),)

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    title: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Course(Model):
    """A course through all its versions. What learners see is the version published last, unless it is withdrawn.

    `position` is its place among the courses of its series; an elective course (选修) is not asked of those who follow the series.
    """

    __tablename__ = "course"

    id: Mapped[Key]
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    elective: Mapped[bool] = mapped_column(default=False, server_default=false())

    series: Mapped[Series] = relationship()
    versions: Mapped[list["CourseVersion"]] = relationship(back_populates="course", order_by="CourseVersion.number")
    withdrawals: Mapped[list["Withdrawal"]] = relationship(order_by="Withdrawal.id")


class CourseVersion(Model):
    """One version of a course; it may be edited only until it is submitted, and again if it is returned."""

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(String(600), default="")
    suggested_quarters: Mapped[int] = mapped_column(default=0)
    final_quiz_id: Mapped[int | None] = mapped_column(ForeignKey("quiz.id"))
    open_material: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    course: Mapped[Course] = relationship(back_populates="versions")
    lessons: Mapped[list["Lesson"]] = relationship(back_populates="version", order_by="Lesson.position")
    chapters: Mapped[list["Chapter"]] = relationship(back_populates="version", order_by="Chapter.position")
    prerequisites: Mapped[list["Prerequisite"]] = relationship(order_by="Prerequisite.course_id", cascade="all, delete-orphan")
    final_quiz: Mapped[Quiz | None] = relationship()
    submissions: Mapped[list["CourseSubmission"]] = relationship(order_by="CourseSubmission.id")
    reviews: Mapped[list["Review"]] = relationship(order_by="Review.id")
    publication: Mapped["Publication | None"] = relationship()


class Prerequisite(Model):
    """先修: a course to be finished before this version is begun. Whoever began an earlier version keeps the rules of that one."""

    __tablename__ = "prerequisite"

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True, autoincrement=False)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, autoincrement=False, index=True)


class Chapter(Model):
    """章: a heading among the lessons of one version, which stand under it as far as the next. It has its place in the same numbering as they."""

    __tablename__ = "chapter"
    __table_args__ = (UniqueConstraint("version_id", "title"),)

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))

    version: Mapped[CourseVersion] = relationship(back_populates="chapters")


class Lesson(Model):
    """A part of one version, required unless it is elective (选修). `origin` is the same in every version of the course that carries this lesson on."""

    __tablename__ = "lesson"
    __table_args__ = (
        UniqueConstraint("version_id", "origin"),
        CheckConstraint("kind in ('video', 'text', 'practice', 'document')", name="kind"),
    )

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    origin: Mapped[str] = mapped_column(String(16), index=True)
    position: Mapped[int]
    elective: Mapped[bool] = mapped_column(default=False, server_default=false())
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(80))
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")  # Markdown; of a video or document lesson: its transcript or notes
    quiz_id: Mapped[int | None] = mapped_column(ForeignKey("quiz.id"))
    steps: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")  # of a practical lesson: what is done on the spot, one by one
    captions: Mapped[str] = mapped_column(Text, default="", server_default="", deferred=True)  # WebVTT, as courses.media.caption_rules writes it

    version: Mapped[CourseVersion] = relationship(back_populates="lessons")
    asset: Mapped[Asset | None] = relationship()
    quiz: Mapped[Quiz | None] = relationship()
    slides: Mapped["LessonSlides | None"] = relationship(cascade="all, delete-orphan")


class LessonSlides(Model):
    """The slides that are shown while a lecture is heard: a document, and the second from which each of its pages stands (null: it is left out)."""

    __tablename__ = "lesson_slides"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True, autoincrement=False)
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    seconds: Mapped[list[int | None]] = mapped_column(JSON)

    asset: Mapped[Asset] = relationship()


class CourseSubmission(Model):
    """The trainer's request for review of a version."""

    __tablename__ = "course_submission"

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(500), default="")


class Review(Model):
    """A reviewer's answer to one submission: returned with remarks, or approved with its hours."""

    __tablename__ = "review"
    __table_args__ = (CheckConstraint("outcome in ('returned', 'approved')", name="outcome"), UniqueConstraint("submission_id"))

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("course_submission.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    remarks: Mapped[str] = mapped_column(String(1000), default="")
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Publication(Model):
    """A version made visible, with its approved credit hours (核定学时) in quarters of an hour."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("version_id"), CheckConstraint("approved_quarters > 0", name="approved_quarters"))

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    approved_quarters: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Withdrawal(Model):
    """下架: a course hidden at once; lifted by filling in `lifted_at`, or by publishing a newer version."""

    __tablename__ = "withdrawal"

    id: Mapped[Key]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
