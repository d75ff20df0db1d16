"""Writes of witnesses: which steps of a practical lesson they saw whom do, the record this earns, and an entry, in one transaction."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from courses.catalogue.rules import LessonOutline, Outline
from learning.audit.actions import note
from learning.goals import actions as goals
from learning.organization.models import Person
from learning.progress import actions as progress
from learning.progress import practice_actions
from learning.records import actions as records

Seen = Mapping[int, Collection[int]]


def witness(
    outline: Outline, lesson: LessonOutline, seen: Seen, *, held_on: date, organization_id: int, actor: Person, today: date, now: datetime, zone: str
) -> int:
    """Enter what was seen, by person; says how many finished the lesson by it. Whoever is witnessed has begun the course."""
    finished = []
    for person_id, steps in seen.items():
        progress.enrol(person_id, outline.course_id, outline.version_id, now=now)
        if practice_actions.witness(person_id, lesson, steps, held_on=held_on, today=today, actor=actor, now=now):
            finished.append(person_id)
            records.settle(person_id, outline.course_id, now=now, zone=zone)
    goals.count_people(finished, now=now, today=today)
    words = f"见证现场模拟“{outline.title}：{lesson.title}”，{held_on.isoformat()}：{len(seen)} 人，其中 {len(finished)} 人由此学完这一课"
    note("witness_practice", words, actor=actor, organization_id=organization_id, now=now)
    return len(finished)
