"""Reads of practical lessons: who ticked what, and who waits for a witness."""

from collections.abc import Collection

from sqlalchemy import select

from courses.catalogue.rules import LessonOutline
from courses.kernel.db import db
from learning.progress.models import LessonCompletion, PracticeTick
from learning.progress.practice_rules import Practice


def practices(lesson: LessonOutline, person_ids: Collection[int]) -> dict[int, Practice]:
    """How far each of these people is with a practical lesson."""
    rows = db.session.scalars(select(PracticeTick).where(PracticeTick.lesson_id == lesson.id, PracticeTick.person_id.in_(list(person_ids))))
    ticked: dict[int, set[int]] = {one: set() for one in person_ids}
    seen: dict[int, set[int]] = {one: set() for one in person_ids}
    for row in rows:
        if row.ticked_at:
            ticked[row.person_id].add(row.step)
        if row.seen_at:
            seen[row.person_id].add(row.step)
    return {one: Practice(len(lesson.steps), frozenset(ticked[one]), frozenset(seen[one])) for one in person_ids}


def completions(course_id: int, origin: str, person_ids: Collection[int]) -> dict[int, LessonCompletion]:
    """The proofs of these people that the lesson was finished, by person."""
    mine = LessonCompletion.course_id == course_id, LessonCompletion.origin == origin, LessonCompletion.person_id.in_(list(person_ids))
    return {row.person_id: row for row in db.session.scalars(select(LessonCompletion).where(*mine))}


def asking(course_id: int, lesson: LessonOutline) -> list[int]:
    """Those who have ticked every step of a practical lesson, and whom nobody has witnessed yet."""
    ticked = select(PracticeTick.person_id).where(PracticeTick.lesson_id == lesson.id, PracticeTick.ticked_at.is_not(None)).distinct()
    people = list(db.session.scalars(ticked))
    done = completions(course_id, lesson.origin, people)
    return [one for one, practice in practices(lesson, people).items() if practice.is_asking and one not in done]
