"""Writes of practical lessons: a person ticks steps, a witness says that they saw them."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select

from courses.catalogue.rules import LessonOutline
from courses.kernel.db import db, insert_once
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.organization.models import Person
from learning.progress import actions, practice_queries, practice_rules
from learning.progress.models import PracticeTick


def tick(person_id: int, lesson: LessonOutline, steps: Collection[int], *, now: datetime) -> None:
    """Keep exactly these steps as what the person says they did; the day of a tick that stands is not changed."""
    wanted = practice_rules.known(lesson.steps, steps)
    rows = _rows(person_id, lesson, wanted)
    for step, row in rows.items():
        row.ticked_at = (row.ticked_at or now) if step in wanted else None
    db.session.flush()


def witness(person_id: int, lesson: LessonOutline, steps: Collection[int], *, held_on: date, today: date, actor: Person, now: datetime) -> bool:
    """The actor saw the person do these steps on a day; once every step was seen, by whomever, the lesson is finished. Says whether this finished it.

    What was seen stays seen. Raises `Refused` for oneself, and for a day to come.
    """
    if actor.id == person_id:
        raise Refused("不能给自己作见证，请由别的同志确认。")
    if held_on > today:
        raise Refused("见证日期不能晚于今天。", fields={"held_on": Words("请填今天或以前")})
    for step, row in _rows(person_id, lesson, practice_rules.known(lesson.steps, steps)).items():
        if step in steps and row.seen_at is None:
            row.seen_at, row.seen_by_id = now, actor.id
    db.session.flush()
    practice = practice_queries.practices(lesson, [person_id])[person_id]
    if not practice.is_done:
        return False
    evidence: dict[str, object] = {"steps": list(lesson.steps), "ticked": len(practice.ticked), "witness": actor.id, "held_on": held_on.isoformat()}
    return actions.complete_lesson(person_id, lesson.id, how="practice", evidence=evidence, now=now)


def _rows(person_id: int, lesson: LessonOutline, steps: Collection[int]) -> dict[int, PracticeTick]:
    """The person's rows of the lesson, with one for each of `steps`."""
    for step in sorted(steps):
        insert_once(PracticeTick, {"person_id": person_id, "lesson_id": lesson.id, "step": step}, unique=("person_id", "lesson_id", "step"))
    mine = select(PracticeTick).where(PracticeTick.person_id == person_id, PracticeTick.lesson_id == lesson.id)
    return {row.step: row for row in db.session.scalars(mine)}
