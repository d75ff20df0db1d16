"""Questions and the quizzes made of them."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model


class Question(Model):
    """One question. Once a published quiz uses it, it is never changed: an edit makes a new question."""

    __tablename__ = "question"
    __table_args__ = (CheckConstraint("kind in ('single', 'multiple', 'true_false')", name="kind"), CheckConstraint("score > 0", name="score"))

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(12))
    stem: Mapped[str] = mapped_column(String(600))
    options: Mapped[list[str]] = mapped_column(JSON)
    answer: Mapped[list[int]] = mapped_column(JSON)  # indices into options, ascending
    explanation: Mapped[str] = mapped_column(String(800), default="")
    topic: Mapped[str] = mapped_column(String(60), default="")
    score: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]


class Quiz(Model):
    """A run of questions with a pass mark, a percentage of the full score."""

    __tablename__ = "quiz"
    __table_args__ = (CheckConstraint("pass_mark between 1 and 100", name="pass_mark"),)

    id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(80))
    pass_mark: Mapped[int] = mapped_column(default=60)
    shuffled: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    items: Mapped[list["QuizItem"]] = relationship(back_populates="quiz", order_by="QuizItem.position", cascade="all, delete-orphan")


class QuizItem(Model):
    """A question's place in a quiz."""

    __tablename__ = "quiz_item"
    __table_args__ = (UniqueConstraint("quiz_id", "question_id"),)

    id: Mapped[Key]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    position: Mapped[int]

    quiz: Mapped[Quiz] = relationship(back_populates="items")
    question: Mapped[Question] = relationship()
