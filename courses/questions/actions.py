"""Writes of quizzes. A quiz of a draft is written whole; its own questions are new rows each time, so that a marked paper keeps its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert

from courses.kernel.access import Actor
from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.words import Words, joined
from courses.questions import bank_queries, queries, rules
from courses.questions.models import Question, Quiz, QuizDraw, QuizItem, QuizPool
from courses.questions.rules import Draw, NewItem, Picked, Terms


def write_quiz(title: str, items: Sequence[NewItem | Picked], *, terms: Terms = rules.USUAL, draws: Sequence[Draw] = (), actor: Actor, now: datetime) -> Quiz:
    """Make a quiz of new questions, of questions picked from a bank within reach, and of draws from it.

    Raises `Refused` naming the first question that cannot be used, or the draw for which the bank does not hold enough.
    """
    if not items and not draws:
        raise Refused("测验至少要有一道题。")
    for number, item in enumerate(items, 1):
        if isinstance(item, NewItem) and (wrong := rules.complaints(item)):
            raise Refused("第 %(number)s 题：%(wrong)s", number=number, wrong=wrong[0])
    _must_be_pickable([item.question_id for item in items if isinstance(item, Picked)], actor)
    quiz = _quiz(title, terms, now=now)
    quiz.items = [QuizItem(position=place, question=_row(item, actor=actor, now=now)) for place, item in enumerate(items)]
    quiz.draws = [QuizDraw(position=place, topic=draw.topic, difficulty=draw.difficulty, count=draw.count) for place, draw in enumerate(draws)]
    db.session.flush()
    fill_pools(quiz, actor=actor)
    return quiz


def pick(quiz_id: int, question_ids: Sequence[int], *, actor: Actor) -> None:
    """Add questions of the bank at the end of a quiz of a draft; those it has already are not added twice."""
    quiz = db.session.get_one(Quiz, quiz_id)
    had = {item.question_id for item in quiz.items}
    new = [key for key in dict.fromkeys(question_ids) if key not in had]
    _must_be_pickable(new, actor)
    last = max((item.position for item in quiz.items), default=-1)
    quiz.items += [QuizItem(position=last + place, question_id=key) for place, key in enumerate(new, 1)]
    db.session.flush()


def fill_pools(quiz: Quiz, *, actor: Actor) -> None:
    """Let the draws of a quiz give what the bank holds now; raises `Refused` when that is not enough."""
    wanted = [Draw(row.topic, row.difficulty, row.count) for row in quiz.draws]
    pools = [bank_queries.drawable(actor, draw) for draw in wanted]
    if rules.drawn(pools, [draw.count for draw in wanted], [item.question_id for item in quiz.items]) is None:
        shortage = joined(
            Words("%(words)s要抽 %(count)s 题，题库里有 %(pool)s 题", words=draw.words, count=draw.count, pool=len(pool))
            for draw, pool in zip(wanted, pools, strict=True)
        )
        raise Refused("题库里的题不够抽：%(shortage)s。固定出的题和别的规则已经抽走的，不能再抽。请少抽几题，或者先往题库里加题。", shortage=shortage)
    for row, pool in zip(quiz.draws, pools, strict=True):
        db.session.execute(delete(QuizPool).where(QuizPool.draw_id == row.id))
        db.session.execute(insert(QuizPool), [{"draw_id": row.id, "question_id": key} for key in pool])
        db.session.expire(row, ["pool"])


def copy_quiz(quiz_id: int, *, actor: Actor, now: datetime) -> Quiz:
    """The same quiz for a new version of a course: its own questions as new rows, those of the bank in the version it had."""
    had = db.session.get_one(Quiz, quiz_id)
    quiz = _quiz(had.title, queries.quiz(quiz_id).terms, now=now)
    for item in had.items:
        question = item.question if item.question.bank_id else _row(_again(queries.value(item.question)), actor=actor, now=now)
        quiz.items.append(QuizItem(position=item.position, question=question))
    for draw in had.draws:
        pool = [QuizPool(question_id=row.question_id) for row in draw.pool]
        quiz.draws.append(QuizDraw(position=draw.position, topic=draw.topic, difficulty=draw.difficulty, count=draw.count, pool=pool))
    db.session.flush()
    return quiz


def discard(quiz_id: int) -> None:
    """Remove a quiz that no learner can have seen, and those of its own questions that no other quiz uses."""
    quiz = db.session.get_one(Quiz, quiz_id)
    own = [item.question for item in quiz.items if item.question.bank_id is None]
    db.session.delete(quiz)
    db.session.flush()
    kept = queries.used([question.id for question in own])
    for question in own:
        if question.id not in kept:
            db.session.delete(question)
    db.session.flush()


def columns(item: NewItem, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """A question as the columns of its row."""
    return {
        "kind": item.kind,
        "stem": item.stem.strip(),
        "options": [option.strip() for option in item.options],
        "answer": [text.strip() for text in item.texts] if item.kind == "fill_in" else sorted(set(item.places)),
        "explanation": item.explanation.strip(),
        "topic": item.topic.strip(),
        "difficulty": item.difficulty,
        "score": item.score,
        "asset_id": item.asset_id,
        "alt": item.alt.strip(),
        "author_id": actor.id,
        "created_at": now,
    }


def _quiz(title: str, terms: Terms, *, now: datetime) -> Quiz:
    kept = {"pass_mark": terms.pass_mark, "shuffled": terms.shuffled, "minutes": terms.minutes, "most_attempts": terms.most_attempts}
    quiz = Quiz(title=title, created_at=now, **kept)
    db.session.add(quiz)
    return quiz


def _row(item: NewItem | Picked, *, actor: Actor, now: datetime) -> Question:
    return db.session.get_one(Question, item.question_id) if isinstance(item, Picked) else Question(**columns(item, actor=actor, now=now))


def _again(item: rules.Item) -> NewItem:
    return NewItem(item.kind, item.stem, item.options, item.answer, item.explanation, item.topic, item.difficulty, item.score, item.asset_id, item.alt)


def _must_be_pickable(question_ids: Sequence[int], actor: Actor) -> None:
    if len(set(question_ids)) < len(question_ids):
        raise Refused("同一道题选了两次，请去掉一道。")
    if set(question_ids) - set(bank_queries.pickable(actor, question_ids)):
        raise Refused("有一道题不在您能用的题库里，请去掉它再保存。")
