"""Reads for witnesses of practical lessons: which there are, and how far the people of a branch, or those who ask a trainer, are."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from courses.catalogue import queries as catalogue
from courses.catalogue.rules import LessonOutline, Outline
from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.organization.models import Person
from learning.progress import practice_queries
from learning.progress.models import LessonCompletion
from learning.progress.practice_rules import Practice


@dataclass(frozen=True)
class Line:
    """One person at one practical lesson: how far they are, and the proof once it is finished."""

    person: Person
    practice: Practice
    proof: LessonCompletion | None


def lessons() -> list[tuple[Outline, LessonOutline]]:
    """The practical lessons of the courses that are open."""
    return [(outline, lesson) for outline in catalogue.listed() for lesson in outline.lessons if lesson.kind == "practice"]


def lesson_for(lesson_id: int | None) -> tuple[Outline, LessonOutline]:
    """A practical lesson of a course that is open; raises `Missing` for any other."""
    found = next((pair for pair in lessons() if pair[1].id == lesson_id), None)
    if found is None:
        raise Missing("没有找到这一课，课程可能已经更新。请回到上一页重新选。")
    return found


def sheet(outline: Outline, lesson: LessonOutline, people: Collection[Person]) -> list[Line]:
    """How far each of the people is, in the order given."""
    ids = [person.id for person in people]
    practices, proofs = practice_queries.practices(lesson, ids), practice_queries.completions(outline.course_id, lesson.origin, ids)
    return [Line(person, practices[person.id], proofs.get(person.id)) for person in people]


def asking(actor: Any, course_id: int) -> tuple[Outline, list[tuple[LessonOutline, list[Line]]]]:
    """Of a course written by `actor`: by practical lesson, those who ticked every step and wait for a witness; never the actor."""
    outline = catalogue.outline(catalogue.version_learned(actor, course_id).id)
    out = []
    for lesson in outline.lessons:
        if lesson.kind == "practice":
            waiting = set(practice_queries.asking(course_id, lesson)) - {actor.id}
            people = list(db.session.scalars(select(Person).where(Person.id.in_(waiting)).order_by(Person.name_key, Person.id)))
            out.append((lesson, sheet(outline, lesson, people)))
    return outline, out
