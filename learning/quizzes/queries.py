"""Reads of papers and results."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.quizzes.models import Attempt, QuizSubmission
from learning.quizzes.rules import Passed


def attempt_for(person_id: int, attempt_id: int) -> Attempt:
    """The person's own attempt with its answers; raises `Missing` for another's."""
    row = db.session.scalars(select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == person_id).options(selectinload(Attempt.answers))).first()
    if row is None:
        raise Missing
    return row


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
    statement = (
        select(Attempt.quiz_id).join(QuizSubmission, QuizSubmission.attempt_id == Attempt.id).where(Attempt.person_id == person_id, QuizSubmission.passed)
    )
    return set(db.session.scalars(statement))


def open_quizzes(person_id: int) -> set[int]:
    """The quizzes of which the person holds an open paper."""
    return set(db.session.scalars(select(Attempt.quiz_id).where(Attempt.person_id == person_id, ~Attempt.submission.has())))


def attempts(person_id: int, course_id: int) -> list[Attempt]:
    """The person's submitted attempts in a course, oldest first, with their answers."""
    statement = select(Attempt).where(Attempt.person_id == person_id, Attempt.course_id == course_id, Attempt.submission.has())
    return list(db.session.scalars(statement.options(selectinload(Attempt.answers), selectinload(Attempt.submission)).order_by(Attempt.id)))
