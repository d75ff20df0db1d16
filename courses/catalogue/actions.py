"""The workflow of a course: draft, submit, return or publish, new version, withdraw. Each step is a row with who and when."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from courses.catalogue import order_actions, queries, review_queries, rules, slide_rules
from courses.catalogue.models import (
    Chapter,
    Course,
    CourseSubmission,
    CourseVersion,
    Lesson,
    LessonSlides,
    Prerequisite,
    Publication,
    Review,
    Series,
    Withdrawal,
)
from courses.catalogue.order_actions import must_be_editable
from courses.kernel.access import Actor
from courses.kernel.db import db, lock_row
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from courses.media import caption_rules
from courses.media.models import Asset
from courses.questions import actions as questions
from courses.questions.models import Quiz

CARRIED_ON = ("origin", "position", "kind", "title", "text", "captions", "asset_id", "elective", "steps")  # of a lesson, into a new version


def open_series(title: str, organization_id: int, *, about: str = "", actor: Actor, now: datetime) -> Series:
    """Open a lecture series kept by an organization; raises `Refused` if it has one of that title."""
    if db.session.query(Series).filter_by(organization_id=organization_id, title=title).first():
        raise Refused("已经有同名的大讲堂，请直接选用，或者换个名字。", fields={"new_series": Words("名字重复")})
    series = Series(title=title, organization_id=organization_id, about=about, created_at=now, created_by_id=actor.id)
    db.session.add(series)
    db.session.flush()
    return series


def draft_course(series: Series, title: str, *, summary: str = "", actor: Actor, now: datetime) -> CourseVersion:
    """Begin a course; its first version is a draft."""
    course = order_actions.begin(series.id, actor=actor, now=now)
    version = CourseVersion(course=course, number=1, title=title, summary=summary, created_at=now, created_by_id=actor.id)
    db.session.add(version)
    db.session.flush()
    return version


def edit_version(version: CourseVersion, *, title: str, summary: str, open_material: bool) -> None:
    """Change the words of a draft."""
    must_be_editable(version)
    version.title, version.summary, version.open_material = title, summary, open_material


def add_lesson(version: CourseVersion, kind: str, title: str, *, text: str = "", asset_id: int | None = None) -> Lesson:
    """Add a lesson at the end of a draft."""
    must_be_editable(version)
    place = order_actions.next_place(version)
    lesson = Lesson(origin=secrets.token_hex(8), position=place, kind=kind, title=title, text=text, asset_id=asset_id)
    version.lessons.append(lesson)
    db.session.flush()
    return lesson


def edit_lesson(lesson: Lesson, *, title: str, text: str, asset_id: int | None, elective: bool = False, steps: Sequence[str] = ()) -> None:
    """Change a lesson of a draft; `steps` are those of a practical one."""
    must_be_editable(lesson.version)
    lesson.title, lesson.text, lesson.asset_id = title, text, _fitting(asset_id, rules.MADE_OF.get(lesson.kind))
    if len(steps) > rules.MOST_STEPS or any(len(step) > rules.MOST_STEP for step in steps):
        raise Refused(
            "步骤最多 %(most_steps)s 条，每条最多 %(most_step)s 字。多的话请分成几课。",
            most_steps=rules.MOST_STEPS,
            most_step=rules.MOST_STEP,
            fields={"steps": Words("太多或太长")},
        )
    lesson.elective, lesson.steps = elective, list(steps) if lesson.kind == "practice" else []


def set_captions(lesson: Lesson, data: bytes) -> caption_rules.Taken:
    """Give a lecture of a draft its captions, from a WebVTT or SRT file; says what of it was taken. Raises `Refused`."""
    _must_take_captions(lesson)
    try:
        taken = caption_rules.taken(data)
    except caption_rules.Unfit as fault:
        raise Refused(fault.message, fields={"captions": Words("请换一个字幕文件")}) from fault
    length = lesson.asset.duration_seconds if lesson.asset else None
    if length and taken.cues[0].begin >= length * 1000:
        raise Refused(
            "字幕从 %(begin)s 才开始，可是这一课只有 %(length)s。请看看是不是别的课的字幕，换一个再传。",
            begin=slide_rules.words(taken.cues[0].begin // 1000),
            length=slide_rules.words(length),
            fields={"captions": Words("不像这一课的字幕")},
        )
    lesson.captions = caption_rules.written(taken.cues)
    return taken


def remove_captions(lesson: Lesson) -> None:
    """Let the lecture of a draft be shown without captions again."""
    _must_take_captions(lesson)
    lesson.captions = ""


def _must_take_captions(lesson: Lesson) -> None:
    must_be_editable(lesson.version)
    if lesson.kind != "video":
        raise Refused("只有视频课和录音课用字幕。")


def remove_lesson(lesson: Lesson) -> None:
    """Take a lesson out of a draft."""
    must_be_editable(lesson.version)
    had = lesson.quiz_id
    db.session.delete(lesson)
    _forget(had)


def set_lesson_quiz(lesson: Lesson, quiz: Quiz | None) -> None:
    """Give a lesson of a draft its quiz, or take it away; the one it had is gone."""
    must_be_editable(lesson.version)
    had, lesson.quiz_id = lesson.quiz_id, quiz.id if quiz else None
    _forget(had)


def set_final_quiz(version: CourseVersion, quiz: Quiz | None) -> None:
    """Give a draft its final quiz, or take it away; the one it had is gone."""
    must_be_editable(version)
    had, version.final_quiz_id = version.final_quiz_id, quiz.id if quiz else None
    _forget(had)


def pick_questions(version: CourseVersion, quiz_id: int, question_ids: Sequence[int], *, actor: Actor) -> None:
    """Take questions of the bank into a quiz of a draft."""
    must_be_editable(version)
    questions.pick(quiz_id, question_ids, actor=actor)


def submit(version: CourseVersion, *, note: str = "", actor: Actor, now: datetime) -> CourseSubmission:
    """Ask for review; raises `Refused` with everything that is still missing."""
    must_be_editable(version)
    missing = queries.missing(version)
    if missing:
        raise Refused(" ".join(missing))
    for quiz_id in queries.outline(version.id).quiz_ids:
        questions.fill_pools(db.session.get_one(Quiz, quiz_id), actor=actor)
    version.suggested_quarters = rules.suggested_quarters(queries.outline(version.id).minutes)
    row = CourseSubmission(version_id=version.id, at=now, by_id=actor.id, note=note)
    version.submissions.append(row)
    db.session.flush()
    return row


def give_back(version: CourseVersion, remarks: str, *, actor: Actor, now: datetime) -> Review:
    """Return a submitted version with remarks."""
    _must_be_reviewable(version, actor)
    if not remarks.strip():
        raise Refused("请写明要修改什么，讲师才知道怎么改。", fields={"remarks": Words("请填写修改意见")})
    return _review(version, "returned", remarks, actor=actor, now=now)


def publish(version: CourseVersion, *, approved_quarters: int, remarks: str = "", actor: Actor, now: datetime) -> Publication:
    """Approve a submitted version with its credit hours and make it visible; a withdrawal of the course is lifted."""
    _must_be_reviewable(version, actor)
    if not 1 <= approved_quarters <= rules.MOST_QUARTERS:
        raise Refused("核定学时要在 0.25 到 100 之间，按四分之一学时取整。", fields={"hours": Words("请填 0.25 的倍数")})
    order_actions.must_not_circle(version.course_id, [row.course_id for row in version.prerequisites])
    _review(version, "approved", remarks, actor=actor, now=now)
    publication = Publication(version_id=version.id, approved_quarters=approved_quarters, at=now, by_id=actor.id)
    version.publication = publication
    _lift(version.course, actor=actor, now=now)
    db.session.flush()
    return publication


def new_version(course: Course, *, actor: Actor, now: datetime) -> CourseVersion:
    """A draft with everything of the newest version in it; lessons keep their origin, quizzes become rows of their own."""
    lock_row(course)
    newest = course.versions[-1]
    if newest.publication is None:
        raise Refused("这门课程已有一个没发布的版本，请在那里修改。")
    return _carried_on(newest, course, number=newest.number + 1, title=newest.title, actor=actor, now=now)


def copy_course(course: Course, *, actor: Actor, now: datetime) -> CourseVersion:
    """复制课程: a new course of the same series with everything of the newest version; its recordings are the same files, its lessons new ones.

    What was finished in the one counts for nothing in the other.
    """
    newest = course.versions[-1]
    copy = order_actions.begin(course.series_id, actor=actor, now=now)
    copy.elective = course.elective
    version = _carried_on(newest, copy, number=1, title=f"{newest.title[:75]}（副本）", actor=actor, now=now)
    for lesson in version.lessons:
        lesson.origin = secrets.token_hex(8)
    db.session.flush()
    return version


def withdraw(course: Course, reason: str, *, actor: Actor, now: datetime) -> Withdrawal:
    """下架: hide a course at once. What people finished stands."""
    if not reason.strip():
        raise Refused("请写明下架原因。", fields={"reason": Words("请填写原因")})
    lock_row(course)
    if all(version.publication is None for version in course.versions):
        raise Refused("这门课程还没有发布过，不用下架。")
    if queries.is_withdrawn(course.id):
        raise Refused("这门课程已经下架了。")
    row = Withdrawal(course_id=course.id, reason=reason, at=now, by_id=actor.id)
    course.withdrawals.append(row)
    db.session.flush()
    return row


def reinstate(course: Course, *, actor: Actor, now: datetime) -> None:
    """Show a withdrawn course again; nobody reinstates their own."""
    if course.author_id == actor.id:
        raise Refused("不能恢复自己的课程，请由审核人办理。")
    _lift(course, actor=actor, now=now)


def _review(version: CourseVersion, outcome: str, remarks: str, *, actor: Actor, now: datetime) -> Review:
    row = Review(submission_id=version.submissions[-1].id, outcome=outcome, remarks=remarks, at=now, by_id=actor.id)
    version.reviews.append(row)
    db.session.flush()
    return row


def _lift(course: Course, *, actor: Actor, now: datetime) -> None:
    for row in course.withdrawals:
        if row.lifted_at is None:
            row.lifted_at, row.lifted_by_id = now, actor.id


def _carried_on(newest: CourseVersion, course: Course, *, number: int, title: str, actor: Actor, now: datetime) -> CourseVersion:
    """A draft with everything of a version in it: its files by reference, its quizzes as rows of their own."""
    words = {"title": title, "summary": newest.summary, "open_material": newest.open_material}
    version = CourseVersion(course=course, number=number, created_at=now, created_by_id=actor.id, **words)
    db.session.add(version)
    version.prerequisites = [Prerequisite(course_id=row.course_id) for row in newest.prerequisites]
    version.chapters = [Chapter(position=row.position, title=row.title) for row in newest.chapters]
    for row in newest.lessons:
        quiz = questions.copy_quiz(row.quiz_id, actor=actor, now=now) if row.quiz_id else None
        kept = {name: getattr(row, name) for name in CARRIED_ON}
        slides = LessonSlides(asset_id=row.slides.asset_id, seconds=row.slides.seconds) if row.slides else None
        version.lessons.append(Lesson(**kept, quiz_id=quiz.id if quiz else None, slides=slides))
    if newest.final_quiz_id:
        version.final_quiz_id = questions.copy_quiz(newest.final_quiz_id, actor=actor, now=now).id
    db.session.flush()
    return version


def _forget(quiz_id: int | None) -> None:
    db.session.flush()
    if quiz_id:
        questions.discard(quiz_id)


def _fitting(asset_id: int | None, kind: str | None) -> int | None:
    """The upload, if it is of the kind that the lesson shows; none for a lesson that shows none."""
    if asset_id is None or kind is None:
        return None
    if db.session.get_one(Asset, asset_id).kind != kind:
        raise Refused("这一课要的不是这种文件：视频课用视频或录音，课件课用 PPT、PDF 或 Word。请重新选。")
    return asset_id


def _must_be_reviewable(version: CourseVersion, actor: Actor) -> None:
    lock_row(version)
    if queries.state_of(version) != "submitted":
        raise Refused("这个版本现在不在待审核状态，请刷新页面看看。")
    if review_queries.is_own(version, actor):
        raise Refused("不能审核自己的课程，请由其他审核人办理。")
