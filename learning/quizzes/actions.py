"""Writes of a paper: handing out, saving an answer, submitting. Marking is the questions room's."""

import random
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from courses.kernel.db import db, insert_once
from courses.kernel.errors import Refused
from courses.questions import queries as questions
from courses.questions.rules import Item, marked
from learning.quizzes import rules
from learning.quizzes.models import Answer, Attempt, QuizSubmission


def hand_out(person_id: int, quiz_id: int, *, course_id: int, version_id: int, lesson_id: int | None, now: datetime) -> Attempt:
    """The person's open paper of this quiz, or a new one with its order fixed."""
    open_one = select(Attempt).where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id, ~Attempt.submission.has())
    standing = db.session.scalars(open_one.order_by(Attempt.id.desc())).first()
    if standing is not None:
        return standing
    items = questions.items(quiz_id)
    attempt = Attempt(
        person_id=person_id,
        quiz_id=quiz_id,
        course_id=course_id,
        version_id=version_id,
        lesson_id=lesson_id,
        paper=_paper(items, shuffled=questions.quiz(quiz_id).shuffled),
        since=now,
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def save_answer(attempt: Attempt, question_id: int, chosen: Iterable[int], *, sequence: int, now: datetime) -> Answer:
    """Keep an answer; an older sequence changes nothing. Raises `Refused` once the paper is submitted."""
    if attempt.submission is not None:
        raise Refused("这份卷子已经交了，不能再改。想提高成绩可以再做一次，按最好成绩算。")
    item = next((item for item in questions.items(attempt.quiz_id) if item.id == question_id), None)
    if item is None:
        raise Refused("这份卷子里没有这道题，请刷新页面。")
    try:
        picked = rules.clean_choice(chosen, options=len(item.options), single=item.kind != "multiple")
    except ValueError:
        raise Refused("没有这个选项，请刷新页面再选一次。") from None
    unique = ("attempt_id", "question_id")
    insert_once(Answer, {"attempt_id": attempt.id, "question_id": question_id, "chosen": [], "sequence": -1, "at": now}, unique=unique)
    answer = db.session.scalars(select(Answer).where(Answer.attempt_id == attempt.id, Answer.question_id == question_id)).one()
    if sequence >= answer.sequence:
        answer.chosen, answer.sequence, answer.at = list(picked), sequence, now
    return answer


def submit(attempt: Attempt, *, now: datetime) -> QuizSubmission:
    """End the attempt and mark what was saved; a second call returns the first submission."""
    if attempt.submission is not None:
        return attempt.submission
    db.session.flush()
    saved = {row.question_id: tuple(row.chosen) for row in db.session.scalars(select(Answer).where(Answer.attempt_id == attempt.id))}
    marking = marked(questions.items(attempt.quiz_id), saved)
    passed = marking.score_percent >= questions.quiz(attempt.quiz_id).pass_mark
    submission = QuizSubmission(attempt_id=attempt.id, at=now, score=marking.score_percent, passed=passed, right=list(marking.right))
    attempt.submission = submission
    db.session.add(submission)
    db.session.flush()
    return submission


def _paper(items: tuple[Item, ...], *, shuffled: bool) -> rules.Paper:
    ids = [item.id for item in items]
    options = {item.id: len(item.options) for item in items}
    if not shuffled:
        return rules.ordered(ids, options, {}, range(len(ids)))
    dice = random.SystemRandom()
    shuffles = {item.id: dice.sample(range(len(item.options)), len(item.options)) for item in items if item.kind != "true_false"}
    return rules.ordered(ids, options, shuffles, dice.sample(range(len(ids)), len(ids)))
