"""Writes of quizzes. A quiz of a draft is written whole; its questions are new rows each time, so that a marked paper keeps its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from courses.kernel.access import Actor
from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.questions import queries, rules
from courses.questions.models import Question, Quiz, QuizItem
from courses.questions.rules import NewItem


def write_quiz(title: str, items: Sequence[NewItem], *, pass_mark: int, shuffled: bool, actor: Actor, now: datetime) -> Quiz:
    """Make a quiz of new questions; raises `Refused` naming the first question that cannot be used."""
    if not items:
        raise Refused("测验至少要有一道题。")
    for number, item in enumerate(items, 1):
        wrong = rules.complaints(item)
        if wrong:
            raise Refused(f"第 {number} 题：{wrong[0]}")
    quiz = Quiz(title=title, pass_mark=pass_mark, shuffled=shuffled, created_at=now)
    quiz.items = [QuizItem(position=place, question=Question(**columns(item, actor=actor, now=now))) for place, item in enumerate(items)]
    db.session.add(quiz)
    db.session.flush()
    return quiz


def copy_quiz(quiz_id: int, *, actor: Actor, now: datetime) -> Quiz:
    """The same quiz with rows of its own, for a new version of a course."""
    outline = queries.quiz(quiz_id)
    items = [NewItem(row.kind, row.stem, row.options, row.answer, row.explanation, row.topic, row.difficulty, row.score) for row in queries.items(quiz_id)]
    return write_quiz(outline.title, items, pass_mark=outline.pass_mark, shuffled=outline.shuffled, actor=actor, now=now)


def discard(quiz_id: int) -> None:
    """Remove a quiz that no learner can have seen, and those of its questions that no other quiz uses."""
    quiz = db.session.get_one(Quiz, quiz_id)
    own = [item.question for item in quiz.items]
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
        "answer": [str(text).strip() for text in item.answer] if item.kind == "fill_in" else sorted(set(item.answer)),
        "explanation": item.explanation.strip(),
        "topic": item.topic.strip(),
        "difficulty": item.difficulty,
        "score": item.score,
        "asset_id": item.asset_id,
        "author_id": actor.id,
        "created_at": now,
    }
