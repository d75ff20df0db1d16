"""Writes of order: chapters, the places of chapters and lessons in a draft and of courses in a series, and what comes before a course."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from courses.catalogue import order_rules, queries, rules
from courses.catalogue.models import Chapter, Course, CourseVersion, Prerequisite, Series
from courses.catalogue.outline_queries import order_of
from courses.kernel.access import Actor
from courses.kernel.db import db, lock_row
from courses.kernel.errors import Outdated, Refused
from courses.kernel.words import Words

CHANGED = Words("刚才有人改过这里的顺序或内容，您的这一步没有保存，别人的改动都在。请刷新页面，看清楚再移一次。")


def begin(series_id: int, *, actor: Actor, now: datetime) -> Course:
    """A course without a version yet, at the end of its series."""
    place = max((row.position for row in queries.courses_in(series_id)), default=0) + 1
    course = Course(series_id=series_id, author_id=actor.id, created_at=now, position=place)
    db.session.add(course)
    db.session.flush()
    return course


def next_place(version: CourseVersion) -> int:
    """The place behind everything in a draft."""
    return max([row.position for row in version.lessons] + [row.position for row in version.chapters], default=0) + 1


def add_chapter(version: CourseVersion, title: str) -> Chapter:
    """Add a chapter at the end of a draft; raises `Refused` if it has one of that title."""
    must_be_editable(version)
    _must_be_new(version, title)
    chapter = Chapter(position=next_place(version), title=title)
    version.chapters.append(chapter)
    db.session.flush()
    return chapter


def name_chapter(chapter: Chapter, title: str) -> None:
    """Call a chapter of a draft something else."""
    must_be_editable(chapter.version)
    if title != chapter.title:
        _must_be_new(chapter.version, title)
        chapter.title = title


def remove_chapter(chapter: Chapter) -> None:
    """Take a chapter out of a draft; its lessons stay where they are, below the chapter before."""
    must_be_editable(chapter.version)
    chapter.version.chapters.remove(chapter)
    db.session.delete(chapter)
    db.session.flush()


def arrange(version: CourseVersion, seen: str, reorder: Callable[[Sequence[str]], Sequence[str]]) -> str:
    """Put the chapters and lessons of a draft in the order that `reorder` makes of theirs; returns the stamp of what stands then.

    Raises `Outdated` if the order is no longer the one `seen`, or what is asked for is not the same things in some order.
    """
    must_be_editable(version)
    rows: dict[str, Any] = {f"c{row.id}": row for row in version.chapters} | {f"l{row.id}": row for row in version.lessons}
    return _place(rows, [mark for mark, _ in order_of(version)], seen, reorder)


def arrange_series(series: Series, seen: str, reorder: Callable[[Sequence[str]], Sequence[str]]) -> str:
    """The same for the courses of a series."""
    lock_row(series)
    rows: dict[str, Any] = {f"k{row.id}": row for row in queries.courses_in(series.id)}
    return _place(rows, list(rows), seen, reorder)


def ask_of_series(series: Series, elective: Collection[int]) -> None:
    """Say which courses of a series are elective; the others are required of whoever follows it."""
    lock_row(series)
    for course in queries.courses_in(series.id):
        course.elective = course.id in elective


def put_first(version: CourseVersion, course_ids: Collection[int]) -> None:
    """Say which courses come before this one; raises `Refused` for one that learners cannot see, and for courses that would wait for each other."""
    must_be_editable(version)
    standing = {row.course_id for row in version.prerequisites}
    open_now = {row.course_id for row in queries.listed()}
    if set(course_ids) - open_now - standing:
        raise Refused("先修课程只能选已经发布的课。请刷新页面再选一次。")
    must_not_circle(version.course_id, course_ids)
    version.prerequisites = [Prerequisite(course_id=one) for one in sorted(set(course_ids))]
    db.session.flush()


def must_not_circle(course_id: int, first: Collection[int]) -> None:
    """Raises `Refused`, naming the ring, if a course would come before itself."""
    ring = order_rules.circle(queries.first_of_each() | {course_id: set(first)}, course_id, first)
    if ring:
        titles = queries.titles(ring)
        road = " → ".join(f"《{titles[one]}》" for one in ring)
        raise Refused("这样先修会绕成一圈，谁也开始不了：%(road)s（箭头指向要先学的课）。请去掉其中一门。", road=road)


def must_be_editable(version: CourseVersion) -> None:
    """Raises `Refused` unless the version is a draft or was returned."""
    lock_row(version)
    if not rules.is_editable(queries.state_of(version)):
        raise Refused("已提交或已发布的版本不能改。要修改已发布的课程，请先建一个新版本。")


def _place(rows: dict[str, Any], order: Sequence[str], seen: str, reorder: Callable[[Sequence[str]], Sequence[str]]) -> str:
    wanted = list(reorder(order))
    if seen != order_rules.stamp(order) or not order_rules.is_same_set(order, wanted):
        raise Outdated(CHANGED)
    for place, mark in enumerate(wanted, 1):
        rows[mark].position = place
    db.session.flush()
    return order_rules.stamp(wanted)


def _must_be_new(version: CourseVersion, title: str) -> None:
    if any(row.title == title for row in version.chapters):
        raise Refused("已经有同名的章节，请换个名字。", fields={"chapter_title": Words("名字重复")})
