"""Outlines of versions. A published version never changes, so each process makes its outline once and keeps it."""

from collections.abc import Iterable

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from courses.catalogue import order_rules, rules
from courses.catalogue.models import Course, CourseVersion, Lesson
from courses.catalogue.rules import LessonOutline, Outline
from courses.kernel.clock import day_of
from courses.kernel.db import db, in_transaction

LOADED = (
    joinedload(CourseVersion.course).joinedload(Course.series),
    selectinload(CourseVersion.lessons).joinedload(Lesson.asset),
    selectinload(CourseVersion.chapters),
    selectinload(CourseVersion.prerequisites),
    joinedload(CourseVersion.publication),
)
MOST_KEPT = 5000  # versions; some kilobytes each


def outlines(version_ids: Iterable[int]) -> dict[int, Outline]:
    """These versions as values, published or not, with a fixed number of queries."""
    kept: dict[int, Outline] = current_app.extensions.setdefault("outlines", {})
    wanted = set(version_ids)
    found = {version_id: kept[version_id] for version_id in wanted & kept.keys()}
    missing = wanted - found.keys()
    if not missing:
        return found
    rows = db.session.scalars(select(CourseVersion).where(CourseVersion.id.in_(missing)).options(*LOADED)).unique()
    for row in rows:
        ready = all(lesson.asset is None or lesson.asset.state == "ready" for lesson in row.lessons)
        found[row.id] = _outline(row)
        if ready and row.publication is not None and not in_transaction() and len(kept) < MOST_KEPT:
            kept[row.id] = found[row.id]  # what a transaction reads may yet be taken back
    return found


def order_of(row: CourseVersion) -> list[tuple[str, str | None]]:
    """The marks of a version in their order: chapters with their titles, lessons with none."""
    rows = [(one.position, f"c{one.id}", one.title) for one in row.chapters] + [(one.position, f"l{one.id}", None) for one in row.lessons]
    return [(mark, title) for _, mark, title in sorted(rows, key=lambda one: one[:2])]


def _outline(row: CourseVersion) -> Outline:
    chapters = order_rules.under(order_of(row))
    lessons = tuple(
        LessonOutline(
            lesson.id,
            lesson.origin,
            lesson.position,
            lesson.kind,
            lesson.title,
            lesson.asset_id,
            (lesson.asset.duration_seconds or 0) if lesson.asset else 0,
            _characters(lesson),
            lesson.quiz_id,
            chapter=chapters[f"l{lesson.id}"],
            elective=lesson.elective,
            steps=tuple(lesson.steps),
            pages=(lesson.asset.page_count or 0) if lesson.asset else 0,
        )
        for lesson in row.lessons
    )
    publication = row.publication
    return Outline(
        course_id=row.course_id,
        version_id=row.id,
        number=row.number,
        title=row.title,
        summary=row.summary,
        series_title=row.course.series.title,
        approved_quarters=publication.approved_quarters if publication else 0,
        minutes=rules.minutes(lessons),
        lessons=lessons,
        final_quiz_id=row.final_quiz_id,
        published_on=day_of(publication.at) if publication else None,
        prerequisites=tuple(one.course_id for one in row.prerequisites),
    )


def _characters(lesson: Lesson) -> int:
    if lesson.kind == "document":
        return (lesson.asset.characters or 0) if lesson.asset else 0
    return rules.characters(lesson.text) if lesson.kind == "text" else 0
