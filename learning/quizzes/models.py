"""A person's papers: the attempt, each saved answer, its end and its marking; and for trainers, how each question went."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from courses.kernel.db import Key, Model
from courses.kernel.plain import mended
from courses.questions.rules import Choice


class Choices(TypeDecorator[list[Choice]]):
    """What was chosen, as JSON. Half a character, which was once taken, is read as a mark: such a text is simply not right, and breaks no page."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return [mended(one) if isinstance(one, str) else one for one in value] if isinstance(value, list) else value


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
    until: Mapped[datetime | None]  # the deadline, of a quiz with a limit of time

    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.id")
    late_answers: Mapped[list["LateAnswer"]] = relationship(order_by="LateAnswer.id")
    hand_in: Mapped["HandIn | None"] = relationship()
    submission: Mapped["QuizSubmission | None"] = relationship()


class Answer(Model):
    """The answer to one question of an attempt that is marked: indices into the question's own options, or the text of a blank."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("attempt_id", "question_id"),)

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    chosen: Mapped[list[Choice]] = mapped_column(Choices)
    sequence: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class LateAnswer(Model):
    """What came after the deadline: kept and shown, never marked."""

    __tablename__ = "late_answer"
    __table_args__ = (UniqueConstraint("attempt_id", "question_id"),)

    id: Mapped[Key]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    chosen: Mapped[list[Choice]] = mapped_column(Choices)
    sequence: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class HandIn(Model):
    """交卷: the end of an attempt, by the person or, at its deadline, by the clock. From here on no marked answer changes; marking may come later."""

    __tablename__ = "hand_in"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class QuizSubmission(Model):
    """The marking of an attempt that was handed in: score in percent. Never updated."""

    __tablename__ = "quiz_submission"
    __table_args__ = (CheckConstraint("score between 0 and 100", name="score"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True, autoincrement=False)
    at: Mapped[datetime]  # when it was handed in
    score: Mapped[int]
    passed: Mapped[bool]
    right: Mapped[list[int]] = mapped_column(JSON)  # ids of the questions answered rightly


class QuestionTally(Model):
    """How a question went, over all marked papers: on how many it stood, was answered, was answered rightly. Recomputable from them."""

    __tablename__ = "question_tally"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True, autoincrement=False)
    papers: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
    right: Mapped[int] = mapped_column(default=0)


class ChoiceTally(Model):
    """How often one wrong option of a question was chosen, or one wrong text written (as it is compared, its beginning)."""

    __tablename__ = "choice_tally"

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True, autoincrement=False)
    choice: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
