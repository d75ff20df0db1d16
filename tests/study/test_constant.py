"""Home and a course's page ask the database a fixed number of questions, however many people, courses and old versions there are."""

import pytest
from flask import Flask

from bench import county as bench
from bench.site import questions_asked
from courses.catalogue.models import CourseVersion, Lesson, Publication, Withdrawal
from courses.kernel.db import db, transaction
from learning.progress.models import Enrolment
from tests.clients import client_for

ME = 2
MOST = {"/": 24, "/courses": 13, "/courses/3": 13}  # statements, the recognising of who asks included


def asked(app: Flask, path: str) -> int:
    """How many statements the page takes once the process has seen the courses."""
    client = client_for(app, ME)
    client.get(path)
    db.session.remove()
    with questions_asked() as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def more_versions_begun(courses: int) -> None:
    """A second version of each course is published; the person goes on in the first."""
    with transaction():
        for number in range(1, courses + 1):
            db.session.add(Enrolment(person_id=ME, course_id=number, version_id=number, since=bench.THEN))
            version = CourseVersion(
                id=1000 + number, course_id=number, number=2, title=f"第二版 {number}", open_material=True, created_at=bench.THEN, created_by_id=1
            )
            db.session.add(version)
            db.session.flush()
            db.session.add(Lesson(id=1000 + number, version_id=version.id, origin="l2", position=1, kind="text", title="读一读", text="学习。" * 30))
            db.session.add(Publication(version_id=version.id, approved_quarters=1, at=bench.THEN, by_id=1))


@pytest.mark.parametrize(("path", "most"), MOST.items())
def test_a_page_takes_as_many_statements_for_many_as_for_few(app, path, most):
    bench.build(app, people=8, courses=4, studied=0)
    few = asked(app, path)
    more_versions_begun(4)
    with_old_versions = asked(app, path)
    assert few == with_old_versions <= most


@pytest.mark.parametrize("path", ["/", "/courses", "/courses/3"])
def test_more_people_and_courses_ask_no_more(app, path):
    bench.build(app, people=400, courses=60, studied=5)
    assert asked(app, path) <= MOST[path]


def test_a_published_outline_is_made_once_and_a_withdrawn_course_is_gone_at_once(app):
    bench.build(app, people=8, courses=4, studied=0)
    client = client_for(app, ME)
    assert "消防安全进家门 3" in client.get("/courses").text
    with transaction():
        db.session.add(Withdrawal(course_id=3, reason="有误", at=bench.THEN, by_id=1))
    assert "消防安全进家门 3" not in client.get("/courses").text
    assert client.get("/courses/3").status_code == 404
