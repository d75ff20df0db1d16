"""Writes of a paper: handing out, saving an answer, handing in, marking. When an answer is right is decided in the questions room."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from courses.kernel.db import db, insert_once
from courses.kernel.errors import Refused
from courses.questions import queries as questions
from courses.questions.rules import Choice, marked
from learning.quizzes import queries, rules, tally_actions
from learning.quizzes.models import Answer, Attempt, HandIn, LateAnswer, QuizSubmission
from learning.quizzes.rules import Kept

HANDED_OUT = ("person_id", "quiz_id", "course_id", "version_id", "lesson_id", "paper", "since", "until")  # of an attempt, as it begins


@dataclass(frozen=True)
class Saved:
    """What stands after an answer arrived: whether it is the one that was sent, its running number, and whether it came after the deadline."""

    stands: bool
    sequence: int
    late: bool


@dataclass(frozen=True)
class Blank:
    """A paper that was drawn for a person and is not handed out yet; `most` is how many attempts the quiz allows, None for any number."""

    person_id: int
    quiz_id: int
    course_id: int
    version_id: int
    lesson_id: int | None
    paper: rules.Paper
    since: datetime
    until: datetime | None
    most: int | None


def draw(person_id: int, quiz_id: int, *, course_id: int, version_id: int, lesson_id: int | None, now: datetime) -> Blank:
    """Draw a paper, its questions and their order fixed; raises `Refused` when the bank does not hold enough."""
    terms = questions.terms(quiz_id)
    until = now + timedelta(minutes=terms.minutes) if terms.minutes else None
    return Blank(person_id, quiz_id, course_id, version_id, lesson_id, _paper(quiz_id, shuffled=terms.shuffled), now, until, terms.most_attempts)


def hand_out(person_id: int, quiz_id: int, *, course_id: int, version_id: int, lesson_id: int | None, now: datetime) -> Attempt:
    """The person's open paper of this quiz, or a new one; raises `Refused` after the last allowed attempt."""
    mine = select(Attempt).where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id)
    standing = db.session.scalars(mine.where(~Attempt.hand_in.has()).order_by(Attempt.id.desc())).first()
    if standing is not None:
        return standing
    blank = draw(person_id, quiz_id, course_id=course_id, version_id=version_id, lesson_id=lesson_id, now=now)
    if blank.most and (db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= blank.most:
        raise Refused("这个测验每人最多做 %(most_attempts)s 次，您已经做满了，按最好成绩算。", most_attempts=blank.most)
    attempt = Attempt(**{name: getattr(blank, name) for name in HANDED_OUT})
    db.session.add(attempt)
    db.session.flush()
    return attempt


def save_answer(attempt: Attempt, question_id: int, chosen: Iterable[Choice], *, sequence: int, now: datetime) -> Saved:
    """Keep an answer; duplicates, late and disordered arrivals change nothing (`rules.later`).

    What comes after the deadline is kept apart and not marked. Raises `Refused` once the person handed the paper in; one that the clock
    ended still takes what comes late, so that what was answered without a network is not lost.
    """
    if attempt.hand_in is not None and not queries.ended_by_clock(attempt):
        raise Refused("这份卷子已经交了，不能再改。想提高成绩可以再做一次，按最好成绩算。")
    sent = Kept(_clean(attempt, question_id, chosen), sequence)
    late = attempt.hand_in is not None or queries.is_over(attempt, now)
    model: type[Answer] | type[LateAnswer] = LateAnswer if late else Answer
    where = {"attempt_id": attempt.id, "question_id": question_id}
    insert_once(model, {**where, "chosen": list(sent.chosen), "sequence": sequence, "at": now}, unique=("attempt_id", "question_id"))
    row: Any = db.session.scalars(select(model).where(model.attempt_id == attempt.id, model.question_id == question_id)).one()
    standing = Kept(tuple(row.chosen), row.sequence)
    kept = rules.later(standing, sent)
    if kept != standing:
        row.chosen, row.sequence, row.at = list(kept.chosen), kept.sequence, now
    return Saved(kept == sent, kept.sequence, late)


def save_form(attempt: Attempt, answers: Mapping[int, Sequence[Choice]], *, now: datetime) -> None:
    """Keep what a whole form carries: an answer that differs from the one that stands follows it."""
    rows: list[Answer | LateAnswer] = [*attempt.answers, *attempt.late_answers]
    standing = {row.question_id: Kept(tuple(row.chosen), row.sequence) for row in rows}
    for question_id, chosen in answers.items():
        had = standing.get(question_id, Kept((), 0))
        if _clean(attempt, question_id, chosen) != had.chosen:
            save_answer(attempt, question_id, chosen, sequence=had.sequence + 1, now=now)


def hand_in(attempt: Attempt, *, now: datetime) -> HandIn:
    """交卷: end the attempt with the answers that stand; a second call changes nothing. After its deadline it ended when the deadline came."""
    if attempt.hand_in is None:
        db.session.flush()
        at = min(now, attempt.until) if attempt.until else now
        insert_once(HandIn, {"attempt_id": attempt.id, "at": at}, unique=("attempt_id",))
        db.session.expire(attempt, ["hand_in"])
    assert attempt.hand_in is not None
    return attempt.hand_in


def mark(attempt: Attempt) -> tuple[QuizSubmission, bool]:
    """The marking of an attempt that was handed in, and whether it is new: only then is it to be counted (`tally_actions.count`)."""
    if attempt.submission is not None:
        return attempt.submission, False
    assert attempt.hand_in is not None
    items = questions.asked(question_id for question_id, _ in attempt.paper)
    marking = marked(list(items.values()), queries.marked_answers(attempt.id))
    values = {
        "attempt_id": attempt.id,
        "at": attempt.hand_in.at,
        "score": marking.score_percent,
        "passed": marking.score_percent >= questions.terms(attempt.quiz_id).pass_mark,
        "right": sorted(marking.right),
    }
    new = insert_once(QuizSubmission, values, unique=("attempt_id",))
    db.session.expire(attempt, ["submission"])
    assert attempt.submission is not None
    return attempt.submission, new


def submit(attempt: Attempt, *, now: datetime) -> QuizSubmission:
    """Hand in, mark and count in one; a second call returns the first marking."""
    hand_in(attempt, now=now)
    submission, new = mark(attempt)
    if new:
        tally_actions.count(attempt)
    return submission


def _clean(attempt: Attempt, question_id: int, chosen: Iterable[Choice]) -> tuple[Choice, ...]:
    order = next((order for key, order in attempt.paper if key == question_id), None)
    if order is None:
        raise Refused("这份卷子里没有这道题，请刷新页面。")
    try:
        return rules.clean_choice(chosen, options=len(order), kind=queries.kind_of(question_id))
    except ValueError:
        raise Refused("没有这个选项，请刷新页面再选一次。填空最多写 200 字。") from None


def _paper(quiz_id: int, *, shuffled: bool) -> rules.Paper:
    dice = random.SystemRandom()
    ids = questions.paper(quiz_id, dice)
    if ids is None:  # a quiz whose draws the bank cannot fill is never submitted, so never published
        raise Refused("题库里的题暂时不够抽，请过一会儿再来，或者告诉讲师。")
    shapes = questions.shapes(ids)
    options = {key: count for key, (_, count) in shapes.items()}
    if not shuffled:
        return rules.ordered(ids, options, {}, range(len(ids)))
    shuffles = {key: dice.sample(range(options[key]), options[key]) for key in ids if shapes[key][0] != "true_false"}
    return rules.ordered(ids, options, shuffles, dice.sample(range(len(ids)), len(ids)))
