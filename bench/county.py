"""A county of any size, written straight into the tables: people with devices that are signed in, branches, courses, what was studied."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import ColumnElement, Integer, String, cast, exists, insert, literal, literal_column, select, true

from courses.catalogue.models import Course, CourseVersion, Lesson, Publication, Series
from courses.kernel.db import db, transaction
from courses.kernel.models import Installation
from courses.media.models import Asset
from courses.questions.models import Question, Quiz, QuizItem
from learning.accounts.models import Account, SignedIn
from learning.goals.models import Campaign, CampaignCourse, CampaignTerms, Count
from learning.hours.models import HoursPolicy
from learning.organization.models import Appointment, Membership, Organization, Person
from learning.progress.models import Allowance, Coverage, Enrolment, LessonCompletion, StudySession
from learning.progress.rules import encode

THEN = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
BRANCH = 40  # people in a branch
SECONDS = 2700  # of a lecture
LESSONS = 3  # two lectures and a text
QUESTIONS = 10
CHUNK = 20_000
NUMBER: ColumnElement[int] = literal_column("number", Integer)  # of the person, in the rows of `many`
TERMS = {"campaign_id": 1, "number": 1, "means": "all", "course_ids": [], "quarters": 0, "kinds": [], "times": 1, "organization_ids": [],
         "stages": ["probationary", "full"], "roles": [], "reason": "新建活动", "at": THEN}  # fmt: skip
CSRF = hashlib.sha1(b"bench").hexdigest()


@dataclass(frozen=True)
class County:
    """What a load generator needs: who is in it, and the numbers by which rows are found."""

    people: int
    courses: int
    secret: str

    def cookie(self, app: Flask, person: int) -> str:
        """The session cookie of this person's phone."""
        signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        return str(signer.dumps({"_user_id": token(person), "_fresh": True, "csrf_token": CSRF}))

    def csrf(self) -> str:
        """What the pages of every one of these phones carry against forgery."""
        return str(URLSafeTimedSerializer(self.secret, salt="wtf-csrf-token").dumps(CSRF))


def token(person: int) -> str:
    """The token in a phone's cookie."""
    return f"phone-of-{person}"


def lesson_of(course: int, place: int = 0) -> int:
    """The id of a course's lesson, by place from 0."""
    return (course - 1) * LESSONS + place + 1


def build(app: Flask, *, people: int, courses: int, studied: int = 3) -> County:
    """Write the county; everyone has studied `studied` courses so far, the first lecture of each to its end."""
    with app.app_context(), transaction():
        add(Organization, ({**row, "created_at": THEN} for row in _above()))
        _branches(1, people)
        _people(1, people)
        _courses(courses)
        _campaign(courses, people)
        _studied(1, people, min(studied, courses), courses)
    return County(people, courses, app.secret_key)  # type: ignore[arg-type]


def grow(app: Flask, before: County, *, people: int, studied: int = 3) -> County:
    """The same county with people up to this number, in further branches."""
    with app.app_context(), transaction():
        first = before.people + 1
        _branches(first, people)
        _people(first, people)
        _studied(first, people, min(studied, before.courses), before.courses)
    return County(people, before.courses, before.secret)


def open_sessions(app: Flask, *, first: int, last: int, course: int = 1, age: timedelta = timedelta(0)) -> None:
    """One open study session for each of these people in the second lecture of `course`; its id is the person's number."""
    now = datetime.now(UTC)
    session = {"lesson_id": lesson_of(course, 1), "asset_id": course, "since": now - age, "until": now + timedelta(hours=8), "sequence": 0}
    coverage = {"lesson_id": session["lesson_id"], "asset_id": course, "spans": b"", "covered_seconds": 0, "position": 0, "position_at": 0, "sound_only": False}
    begun = {"course_id": course, "version_id": course, "since": now - age}
    has_not = ~exists().where(Enrolment.person_id == NUMBER, Enrolment.course_id == course)
    with app.app_context(), transaction():
        many(Enrolment, first, last, {"person_id": NUMBER, **begun}, only=has_not)
        many(Coverage, first, last, {"person_id": NUMBER, **coverage})
        many(StudySession, first, last, {"id": NUMBER, "person_id": NUMBER, **session, "credited_seconds": 0, "claimed": b""})
        many(Allowance, first, last, {"person_id": NUMBER, "left_ms": 0, "grown_until": now - age})


def _above() -> list[dict[str, Any]]:
    return [
        {"id": 1, "code": "QC", "name": "晴川县委", "kind": "county", "parent_id": None, "path": "/1/"},
        {"id": 2, "code": "QC01", "name": "样例镇党委", "kind": "township", "parent_id": 1, "path": "/1/2/"},
    ]


def _branch_of(person: int) -> int:
    return 3 + (person - 1) // BRANCH


def _branches(first: int, last: int) -> None:
    """The branches of these people; one that the person before `first` is in stands already."""
    numbers = range(_branch_of(first) if first % BRANCH == 1 else _branch_of(first) + 1, _branch_of(last) + 1)
    branch = {"kind": "branch", "parent_id": 2, "created_at": THEN}
    add(Organization, ({"id": n, "code": f"QC01{n:04d}", "name": f"样例{n}号党支部", "path": f"/1/2/{n}/", **branch} for n in numbers))


def _people(first: int, last: int) -> None:
    named, key = literal("学员") + cast(NUMBER, String), literal("xue yuan xy 学员") + cast(NUMBER, String)
    many(Person, first, last, {"id": NUMBER, "name": named, "name_key": key, "created_at": THEN, "large_type": False})
    many(Account, first, last, {"person_id": NUMBER, "user_name": literal("phone") + cast(NUMBER, String), "must_change": False, "created_at": THEN})
    belongs = {"stage": "full", "expectation": "required", "floating": False, "online": True, "contact": "", "since": date(2026, 1, 1), "entered_at": THEN}
    many(Membership, first, last, {"person_id": NUMBER, "organization_id": literal(3) + (NUMBER - 1) // BRANCH, **belongs})
    device = {"device": "安卓手机 · 微信", "since": THEN, "until": datetime.now(UTC) + timedelta(days=30)}
    hashes = ((n, hashlib.sha256(token(n).encode()).hexdigest()) for n in range(first, last + 1))  # SQLite has no such function
    add(SignedIn, ({"person_id": n, "token_hash": said, **device} for n, said in hashes))
    if first == 1:
        add(Appointment, [{"person_id": 1, "role": "trainer", "organization_id": 2, "since": date(2026, 1, 1), "note": "", "appointed_at": THEN}])


def _courses(courses: int) -> None:
    numbers = range(1, courses + 1)
    add(Installation, [{"id": 1, "kind": "real", "created_at": THEN}])
    add(Series, [{"id": 1, "organization_id": 2, "title": "空中大讲堂", "about": "", "created_at": THEN, "created_by_id": 1}])
    add(Course, ({"id": n, "series_id": 1, "author_id": 1, "created_at": THEN} for n in numbers))
    add(Quiz, ({"id": n, "title": "结业测验", "pass_mark": 60, "shuffled": True, "created_at": THEN} for n in numbers))
    question = {"kind": "single", "options": ["110", "119", "120"], "answer": [1], "explanation": "全国火警。", "topic": "", "score": 1, "author_id": 1}
    ids = range(1, courses * QUESTIONS + 1)
    add(Question, ({"id": n, "stem": f"第 {n} 题：发现火灾应拨打", "created_at": THEN, **question} for n in ids))
    add(QuizItem, ({"quiz_id": (n - 1) // QUESTIONS + 1, "question_id": n, "position": n} for n in ids))
    version = {"number": 1, "summary": "消防常识。", "suggested_quarters": 4, "open_material": True, "created_at": THEN, "created_by_id": 1}
    add(CourseVersion, ({"id": n, "course_id": n, "title": f"消防安全进家门 {n}", "final_quiz_id": n, **version} for n in numbers))
    asset = {"file_name": "a.mp4", "bytes": 1, "state": "ready", "duration_seconds": SECONDS, "has_picture": True, "uploaded_by_id": 1}
    add(Asset, ({"id": n, "sha256": f"{n:064d}", "folder": "media/none", "uploaded_at": THEN, "ready_at": THEN, **asset} for n in numbers))
    add(Lesson, (row for n in numbers for row in _lessons(n)))
    add(Publication, ({"version_id": n, "approved_quarters": 4, "at": THEN, "by_id": 1} for n in numbers))


def _lessons(course: int) -> list[dict[str, Any]]:
    text = "## 第一节\n\n" + "学习要讲究方法。" * 60
    kinds = ("video", "video", "text")
    return [
        {"id": lesson_of(course, place), "version_id": course, "origin": f"l{place}", "position": place + 1, "kind": kind, "title": f"第 {place + 1} 讲",
         "asset_id": course if kind == "video" else None, "text": "" if kind == "video" else text}
        for place, kind in enumerate(kinds)
    ]  # fmt: skip


def _campaign(courses: int, people: int) -> None:
    add(HoursPolicy, [{"since": date(2026, 1, 1), "minutes_per_hour": 45, "annual_quarters": 128, "secretary_quarters": 224,
                        "counted_kinds": ["online"], "basis": "条例第二十条", "entered_at": THEN}])  # fmt: skip
    add(
        Campaign,
        [
            {"id": 1, "organization_id": 1, "title": "万名党员进党校", "target": people, "since": date(2026, 1, 1), "until": date(2099, 12, 31), "basis": "",
             "created_at": THEN}
        ],
    )  # fmt: skip
    add(CampaignTerms, [TERMS | {"course_ids": list(range(1, min(courses, 6) + 1))}])
    add(CampaignCourse, ({"campaign_id": 1, "course_id": n, "position": n} for n in range(1, min(courses, 6) + 1)))
    none = dict.fromkeys(("trained_online", "trained_class", "trained_home", "encouraged", "encouraged_trained", "others", "others_trained"), 0)
    add(Count, ({"campaign_id": 1, "organization_id": n, "in_scope": BRANCH, "counted_at": THEN, **none} for n in range(3, _branch_of(people) + 1)))


def _studied(first: int, last: int, each: int, courses: int) -> None:
    covered = {"spans": encode([(0, SECONDS)]), "covered_seconds": SECONDS, "position": SECONDS, "sound_only": False}
    proof = {"origin": "l0", "how": "video", "at": THEN, "evidence": {"covered_seconds": SECONDS, "length_seconds": SECONDS}}
    for step in range(each):
        course = (NUMBER + step) % courses + 1
        lesson = (course - 1) * LESSONS + 1
        many(Enrolment, first, last, {"person_id": NUMBER, "course_id": course, "version_id": course, "since": THEN})
        many(Coverage, first, last, {"person_id": NUMBER, "lesson_id": lesson, "asset_id": course, **covered})
        many(LessonCompletion, first, last, {"person_id": NUMBER, "course_id": course, "lesson_id": lesson, **proof})


def many(model: Any, first: int, last: int, values: dict[str, Any], *, only: ColumnElement[bool] | None = None) -> None:
    """A row for each person from `first` to `last`, its values constant or made of `NUMBER`; written by the database itself, since a million are wanted."""
    table = model.__table__
    numbers = select(literal(first, Integer).label("number")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < last))
    columns = [value if isinstance(value, ColumnElement) else literal(value, table.c[name].type) for name, value in values.items()]
    rows = select(*columns).select_from(numbers).where(true() if only is None else only)
    db.session.execute(insert(table).from_select(list(values), rows))


def add(model: Any, rows: Any) -> None:
    """Write plain rows of a table, many at a time."""
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            db.session.execute(insert(model.__table__), chunk)
            chunk = []
    if chunk:
        db.session.execute(insert(model.__table__), chunk)
