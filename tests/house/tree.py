"""A tree in which everything that an address or a form may name exists at every place: own, below, beside, above, and in another county."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sqlalchemy import select

from courses.catalogue import actions as catalogue
from courses.catalogue import order_actions as order
from courses.catalogue import queries as catalogue_queries
from courses.catalogue.models import Chapter, Course, Lesson, Series
from courses.importers.models import QuestionFile
from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.kernel.models import Job
from courses.kernel.settings import settings
from courses.media.models import Upload
from courses.media.upload_rules import KEPT
from courses.questions import bank_actions
from courses.questions.models import BankEntry, Question
from courses.questions.rules import TRUE_FALSE, NewItem
from learning.audit import actions as audit
from learning.audit import branch_queries as branch
from learning.audit.models import Entry, Feedback
from learning.classes import actions as classes
from learning.classes.models import OfflineSession, TrainingClass
from learning.exports import actions as exports
from learning.exports.models import Export
from learning.exports.rules import Wish
from learning.goals import actions as goals
from learning.goals.models import Campaign
from learning.hours import actions as hours
from learning.notices import actions as notices
from learning.notices.models import Notice
from learning.organization import transfer_actions as transfers
from learning.organization.actions import Belonging, admit, appoint, found
from learning.organization.models import Appointment, Organization, Person, Transfer
from learning.progress import actions as progress
from learning.progress.models import StudySession
from learning.progress.note_actions import note
from learning.progress.note_rules import of_opening
from learning.quizzes.models import Attempt
from learning.records import actions as records
from learning.records import request_actions as requests
from learning.records.models import BranchRecord, Certificate, CorrectionRequest
from learning.roster import actions as roster
from learning.roster.models import RosterDraft
from learning.roster.table_rules import table_of
from tests.makers import MadeCourse, make_course
from tests.people import NOW, County, make_county
from tests.study.test_journey import read_through, take_quiz, watch_through

TODAY = clock.day_of(clock.now())
# The places by the code of their organization, each with a learner whose name tells where they belong.
PLACES = {
    "county": ("QC", "钱一一"),
    "town": ("QC01", "孙一一"),
    "other_town": ("QC02", "冯一一"),
    "willow": ("QC0101", "卫一一"),
    "bridge": ("QC0102", "蒋一一"),
    "far": ("QC0201", "沈一一"),
    "elsewhere": ("ZZ", "秦一一"),
    "outside": ("ZZ01", "许一一"),
}
TEACHING = ("county", "town", "other_town", "elsewhere")  # where courses are written
HOLDERS = {  # of posts that the cast has nobody for: name -> (role, place)
    "尤二二": ("branch_clerk", "willow"),
    "何二二": ("adviser", "willow"),
    "吕二二": ("auditor", "town"),
    "施二二": ("town_admin", "other_town"),
    "张二二": ("county_admin", "elsewhere"),
}


@dataclass(frozen=True)
class Place:
    """What an address or a form may name at one place."""

    learner: str
    ids: dict[str, int]

    def __getitem__(self, argument: str) -> int:
        return self.ids[argument]


def plant() -> None:
    """Write the tree into an empty database."""
    county = make_county()
    with transaction():
        top = found("ZZ", "邻县县委", kind="county", parent=None, now=NOW)
        found("ZZ01", "外县村党支部", kind="branch", parent=top, now=NOW)
        hours.set_policy(TODAY.replace(month=1, day=1), now=NOW)
    learners = {name: _person(learner, name) for name, (_, learner) in PLACES.items()}
    for name, (role, place) in HOLDERS.items():
        _post(_person(name, place), role, place)
    studied = [_courses(county, place) for place in TEACHING][1]
    with transaction():
        for place in ("county", "elsewhere"):
            span = {"since": TODAY.replace(month=1, day=1), "until": TODAY.replace(month=12, day=31)}
            goals.launch(f"活动{place}", organization(place), target=10, course_ids=[studied.course], now=NOW, **span)
    for place, learner in learners.items():
        _live(place, learner, studied)
    with transaction():
        goals.recount_all(now=NOW, today=TODAY)


def organization(place: str) -> Organization:
    """The organization of a place."""
    return db.session.scalars(select(Organization).where(Organization.code == PLACES[place][0])).one()


@cache
def survey() -> dict[str, Place]:
    """What there is at each place, in every copy of the tree that was planted."""
    return {place: _surveyed(place) for place in PLACES}


def person(name: str) -> int:
    """Someone by their name."""
    return db.session.scalars(select(Person.id).where(Person.name == name)).one()


def _person(name: str, place: str) -> int:
    with transaction():
        return admit(name, organization(place), Belonging(), since=TODAY.replace(month=1, day=1), actor=None, now=NOW).id


def _post(person_id: int, role: str, place: str) -> None:
    with transaction():
        appoint(db.session.get_one(Person, person_id), role, organization(place), since=TODAY.replace(month=1, day=1), actor=None, now=NOW)


def _courses(county: County, place: str) -> MadeCourse:
    """A course published at a place and one in the making, by a trainer of that place."""
    trainer = county.trainer if place == "town" else _person(f"{PLACES[place][1][0]}讲师", place)
    if place != "town":
        _post(trainer, "trainer", place)
        _post(_person(f"{PLACES[place][1][0]}审核", place), "reviewer", place)
    made = make_course(replace(county, town=organization(place).id, trainer=trainer), title=f"课程{place}")
    with transaction():
        # Elective, so that everyone finishes the course without it.
        db.session.add(Lesson(version_id=made.version, origin="p1", position=3, kind="practice", title="现场模拟", steps=["做一遍"], elective=True))
        series = db.session.scalars(select(Series).where(Series.organization_id == organization(place).id)).one()
        draft = catalogue.draft_course(series, f"草稿{place}", actor=db.session.get_one(Person, trainer), now=NOW)
        lesson = catalogue.add_lesson(draft, "video", "录像")
        lesson.asset_id = db.session.get_one(Lesson, made.video).asset_id  # it plays, so slides may go with it
        order.add_chapter(draft, "章节")
        job = Job(kind="read_questions", payload={}, state="failed", due=NOW, created_at=NOW)
        brought = QuestionFile(
            organization_id=series.organization_id,
            author_id=trainer,
            name="题目.xlsx",
            key=f"questions/{place}",
            job=job,
            created_at=NOW,
            fault="这不是题目文件。",
        )
        db.session.add(brought)
        question = NewItem("true_false", f"题目{place}", TRUE_FALSE, (0,))
        bank_actions.add_to_bank([question], organization(place).id, actor=db.session.get_one(Person, trainer), now=NOW)
        db.session.add(Upload(owner_id=trainer, file_name=f"{place}.mp4", bytes=9, begun_at=NOW, expires_at=clock.now() + KEPT))
    return made


def _live(place: str, learner: int, course: MadeCourse) -> None:
    """Someone finishes a course and writes a letter; a roll is called, a record confirmed, a post given at the place."""
    watch_through(learner, course)
    read_through(learner, course)
    take_quiz(learner, course, [(1,), (0, 2)])
    aide = _person(f"{PLACES[place][1][0]}助手", place)
    _post(aide, "adviser", place)
    with transaction():
        where, who = organization(place), db.session.get_one(Person, learner)
        note(learner, course.course, of_opening(40), today=TODAY)
        progress.open_session(learner, course.video, length_seconds=100, now=clock.now())
        notices.post(where, "通知", "请按时参加。", until=TODAY, actor=who, today=TODAY, now=NOW)
        exports.publish(exports.ask(Wish("certificate_list", f"{who.name}的证明", "xlsx"), actor=who, now=clock.now()), items=1, size=1, now=clock.now())
        requests.ask(f"{who.name}请求更正", actor=who, now=NOW)
        audit.write_feedback(f"{who.name}来信", actor=who, now=NOW)
        outline, by = catalogue_queries.outline(course.version), db.session.get_one(Person, aide)
        roll = classes.hold(where, outline, kind="lecture", held_on=TODAY, venue="会议室", lecturer="", actor=by, today=TODAY, now=NOW)
        classes.take_roll(roll, {learner: ("present", "")}, actor=by, now=NOW)
        shown = branch.preview(where, db.session.get_one(Campaign, _campaign(where)), today=TODAY)
        content = shown.content(confirmed_by=by.name, confirmed_on=TODAY)
        records.confirm_branch(where, shown.campaign.id, TODAY, content, actor=by, now=NOW)
        audit.note("add_person", f"在名册中加入 {who.name}", actor=by, organization_id=where.id, about_person_id=learner, now=NOW)
        span = {"title": f"{where.name}班次", "audience": "党员", "venue": "礼堂", "since": TODAY, "until": TODAY, "trainers": "", "plan": "", "summary": ""}
        classes.open_class(where, span, actor=by, now=NOW)
        cell = found(f"{where.code}G", f"{where.name}小组", kind="group", parent=where, now=NOW)
        transfers.send(who, cell, actor=by, now=NOW)
        table = table_of([("名册", [["姓名", "类别"], [who.name, "预备党员"]], frozenset())])
        roster.keep(where, table, "名册.xlsx", actor=by, key=settings().data_key, now=clock.now())


def _campaign(where: Organization) -> int:
    rows = db.session.scalars(select(Campaign))
    return next(row.id for row in rows if where.path.startswith(row.organization.path))


def _surveyed(place: str) -> Place:
    where, learner = organization(place), person(PLACES[place][1])

    def only(column: Any, condition: Any) -> int:
        return int(db.session.scalars(select(column).where(condition).order_by(column.desc()).limit(1)).one())

    teaching = place if place in TEACHING else {"far": "other_town", "outside": "elsewhere"}.get(place, "town")
    series = only(Series.id, Series.organization_id == organization(teaching).id)
    draft = db.session.scalars(select(Course).where(Course.series_id == series).order_by(Course.id.desc())).first()
    published = db.session.scalars(select(Course).where(Course.series_id == series).order_by(Course.id)).first()
    assert draft is not None and published is not None
    entry = only(BankEntry.id, BankEntry.organization_id == organization(teaching).id)
    video = published.versions[0].lessons[0]
    return Place(
        PLACES[place][1],
        {
            "organization_id": where.id,
            "person_id": learner,
            "campaign_id": _campaign(where),
            "certificate_id": only(Certificate.id, Certificate.person_id == learner),
            "export_id": only(Export.id, Export.person_id == learner),
            "attempt_id": only(Attempt.id, Attempt.person_id == learner),
            "session_id": only(OfflineSession.id, OfflineSession.organization_id == where.id),
            "study_session_id": only(StudySession.id, StudySession.person_id == learner),
            "record_id": only(BranchRecord.id, BranchRecord.organization_id == where.id),
            "notice_id": only(Notice.id, Notice.organization_id == where.id),
            "request_id": only(CorrectionRequest.id, CorrectionRequest.person_id == learner),
            "feedback_id": only(Feedback.id, Feedback.person_id == learner),
            "transfer_id": only(Transfer.id, Transfer.source_id == where.id),
            "parent_id": where.parent_id or where.id,
            "entry_id": only(Entry.id, Entry.organization_id == where.id),
            "roster_id": only(RosterDraft.id, RosterDraft.organization_id == where.id),
            "appointment_id": only(Appointment.id, Appointment.organization_id == where.id),
            "series_id": series,
            "bank_id": entry,
            "question_id": only(Question.id, Question.bank_id == entry),
            "course_id": published.id,
            "version_id": published.versions[0].id,
            "lesson_id": only(Lesson.id, Lesson.version_id == draft.versions[0].id),
            "practice_id": only(Lesson.id, Lesson.kind == "practice"),
            "draft_id": draft.id,
            "chapter_id": only(Chapter.id, Chapter.version_id == draft.versions[0].id),
            "studied_id": only(Attempt.course_id, Attempt.person_id == learner),
            "quiz_id": int(published.versions[0].final_quiz_id or 0),
            "asset_id": int(video.asset_id or 0),
            "class_id": only(TrainingClass.id, TrainingClass.organization_id == where.id),
            "file_id": only(QuestionFile.id, QuestionFile.author_id == draft.author_id),
            "upload_id": only(Upload.id, Upload.file_name == f"{teaching}.mp4"),
        },
    )
