"""Reads for whoever reviews: what waits and lies within reach, everything in a version, answers included, and how the course came to stand as it does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import column, func, or_, select, table
from sqlalchemy.orm import selectinload

from courses.catalogue import queries
from courses.catalogue.models import Course, CourseSubmission, CourseVersion, Publication
from courses.catalogue.outline_queries import LOADED
from courses.catalogue.rules import LessonOutline, Outline, Section, Step
from courses.kernel.access import Actor
from courses.kernel.db import db
from courses.kernel.errors import Missing
from courses.media import queries as media
from courses.media.caption_rules import Cue
from courses.questions import queries as questions
from courses.questions.rules import Draw, Item, QuizOutline

# People belong to learning; a step in a course's life shows no more than a name.
_person = table("person", column("id"), column("name"))


@dataclass(frozen=True)
class Paper:
    """A quiz with its right answers: never for a learner's page."""

    quiz: QuizOutline
    items: tuple[Item, ...]
    draws: tuple[tuple[Draw, tuple[Item, ...]], ...]  # what is drawn for each paper, and from which questions
    shown: dict[int, media.Playback | media.Page | None]  # what goes with each question, for this reader


@dataclass(frozen=True)
class Content:
    """One lesson in full: its text by section, its recording or its pages for this reader, its quiz."""

    lesson: LessonOutline
    sections: tuple[Section, ...]
    playback: media.Playback | None
    paper: Paper | None
    captions: tuple[Cue, ...] = ()
    pages: tuple[media.Page, ...] = ()
    slides: tuple[tuple[int, media.Page], ...] = ()


@dataclass(frozen=True)
class Contents:
    """One version in full."""

    outline: Outline
    lessons: tuple[Content, ...]
    final: Paper | None
    first: tuple[str, ...] = ()  # the titles of the courses that come before it


def waiting(actor: Actor) -> list[CourseVersion]:
    """The versions submitted and not yet answered that `actor` may review, oldest first; never their own."""
    asked = select(CourseSubmission.version_id)
    statement = select(CourseVersion).where(CourseVersion.id.in_(asked), queries.within(actor, "review_courses")).join(CourseVersion.course).join(Course.series)
    rows = db.session.scalars(statement.options(*LOADED, selectinload(CourseVersion.submissions), selectinload(CourseVersion.reviews))).unique()
    asking = [row for row in rows if queries.state_of(row) == "submitted" and not is_own(row, actor)]
    return sorted(asking, key=lambda row: row.submissions[-1].at)


def is_own(version: CourseVersion, actor: Actor) -> bool:
    """Whether `actor` wrote the course or this version of it, and so may not review it."""
    return actor.id in {version.course.author_id, version.created_by_id}


def version_for_review(actor: Actor, version_id: int) -> CourseVersion:
    """A version within reach of a reviewing post of `actor`; raises `Missing` otherwise."""
    return _version(actor, version_id, "review_courses")


def version_to_see(actor: Actor, version_id: int) -> CourseVersion:
    """A version within reach of a reviewing or withdrawing post of `actor`; raises `Missing` otherwise, and for a draft never submitted."""
    return _version(actor, version_id, "review_courses", "withdraw_courses")


def version_to_preview(actor: Actor, version_id: int) -> CourseVersion:
    """A version of a course written by `actor`, or one that they may see as a reviewer; raises `Missing` otherwise."""
    row = db.session.get(CourseVersion, version_id)
    return row if row is not None and row.course.author_id == actor.id else version_to_see(actor, version_id)


def is_reviewable(actor: Actor, version_id: int) -> bool:
    """Whether the version lies within reach of a reviewing post of `actor`."""
    statement = select(CourseVersion.id).join(CourseVersion.course).join(Course.series)
    return db.session.scalar(statement.where(CourseVersion.id == version_id, queries.within(actor, "review_courses"))) is not None


def course_to_withdraw(actor: Actor, course_id: int) -> Course:
    """A course of `actor`, or within reach of their reviewing or withdrawing post; raises `Missing` otherwise."""
    allowed = or_(Course.author_id == actor.id, queries.within(actor, "review_courses", "withdraw_courses"))
    row = db.session.scalar(select(Course).join(Course.series).where(Course.id == course_id, allowed))
    if row is None:
        raise Missing
    return row


def published_within(actor: Actor, *capabilities: str) -> list[CourseVersion]:
    """The newest published version of each course within reach, by title."""
    statement = select(CourseVersion).join(CourseVersion.course).join(Course.series).join(CourseVersion.publication)
    newest = select(func.max(CourseVersion.id)).join(Publication).group_by(CourseVersion.course_id)
    found = statement.where(CourseVersion.id.in_(newest), queries.within(actor, *capabilities))
    return list(db.session.scalars(found.order_by(CourseVersion.title).options(*LOADED)).unique())


def contents(version_id: int, *, person_id: int, now: datetime) -> Contents:
    """Everything in a version; the recordings' addresses are for `person_id` alone."""
    outline = queries.outline(version_id)
    lessons = tuple(
        Content(
            lesson,
            tuple(queries.lesson_sections(lesson.id, media.picture_book(person_id=person_id, now=now))),
            media.playback(lesson.asset_id, person_id=person_id, now=now) if lesson.asset_id else None,
            _paper(lesson.quiz_id, person_id=person_id, now=now),
            tuple(queries.captions(lesson.id)),
            tuple(media.pages(lesson.asset_id, person_id=person_id, now=now)) if lesson.asset_id else (),
            tuple(queries.slides(lesson.id, person_id=person_id, now=now)),
        )
        for lesson in outline.lessons
    )
    return Contents(outline, lessons, _paper(outline.final_quiz_id, person_id=person_id, now=now), tuple(queries.titles(outline.prerequisites).values()))


def history(course: Course) -> list[Step]:
    """Every step in the life of a course, latest first."""
    steps = [*_of_versions(course), *_of_withdrawals(course)]
    called = names(person_id for _, person_id in steps)
    told = [Step(step.at, step.act, called.get(person_id or 0, ""), step.number, step.words, step.quarters) for step, person_id in steps]
    return sorted(told, key=lambda step: step.at)[::-1]  # of two at one instant, the one done second comes first


def names(person_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of some people, by id."""
    wanted = {person_id for person_id in person_ids if person_id}
    return {row.id: row.name for row in db.session.execute(select(_person.c.id, _person.c.name).where(_person.c.id.in_(wanted)))}


def _version(actor: Actor, version_id: int, *capabilities: str) -> CourseVersion:
    statement = select(CourseVersion).join(CourseVersion.course).join(Course.series)
    shown = or_(CourseVersion.id.in_(select(CourseSubmission.version_id)), CourseVersion.id.in_(select(Publication.version_id)))
    row = db.session.scalar(statement.where(CourseVersion.id == version_id, shown, queries.within(actor, *capabilities)))
    if row is None:
        raise Missing
    return row


def _of_versions(course: Course) -> Iterable[tuple[Step, int | None]]:
    for version in course.versions:
        yield Step(version.created_at, "drafted", "", version.number), version.created_by_id
        for asked in version.submissions:
            yield Step(asked.at, "submitted", "", version.number, asked.note), asked.by_id
        for review in version.reviews:
            # An approval is told by its publication; it has a line of its own only for the words that came with it.
            if review.outcome == "returned" or review.remarks:
                yield Step(review.at, review.outcome, "", version.number, review.remarks), review.by_id
        if version.publication:
            made = version.publication
            yield Step(made.at, "published", "", version.number, "", made.approved_quarters), made.by_id


def _of_withdrawals(course: Course) -> Iterable[tuple[Step, int | None]]:
    for row in course.withdrawals:
        yield Step(row.at, "withdrawn", "", None, row.reason), row.by_id
        if row.lifted_at:
            yield Step(row.lifted_at, "lifted", "", None), row.lifted_by_id


def _paper(quiz_id: int | None, *, person_id: int, now: datetime) -> Paper | None:
    if quiz_id is None:
        return None
    draws = tuple((pool.draw, tuple(questions.asked(pool.question_ids).values())) for pool in questions.pools(quiz_id))
    fixed = questions.items(quiz_id)
    every = [*fixed, *(item for _draw, items in draws for item in items)]
    shown = {item.id: media.attachment(item.asset_id, person_id=person_id, now=now) for item in every}
    return Paper(questions.quiz(quiz_id), fixed, draws, shown)
