"""A person's papers: the attempt, each saved answer, and the one submission that is marked."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model


class Attempt(Model):
    """One paper handed to a person. `paper` fixes the order of questions and options: [[question_id, [option, ...]], ...]."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_person_id_quiz_id", "person_id", "quiz_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"))
    paper: Mapped[list[Any]] = mapped_column(JSON)
    since: Mapped[datetime]

    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.id")
    submission: Mapped["QuizSubmission | None"] = relationship()


class Answer(Model):
    """The last saved answer to one question of an attempt: indices into the question's own options."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("attempt_id", "question_id"),)

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    chosen: Mapped[list[int]] = mapped_column(JSON)
    sequence: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class QuizSubmission(Model):
    """The end of an attempt, marked: score in percent. Never updated."""

    __tablename__ = "quiz_submission"
    __table_args__ = (CheckConstraint("score between 0 and 100", name="score"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    score: Mapped[int]
    passed: Mapped[bool]
    right: Mapped[list[int]] = mapped_column(JSON)  # ids of the questions answered rightly
