"""A county of any size, written straight into the tables: people with devices that are signed in, branches, courses, what was studied."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert

from courses.catalogue.models import Course, CourseVersion, Lesson, Publication, Series
from courses.kernel.db import db, transaction
from courses.kernel.models import Installation
from courses.media.models import Asset
from courses.questions.models import Question, Quiz, QuizItem
from learning.accounts.models import Account, SignedIn
from learning.goals.models import Campaign, CampaignCourse, Count
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
    now = datetime.now(UTC)
    branches = max(3, people // BRANCH)
    with app.app_context(), transaction():
        _organizations(branches)
        _people(people, branches, now)
        _courses(courses)
        _campaign(courses, people, branches)
        _studied(people, min(studied, courses), courses)
    return County(people, courses, app.secret_key)  # type: ignore[arg-type]


def open_sessions(app: Flask, *, first: int, last: int, course: int = 1, age: timedelta = timedelta(0)) -> None:
    """One open study session for each of these people in the second lecture of `course`; its id is the person's number."""
    now = datetime.now(UTC)
    lesson = lesson_of(course, 1)
    with app.app_context(), transaction():
        add(
            StudySession,
            (
                {"id": n, "person_id": n, "lesson_id": lesson, "asset_id": course, "since": now - age, "until": now + timedelta(hours=8), "sequence": 0,
                 "credited_seconds": 0, "claimed": b""}
                for n in range(first, last + 1)
            ),
        )  # fmt: skip
        add(Allowance, ({"person_id": n, "left_ms": 0, "grown_until": now - age} for n in range(first, last + 1)))


def _organizations(branches: int) -> None:
    rows = [(1, "QC", "晴川县委", "county", None, "/1/"), (2, "QC01", "样例镇党委", "township", 1, "/1/2/")]
    rows += [(n, f"QC01{n:04d}", f"样例{n}号党支部", "branch", 2, f"/1/2/{n}/") for n in range(3, branches + 3)]
    names = ("id", "code", "name", "kind", "parent_id", "path")
    add(Organization, ({**dict(zip(names, row, strict=True)), "created_at": THEN} for row in rows))


def _people(people: int, branches: int, now: datetime) -> None:
    numbers = range(1, people + 1)
    add(Person, ({"id": n, "name": f"学员{n}", "name_key": f"xue yuan xy 学员{n}", "created_at": THEN, "large_type": False} for n in numbers))
    add(Account, ({"person_id": n, "user_name": f"phone{n}", "must_change": False, "created_at": THEN} for n in numbers))
    add(
        Membership,
        (
            {"person_id": n, "organization_id": 3 + n % branches, "stage": "full", "expectation": "required", "floating": False, "online": True, "contact": "",
             "since": date(2026, 1, 1), "entered_at": THEN}
            for n in numbers
        ),
    )  # fmt: skip
    until = now + timedelta(days=30)
    add(
        SignedIn,
        (
            {"person_id": n, "token_hash": hashlib.sha256(token(n).encode()).hexdigest(), "device": "安卓手机 · 微信", "since": THEN, "until": until}
            for n in numbers
        ),
    )
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


def _campaign(courses: int, people: int, branches: int) -> None:
    add(HoursPolicy, [{"since": date(2026, 1, 1), "minutes_per_hour": 45, "annual_quarters": 128, "secretary_quarters": 224,
                        "counted_kinds": ["online"], "basis": "条例第二十条", "entered_at": THEN}])  # fmt: skip
    add(
        Campaign,
        [
            {"id": 1, "organization_id": 1, "title": "万名党员进党校", "target": people, "since": date(2026, 1, 1), "until": date(2099, 12, 31), "basis": "",
             "created_at": THEN}
        ],
    )  # fmt: skip
    add(CampaignCourse, ({"campaign_id": 1, "course_id": n, "position": n} for n in range(1, min(courses, 6) + 1)))
    none = dict.fromkeys(("trained_online", "trained_class", "trained_home", "encouraged", "encouraged_trained", "others", "others_trained"), 0)
    add(Count, ({"campaign_id": 1, "organization_id": 3 + n, "in_scope": people // branches, "counted_at": THEN, **none} for n in range(branches)))


def _studied(people: int, each: int, courses: int) -> None:
    pairs = [(n, (n + step) % courses + 1) for n in range(1, people + 1) for step in range(each)]
    add(Enrolment, ({"person_id": n, "course_id": course, "version_id": course, "since": THEN} for n, course in pairs))
    covered = {"spans": encode([(0, SECONDS)]), "covered_seconds": SECONDS, "position": SECONDS, "sound_only": False}
    add(Coverage, ({"person_id": n, "lesson_id": lesson_of(course), "asset_id": course, **covered} for n, course in pairs))
    proof = {"origin": "l0", "how": "video", "at": THEN, "evidence": {"covered_seconds": SECONDS, "length_seconds": SECONDS}}
    add(LessonCompletion, ({"person_id": n, "course_id": course, "lesson_id": lesson_of(course), **proof} for n, course in pairs))


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
