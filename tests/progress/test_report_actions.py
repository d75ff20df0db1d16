"""The short way of a usual report leaves the same rows as the long way that takes every report."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from courses.kernel.brief import briefly
from courses.kernel.db import db, transaction
from learning.accounts import actions as accounts
from learning.accounts.models import Account, SignedIn
from learning.accounts.sealing import token_hash
from learning.organization.models import Person
from learning.progress import actions
from learning.progress.actions import Limits, Report
from learning.progress.models import Allowance, Coverage, LessonCompletion, StudySession
from learning.progress.report_actions import Told
from learning.study.actions import County, Heard, hear, hear_usual
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


def said(heard):
    return heard.covered, heard.waiting, heard.is_open


def usual(driver, told):
    return hear_usual(driver, told, county=COUNTY)


def told_by(person, session_id, report, now, *, name=None):
    """A report as it comes from the person's phone."""
    return Told(token_hash(f"phone-{person}"), session_id, name, report, now)


def in_the_short_way(person, session_id, report, now):
    """The short way, and the whole one where the short one gives up."""
    heard = briefly(usual, told_by(person, session_id, report, now))
    if heard is None:
        with transaction():
            heard = hear(person, session_id, report, county=COUNTY, now=now)
    return said(heard)


def sign_in(person):
    accounts.start_session(person, token=f"phone-{person}", device="安卓手机", days=30, now=NOW)


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
        for row in made:
            sign_in(row.id)
        return [row.id for row in made]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(trace=TRACES)
def test_any_trace_leaves_the_same_rows_in_either_way(course, trace):
    one, other = two_people()
    assert played(one, course, trace, in_the_long_way) == played(other, course, trace, in_the_short_way)
    assert rows(one) == rows(other)


@pytest.fixture
def session(county, course):
    """A session of the member's in which the phone has reported once, so that all rows stand."""
    made = opened(county.member, course.video, NOW)
    with transaction():
        sign_in(county.member)
        sign_in(county.neighbour)
    in_the_short_way(county.member, made, Report(((0, 10),), 10, 1), NOW + timedelta(seconds=10))
    return made


LATER = NOW + timedelta(seconds=20)
NEXT = Report(((10, 20),), 20, 2)


def test_a_usual_report_is_taken_in_the_short_way(county, session):
    heard = briefly(usual, told_by(county.member, session, NEXT, LATER, name=str(county.member)))
    assert heard == Heard(20, 0, finished=False, is_open=True)
    db.session.rollback()
    assert db.session.get_one(StudySession, session).sequence == 2


def test_it_needs_no_session_of_the_orm(county, session):
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    assert briefly(usual, told_by(county.member, session, NEXT, LATER))
    event.remove(db.engine, "before_cursor_execute", note)
    assert seen == []


def signed_out(person):
    db.session.scalars(select(SignedIn).where(SignedIn.person_id == person)).one().ended_at = NOW


def run_out(person):
    db.session.scalars(select(SignedIn).where(SignedIn.person_id == person)).one().until = NOW


def given_a_temporary_password(person):
    account = db.session.scalar(select(Account).where(Account.person_id == person)) or Account(person_id=person, created_at=NOW)
    account.must_change = True
    db.session.add(account)


@pytest.mark.parametrize("change", [signed_out, run_out, given_a_temporary_password])
def test_a_device_that_may_not_is_not_heard_and_leaves_nothing(county, session, change):
    with transaction():
        change(county.member)
    before = rows(county.member)
    assert briefly(usual, told_by(county.member, session, NEXT, LATER)) is None
    assert rows(county.member) == before


def test_another_persons_session_or_name_is_not_for_the_short_way(county, session):
    before = rows(county.member)
    assert briefly(usual, told_by(county.neighbour, session, NEXT, LATER)) is None
    assert briefly(usual, told_by(county.member, session, NEXT, LATER, name=county.neighbour)) is None
    assert briefly(usual, Told(token_hash("nobody's"), session, None, NEXT, LATER)) is None
    assert rows(county.member) == before


def test_of_two_by_one_person_in_one_commit_the_second_goes_the_whole_way(app, county, session):
    def both(driver, items):
        return [usual(driver, [*items, told_by(county.member, session, Report(((20, 25),), 25, 3), LATER)])]

    first, second = briefly(both, told_by(county.member, session, NEXT, LATER))
    assert (first.covered, second) == (20, None)
