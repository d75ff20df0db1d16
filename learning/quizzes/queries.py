"""Reads of papers and results."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from courses.kernel.prepared import Prepared
from courses.questions.models import Question, Quiz
from courses.questions.rules import Choice
from learning.quizzes.models import Answer, Attempt, QuizSubmission
from learning.quizzes.rules import Passed


def _overdue(*of: ColumnElement[bool]) -> Select[Any]:
    return select(Attempt.id).where(~Attempt.submission.has(), *of).order_by(Attempt.until, Attempt.id)


_MINE = Attempt.person_id == bindparam("person")
_OWN_OVERDUE = Prepared(_overdue(_MINE, Attempt.until < bindparam("now")))
_PASSED = Prepared(select(Attempt.quiz_id).join(QuizSubmission, QuizSubmission.attempt_id == Attempt.id).where(_MINE, QuizSubmission.passed))
_OPEN = Prepared(select(Attempt.quiz_id).where(_MINE, ~Attempt.hand_in.has()))
_IN_HAND = Prepared(select(func.max(Attempt.id)).where(_MINE, Attempt.quiz_id == bindparam("quiz"), ~Attempt.hand_in.has()))


def attempt_for(person_id: int, attempt_id: int) -> Attempt:
    """The person's own attempt; raises `Missing` for another's."""
    row = db.session.scalars(select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == person_id).options(joinedload(Attempt.hand_in))).first()
    if row is None:
        raise Missing
    return row


def in_hand(person_id: int, quiz_id: int) -> int | None:
    """The id of the paper of this quiz that the person holds and has not handed in."""
    found: int | None = _IN_HAND.column(person=person_id, quiz=quiz_id)[0]
    return found


def is_over(attempt: Attempt, now: datetime) -> bool:
    """Whether the time of an attempt has run out, by the server's clock."""
    return attempt.until is not None and now > attempt.until


def ended_by_clock(attempt: Attempt) -> bool:
    """Whether an attempt was handed in by the server, because its time was over (到时自动交卷)."""
    return attempt.hand_in is not None and attempt.until is not None and attempt.hand_in.at >= attempt.until


def overdue(now: datetime, *, person_id: int | None = None, but: Collection[int] = (), most: int = 100) -> list[int]:
    """The attempts, of one person or of everyone `but` some, whose time ran out before they were handed in or marked, oldest first."""
    if person_id is not None:
        return _OWN_OVERDUE.column(person=person_id, now=now)
    return list(db.session.scalars(_overdue(Attempt.until < now, Attempt.id.not_in(but)).limit(most)))


def seconds_left(attempt: Attempt, now: datetime) -> int | None:
    """How long an attempt may go on, by the server's clock; None without a limit."""
    return None if attempt.until is None else max(0, int((attempt.until - now).total_seconds()))


def attempts_left(attempt: Attempt) -> int | None:
    """How often more the person may sit this quiz; None without a limit."""
    most = db.session.get_one(Quiz, attempt.quiz_id).most_attempts
    mine = select(func.count()).select_from(Attempt).where(Attempt.person_id == attempt.person_id, Attempt.quiz_id == attempt.quiz_id)
    return None if most is None else max(0, most - (db.session.scalar(mine) or 0))


def unanswered(attempt: Attempt) -> list[int]:
    """Where on the paper, counted from 1, questions stand that have no answer yet."""
    answered = {row.question_id for row in attempt.answers if row.chosen} | {row.question_id for row in attempt.late_answers if row.chosen}
    return [place for place, (question_id, _order) in enumerate(attempt.paper, 1) if question_id not in answered]


def kind_of(question_id: int) -> str:
    """The kind of a question."""
    return db.session.execute(select(Question.kind).where(Question.id == question_id)).scalar_one()


def kinds_of(attempt: Attempt) -> dict[int, str]:
    """The kind of each question of a paper."""
    rows = db.session.execute(select(Question.id, Question.kind).where(Question.id.in_([key for key, _ in attempt.paper])))
    return {row.id: row.kind for row in rows}


def marked_answers(attempt_id: int) -> dict[int, list[Choice]]:
    """What is marked of an attempt: the answers that arrived in time, by question."""
    rows = db.session.execute(select(Answer.question_id, Answer.chosen).where(Answer.attempt_id == attempt_id))
    return {row.question_id: row.chosen for row in rows}


def passed(person_id: int, course_id: int) -> dict[int, Passed]:
    """The quizzes of the course that the person has passed: best score, and when it was first passed."""
    statement = (
        select(Attempt.quiz_id, QuizSubmission.score, QuizSubmission.at)
        .join(QuizSubmission, QuizSubmission.attempt_id == Attempt.id)
        .where(Attempt.person_id == person_id, Attempt.course_id == course_id, QuizSubmission.passed)
        .order_by(QuizSubmission.at, Attempt.id)
    )
    out: dict[int, Passed] = {}
    for quiz_id, score, at in db.session.execute(statement):
        before = out.get(quiz_id)
        out[quiz_id] = Passed(max(score, before.score), before.at) if before else Passed(score, at)
    return out


def passed_everywhere(person_id: int) -> set[int]:
    """Every quiz the person has passed."""
    return set(_PASSED.column(person=person_id))


def open_quizzes(person_id: int) -> set[int]:
    """The quizzes of which the person holds an open paper."""
    return set(_OPEN.column(person=person_id))


def attempts(person_id: int, course_id: int) -> list[Attempt]:
    """The person's submitted attempts in a course, oldest first, with their answers."""
    statement = select(Attempt).where(Attempt.person_id == person_id, Attempt.course_id == course_id, Attempt.submission.has())
    return list(db.session.scalars(statement.options(selectinload(Attempt.answers), selectinload(Attempt.submission)).order_by(Attempt.id)))
