"""Questions, the bank that keeps them through their versions, and the quizzes made of them."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from courses.questions.rules import Choice


class BankEntry(Model):
    """A question of an organization's bank (题库) through all its versions. The fingerprint is that of the version in force."""

    __tablename__ = "bank_entry"
    __table_args__ = (UniqueConstraint("organization_id", "fingerprint"),)

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    retired_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    versions: Mapped[list["Question"]] = relationship(back_populates="entry", order_by="Question.version")


class Question(Model):
    """One version of a question; its words are never changed, an edit makes a new row, so a paper keeps what it was handed.

    Of the bank, or of one quiz alone (`bank_id` is null). The version in force has no `until`.
    """

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("kind in ('single', 'multiple', 'true_false', 'fill_in')", name="kind"),
        CheckConstraint("score > 0", name="score"),
        CheckConstraint("difficulty between 1 and 3", name="difficulty"),
        UniqueConstraint("bank_id", "version"),
        Index("ix_question_topic_difficulty", "topic", "difficulty"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(12))
    stem: Mapped[str] = mapped_column(String(600))
    options: Mapped[list[str]] = mapped_column(JSON)
    answer: Mapped[list[Choice]] = mapped_column(JSON)  # indices into options, ascending; of 填空题 the texts accepted
    explanation: Mapped[str] = mapped_column(String(800), default="")
    topic: Mapped[str] = mapped_column(String(60), default="")
    difficulty: Mapped[int] = mapped_column(default=2)
    score: Mapped[int] = mapped_column(default=1)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True)  # a picture or a recording
    alt: Mapped[str] = mapped_column(String(200), default="", server_default="")  # what its picture shows, for whoever does not see it
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    bank_id: Mapped[int | None] = mapped_column(ForeignKey("bank_entry.id"))
    version: Mapped[int] = mapped_column(default=1)
    until: Mapped[datetime | None]

    entry: Mapped[BankEntry | None] = relationship(back_populates="versions")


class Quiz(Model):
    """A run of questions with a pass mark, a percentage of the full score. No limit of time or of attempts unless one is set."""

    __tablename__ = "quiz"
    __table_args__ = (
        CheckConstraint("pass_mark between 1 and 100", name="pass_mark"),
        CheckConstraint("minutes between 1 and 600", name="minutes"),
        CheckConstraint("most_attempts > 0", name="most_attempts"),
    )

    id: Mapped[Key]
    title: Mapped[str] = mapped_column(String(80))
    pass_mark: Mapped[int] = mapped_column(default=60)
    shuffled: Mapped[bool] = mapped_column(default=True)
    minutes: Mapped[int | None]
    most_attempts: Mapped[int | None]
    created_at: Mapped[datetime]

    items: Mapped[list["QuizItem"]] = relationship(back_populates="quiz", order_by="QuizItem.position", cascade="all, delete-orphan")
    draws: Mapped[list["QuizDraw"]] = relationship(order_by="QuizDraw.position", cascade="all, delete-orphan")

    @property
    def size(self) -> int:
        """How many questions a paper has."""
        return len(self.items) + sum(draw.count for draw in self.draws)


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


class QuizDraw(Model):
    """So many questions drawn from the bank for each paper, of a topic and a difficulty, or of any."""

    __tablename__ = "quiz_draw"
    __table_args__ = (CheckConstraint("count > 0", name="count"), CheckConstraint("difficulty between 1 and 3", name="difficulty"))

    id: Mapped[Key]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    position: Mapped[int]
    topic: Mapped[str] = mapped_column(String(60), default="")
    difficulty: Mapped[int | None]
    count: Mapped[int]

    pool: Mapped[list["QuizPool"]] = relationship(cascade="all, delete-orphan")


class QuizPool(Model):
    """A question version that a draw may give: the bank as it stood when the quiz was saved or submitted, so a reviewer has read what is asked."""

    __tablename__ = "quiz_pool"

    draw_id: Mapped[int] = mapped_column(ForeignKey("quiz_draw.id"), primary_key=True, autoincrement=False)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True, autoincrement=False, index=True)
