"""A course that waits for another: what the member reads, what is turned away, and who is left alone. Elective lessons on the member's page."""

import pytest

from courses.catalogue.models import Course, CourseVersion, Lesson, Prerequisite, Publication, Withdrawal
from courses.kernel.db import db, transaction
from learning.progress import actions as progress
from learning.records import queries as records
from learning.study import queries as desk
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW
from tests.study.test_journey import course, read_through, take_quiz, watch_through

__all__ = ["course"]


@pytest.fixture
def later(county, course):
    made = make_course(county, title="后修的课")
    with transaction():
        db.session.add(Prerequisite(version_id=made.version, course_id=course.course))
    return made


def finish(person_id, course):
    watch_through(person_id, course)
    read_through(person_id, course)
    take_quiz(person_id, course, [(1,), (0, 2)])


def test_a_member_reads_what_comes_first_and_cannot_begin_before(app, county, course, later):
    client = client_for(app, county.member)
    page = client.get(f"/courses/{later.course}").text
    assert "请先学完" in page
    assert f'href="/courses/{course.course}"' in page
    assert f'href="/lessons/{later.text}"' not in page
    for answer in (
        client.get(f"/lessons/{later.text}"),
        client.post(f"/lessons/{later.video}/sessions"),
        client.post(f"/courses/{later.course}/quizzes/{later.quiz}/attempts"),
    ):
        assert answer.status_code == 422
        assert "请先学完《消防安全进家门（微课）》" in answer.text
    assert "先学：消防安全进家门（微课）" in client.get("/courses").text
    finish(county.member, course)
    assert "请先学完" not in client.get(f"/courses/{later.course}").text
    assert client.get(f"/lessons/{later.text}").status_code == 200


def test_whoever_began_keeps_the_rules_they_began_with(county, course):
    old = make_course(county, title="没有先修的课")
    with transaction():
        progress.enrol(county.member, old.course, old.version, now=NOW)
        raise_version(old, course)
    begun, new = desk.course_of(county.member, old.course), desk.course_of(county.neighbour, old.course)
    assert (begun.outline.version_id, begun.first) == (old.version, ())
    assert [one.course_id for one in new.first] == [course.course]
    finish(county.member, old)
    assert records.completion(county.member, old.course).version_id == old.version


def raise_version(made, first):
    """Publish a second version of a course, that waits for another."""
    version = CourseVersion(course_id=made.course, number=2, title="第二版", created_at=NOW, created_by_id=1, open_material=True)
    db.session.add(version)
    db.session.flush()
    kept = db.session.get_one(Lesson, made.text)
    db.session.add_all(
        [
            Lesson(version_id=version.id, origin=kept.origin, position=1, kind="text", title=kept.title, text=kept.text),
            Prerequisite(version_id=version.id, course_id=first.course),
            Publication(version_id=version.id, approved_quarters=1, at=NOW, by_id=1),
        ]
    )


def test_a_course_that_is_not_open_holds_nobody_up(county, course, later):
    assert [one.course_id for one in desk.course_of(county.member, later.course).first] == [course.course]
    with transaction():
        db.session.add(Withdrawal(course_id=course.course, reason="更新", at=NOW, by_id=county.reviewer))
    assert desk.course_of(county.member, later.course).first == ()


def test_elective_lessons_are_shown_and_not_asked(app, county, course):
    with transaction():
        db.session.get_one(Lesson, course.text).elective = True
        db.session.get_one(Course, course.course).elective = True
    client = client_for(app, county.member)
    page = client.get(f"/courses/{course.course}").text
    assert "另有选修 1 项" in page
    assert "选修 · 文字" in page
    watch_through(county.member, course)
    take_quiz(county.member, course, [(1,), (0, 2)])
    assert records.completion(county.member, course.course) is not None
    other = make_course(county, title="同一个大讲堂的课")
    with transaction():
        db.session.get_one(Course, other.course).series_id = db.session.get_one(Course, course.course).series_id
    page = client.get("/courses").text
    assert "这一系列必修 1 门，已学完 0 门；选修 1 门" in page
