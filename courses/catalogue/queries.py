"""Reads of the catalogue. What learners may see is decided here alone: published last, not withdrawn, every recording ready."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from courses.catalogue import rules, text
from courses.catalogue.models import Chapter, Course, CourseVersion, Lesson, LessonSlides, Prerequisite, Publication, Series, Withdrawal
from courses.catalogue.outline_queries import LOADED, outlines
from courses.catalogue.rules import Outline, Section
from courses.kernel import reach
from courses.kernel.access import Actor
from courses.kernel.db import db
from courses.kernel.errors import Missing
from courses.kernel.plain import MOST
from courses.kernel.prepared import Prepared, PreparedAmong
from courses.kernel.words import Words
from courses.media import caption_rules
from courses.media import queries as media
from courses.media.caption_rules import Cue
from courses.media.models import Asset
from courses.media.queries import ask_standing
from courses.questions import queries as questions

Part = TypeVar("Part", Chapter, Lesson)


def outline(version_id: int) -> Outline:
    """One version as values, published or not; raises `Missing` for none."""
    found = outlines([version_id]).get(version_id)
    if found is None:
        raise Missing
    return found


def current(course_id: int) -> Outline | None:
    """The version learners see; None when there is none, or the course is withdrawn."""
    found = _seen(_NEWEST_AMONG.rows([course_id]))
    return found[0] if found else None


def listed(among: Collection[int] | None = None) -> list[Outline]:
    """The courses that learners see, all or those `among` these, by series, in the order of each."""
    rows = _NEWEST_OF_ALL.rows() if among is None else _NEWEST_AMONG.rows(among)
    return sorted(_seen(rows), key=lambda row: row.series_title)


def electives() -> set[int]:
    """The courses that are elective in their series."""
    return set(db.session.scalars(select(Course.id).where(Course.elective)))


def is_withdrawn(course_id: int) -> bool:
    """Whether the course is withdrawn now."""
    return db.session.scalar(select(Withdrawal.id).where(Withdrawal.course_id == course_id, Withdrawal.lifted_at.is_(None))) is not None


@ask_standing
def is_playable(version_id: int) -> bool:
    """Whether learners may play the recordings of a version: it was published, and its course is not withdrawn."""
    statement = select(CourseVersion.course_id).join(Publication, Publication.version_id == CourseVersion.id).where(CourseVersion.id == version_id)
    course_id = db.session.scalar(statement)
    return course_id is not None and not is_withdrawn(course_id)


def course_of_lesson(lesson_id: int) -> int | None:
    """The course a lesson belongs to."""
    statement = select(CourseVersion.course_id).join(Lesson, Lesson.version_id == CourseVersion.id).where(Lesson.id == lesson_id)
    return db.session.scalar(statement)


def lesson_sections(lesson_id: int, picture: text.Picture = lambda number: None) -> list[Section]:
    """The text of a lesson as safe HTML, by section; `picture` gives the pictures of a text, which are for one reader.

    Whatever the text says, it shows its author's pictures alone, and those that the course has been published with.
    """
    source = db.session.scalar(select(Lesson.text).where(Lesson.id == lesson_id)) or ""

    @cache
    def shown() -> set[int]:  # asked for by the first picture: a text without one, as most are, is not parsed a second time
        return _pictures_of(lesson_id, text.pictures(source))

    return [Section(title, text.html(body, lambda number: picture(number) if number in shown() else None)) for title, body in rules.sections(source)]


def _pictures_of(lesson_id: int, numbers: set[int]) -> set[int]:
    """Which of these pictures a lesson may show."""
    numbers = {number for number in numbers if number <= MOST}
    if not numbers:
        return numbers
    course = select(CourseVersion.course_id).join(Lesson, Lesson.version_id == CourseVersion.id).where(Lesson.id == lesson_id).scalar_subquery()
    author = select(Course.author_id).where(Course.id == course).scalar_subquery()
    own = set(db.session.scalars(select(Asset.id).where(Asset.id.in_(numbers), Asset.uploaded_by_id == author)))
    if own == numbers:
        return own
    published = select(Lesson.text).join(Publication, Publication.version_id == Lesson.version_id).join(CourseVersion, CourseVersion.id == Lesson.version_id)
    before = db.session.scalars(published.where(CourseVersion.course_id == course, Lesson.text.contains("![")))
    return own | (numbers & {number for words in before for number in text.pictures(words)})


def slides(lesson_id: int, *, person_id: int, version_id: int | None = None, now: datetime) -> list[tuple[int, media.Page]]:
    """The slides of a lecture for this person, each with the second from which it stands; none where nobody brought any."""
    row = db.session.get(LessonSlides, lesson_id)
    if row is None:
        return []
    pages = media.pages(row.asset_id, person_id=person_id, version_id=version_id, now=now)
    return [(second, page) for second, page in zip(row.seconds, pages, strict=False) if second is not None]


def captions(lesson_id: int) -> list[Cue]:
    """What is said in a lecture, by the moment; empty where nobody brought captions."""
    kept = db.session.scalar(select(Lesson.captions).where(Lesson.id == lesson_id))
    return caption_rules.read(kept.encode()) if kept else []


def recordings_needed(begun: Iterable[int]) -> set[int]:
    """The uploads that some course needs: its newest version, the one published last, versions that someone is learning from (`begun`),
    and those of questions."""
    newest = select(func.max(CourseVersion.id)).group_by(CourseVersion.course_id)
    published = select(func.max(CourseVersion.id)).join(Publication, Publication.version_id == CourseVersion.id).group_by(CourseVersion.course_id)
    kept = or_(Lesson.version_id.in_(newest), Lesson.version_id.in_(published), Lesson.version_id.in_(list(begun)))
    lessons = set(db.session.scalars(select(Lesson.asset_id).where(Lesson.asset_id.is_not(None), kept)))
    lessons |= set(db.session.scalars(select(LessonSlides.asset_id).join(Lesson, Lesson.id == LessonSlides.lesson_id).where(kept)))
    illustrated = db.session.scalars(select(Lesson.text).where(or_(Lesson.text.contains("!["), Lesson.text.contains("picture:")), kept))
    pictures = {number for words in illustrated for number in text.pictures(words)}
    return {found for found in lessons | pictures | questions.recordings() if found is not None}


def titles(course_ids: Iterable[int]) -> dict[int, str]:
    """The title of each course: of its newest published version, else of its newest."""
    statement = select(CourseVersion.course_id, CourseVersion.title, Publication.id).outerjoin(Publication, Publication.version_id == CourseVersion.id)
    rows = db.session.execute(statement.where(CourseVersion.course_id.in_(list(course_ids))).order_by(Publication.id.is_not(None), CourseVersion.number))
    return {course_id: title for course_id, title, _ in rows}


def mine(actor: Actor) -> list[CourseVersion]:
    """The newest version of each course written by `actor`, newest first."""
    newest = select(func.max(CourseVersion.id)).group_by(CourseVersion.course_id)
    statement = select(CourseVersion).join(CourseVersion.course).where(CourseVersion.id.in_(newest), Course.author_id == actor.id)
    return list(db.session.scalars(statement.options(*LOADED).order_by(CourseVersion.id.desc())).unique())


def own_course(actor: Actor, course_id: int) -> Course:
    """A course written by `actor`; raises `Missing` for another's."""
    row = db.session.scalar(select(Course).where(Course.id == course_id, Course.author_id == actor.id))
    if row is None:
        raise Missing
    return row


def own_version(actor: Actor, course_id: int) -> CourseVersion:
    """The newest version of a course written by `actor`."""
    return own_course(actor, course_id).versions[-1]


def version_learned(actor: Actor, course_id: int) -> CourseVersion:
    """Of a course written by `actor` the newest published version, else the newest."""
    versions = own_course(actor, course_id).versions
    return next((row for row in reversed(versions) if row.publication), versions[-1])


def own_lesson(actor: Actor, lesson_id: int) -> Lesson:
    """A lesson of the newest version of a course written by `actor`."""
    return _own_part(actor, db.session.get(Lesson, lesson_id))


def own_chapter(actor: Actor, chapter_id: int) -> Chapter:
    """A chapter of the newest version of a course written by `actor`."""
    return _own_part(actor, db.session.get(Chapter, chapter_id))


def courses_in(series_id: int) -> list[Course]:
    """The courses of a series in their order, published or not."""
    return list(db.session.scalars(select(Course).where(Course.series_id == series_id).order_by(Course.position, Course.id)))


def first_of_each() -> dict[int, set[int]]:
    """Of each course, which come before it: by the newest version and by the one published last."""
    published = select(func.max(CourseVersion.id)).join(Publication, Publication.version_id == CourseVersion.id).group_by(CourseVersion.course_id)
    newest = select(func.max(CourseVersion.id)).group_by(CourseVersion.course_id)
    statement = select(CourseVersion.course_id, Prerequisite.course_id).join(Prerequisite, Prerequisite.version_id == CourseVersion.id)
    out: dict[int, set[int]] = {}
    for course_id, first in db.session.execute(statement.where(or_(CourseVersion.id.in_(published), CourseVersion.id.in_(newest)))):
        out.setdefault(course_id, set()).add(first)
    return out


def places_of(quiz_ids: Iterable[int]) -> list[str]:
    """Where quizzes are asked, in words: the course, its version, the lesson or the end."""
    wanted = list(quiz_ids)
    lessons = select(CourseVersion.title, CourseVersion.number, Lesson.title).join(Lesson.version).where(Lesson.quiz_id.in_(wanted))
    ends = select(CourseVersion.title, CourseVersion.number, literal("")).where(CourseVersion.final_quiz_id.in_(wanted))
    rows = sorted((course, number, place) for statement in (lessons, ends) for course, number, place in db.session.execute(statement))
    return [Words("《%(course)s》第 %(n)s 版 · %(place)s", course=course, n=number, place=place or Words("结业测验")) for course, number, place in rows]


def series_within(actor: Actor) -> list[Series]:
    """The series in which `actor` may write, by title."""
    statement = select(Series).where(within(actor, "write_courses"))
    return list(db.session.scalars(statement.order_by(Series.title)))


def own_series(actor: Actor, series_id: int) -> Series:
    """A series in which `actor` may write; raises `Missing` otherwise."""
    row = db.session.scalar(select(Series).where(Series.id == series_id, within(actor, "write_courses")))
    if row is None:
        raise Missing
    return row


def homes(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the organizations for which `actor` writes courses."""
    return [(row.id, row.name) for row in db.session.execute(reach.homes(actor, "write_courses"))]


def state_of(version: CourseVersion) -> str:
    """The state of a version, from its rows."""
    published = [row for row in version.course.versions if row.publication is not None]
    return rules.state_of(
        submitted=len(version.submissions),
        returned=sum(review.outcome == "returned" for review in version.reviews),
        published=version.publication is not None,
        newest_published=bool(published) and published[-1].id == version.id,
        withdrawn=any(row.lifted_at is None for row in version.course.withdrawals),
    )


def missing(version: CourseVersion) -> list[str]:
    """Everything that still keeps a draft from being submitted, in words."""
    lessons = tuple(
        (
            row.title,
            row.kind,
            row.asset.state if row.asset else "none",
            len(row.steps) if row.kind == "practice" else rules.characters(row.text),
            questions.quiz(row.quiz_id).count if row.quiz_id else None,
        )
        for row in sorted(version.lessons, key=lambda one: one.position)
    )
    return rules.faults(rules.Draft(version.title, version.open_material, lessons, any(not row.elective for row in version.lessons)))


def within(actor: Actor, *capabilities: str) -> ColumnElement[bool]:
    """That a series is kept by an organization within reach of a post of `actor` that may do one of these things."""
    return Series.organization_id.in_(reach.organizations(actor, *capabilities))


def _own_part(actor: Actor, row: Part | None) -> Part:
    if row is None or row.version.course.author_id != actor.id or row.version.course.versions[-1].id != row.version_id:
        raise Missing
    return row


def _newest(*of: ColumnElement[bool]) -> Select[int]:
    """The version that learners see of each of these courses, by series place; none of one that is withdrawn or not ready to be played."""
    other = aliased(CourseVersion)
    newest = select(func.max(other.id)).join(Publication, Publication.version_id == other.id).where(other.course_id == Course.id)
    hidden = exists().where(Withdrawal.course_id == Course.id, Withdrawal.lifted_at.is_(None))
    unready = exists().where(Lesson.version_id == CourseVersion.id, Asset.id == Lesson.asset_id, Asset.state != "ready")
    statement = select(CourseVersion.id).join(CourseVersion.course).where(*of, CourseVersion.id == newest.scalar_subquery(), ~hidden, ~unready)
    return statement.order_by(Course.position, Course.id)


_NEWEST_OF_ALL, _NEWEST_AMONG = Prepared(_newest()), PreparedAmong(lambda ids: _newest(Course.id.in_(ids)))


def _seen(rows: Iterable[tuple[Any, ...]]) -> list[Outline]:
    ids = [version_id for (version_id,) in rows]
    found = outlines(ids)
    return [found[version_id] for version_id in ids]
