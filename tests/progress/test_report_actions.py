"""The short way of a usual report leaves the same rows as the long way that takes every report."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from courses.kernel.db import db, transaction
from courses.kernel.errors import Missing
from learning.organization.models import Person
from learning.progress import actions
from learning.progress.actions import Limits, Report
from learning.progress.models import Allowance, Coverage, LessonCompletion, StudySession
from learning.progress.report_actions import extend_plainly
from learning.study.actions import County, hear
from tests.makers import make_course
from tests.people import NOW

COUNTY = County(Limits(speed=2.0, threshold=0.9, reading_rate=800), "Asia/Shanghai")
SPANS = st.lists(st.tuples(st.integers(0, 110), st.integers(1, 40)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=4)
REPORT = st.builds(Report, SPANS.map(tuple), st.integers(0, 120), st.integers(0, 8), st.booleans(), st.integers(0, 30))
# What the person does, one thing after another: so many seconds later, a report of one of their sessions, or another session opened.
TRACES = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 2), REPORT | st.none()), min_size=1, max_size=12)


@pytest.fixture
def course(county):
    return make_course(county, seconds=100)


def opened(person, lesson, at):
    with transaction():
        return actions.open_session(person, lesson, length_seconds=100, now=at).id


def in_the_long_way(person, session_id, report, now):
    with transaction():
        session = db.session.get_one(StudySession, session_id)
        outcome = actions.extend(session, report, limits=COUNTY.limits, now=now)
        return outcome.covered_seconds, outcome.waiting_seconds, outcome.is_open


def in_the_short_way(person, session_id, report, now):
    with transaction():
        heard = hear(person, session_id, report, county=COUNTY, now=now)
        return heard.covered, heard.waiting, heard.is_open


def rows(person):
    """Everything kept of the person's watching, without ids."""
    db.session.rollback()
    out = []
    for model in (StudySession, Coverage, Allowance, LessonCompletion):
        columns = [column for column in model.__table__.c if column.name not in {"id", "person_id", "evidence"}]
        out += [tuple(row) for row in db.session.execute(select(*columns).where(model.person_id == person).order_by(*model.__table__.primary_key))]
    return out


def played(person, course, trace, report_in):
    at, said = NOW, []
    sessions = [opened(person, course.video, at)]
    for seconds, place, report in trace:
        at += timedelta(seconds=seconds)
        if report is None:
            sessions.append(opened(person, course.video, at))
        else:
            said.append(report_in(person, sessions[place % len(sessions)], report, at))
    return said


def two_people():
    with transaction():
        made = [Person(name="张甲", name_key="zhang jia zj 张甲", created_at=NOW) for _ in range(2)]
        db.session.add_all(made)
        db.session.flush()
        return [row.id for row in made]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trace=TRACES)
def test_any_trace_leaves_the_same_rows_in_either_way(course, trace):
    one, other = two_people()
    assert played(one, course, trace, in_the_long_way) == played(other, course, trace, in_the_short_way)
    assert rows(one) == rows(other)


def test_a_usual_report_takes_four_statements(county, course):
    session = opened(county.member, course.video, NOW)
    in_the_short_way(county.member, session, Report(((0, 10),), 10, 1), NOW + timedelta(seconds=10))
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement.split()[0])

    with transaction():
        event.listen(db.engine, "before_cursor_execute", note)
        heard = hear(county.member, session, Report(((10, 20),), 20, 2), county=COUNTY, now=NOW + timedelta(seconds=20))
        event.remove(db.engine, "before_cursor_execute", note)
    assert (heard.covered, heard.waiting) == (20, 0)
    assert [word for word in seen if word != "BEGIN"] == ["SELECT", "UPDATE", "UPDATE", "UPDATE"]


def test_a_report_to_anothers_session_finds_nothing(county, course):
    session = opened(county.member, course.video, NOW)
    in_the_short_way(county.member, session, Report(((0, 10),), 10, 1), NOW + timedelta(seconds=10))
    before = rows(county.member)
    with transaction():
        assert extend_plainly(county.neighbour, session, Report(((10, 20),), 20, 2), limits=COUNTY.limits, now=NOW + timedelta(seconds=20)) is None
    with pytest.raises(Missing):
        in_the_short_way(county.neighbour, session, Report(((10, 20),), 20, 2), NOW + timedelta(seconds=20))
    assert rows(county.member) == before
