"""Roll calls and home deliveries: a later line corrects an earlier one, and a day must be possible."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue import queries as catalogue
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from learning.classes import actions, queries, rules
from learning.classes.models import Attendance, OfflineSession
from learning.organization.models import Organization, Person
from tests.makers import make_course
from tests.people import NOW, TODAY


@pytest.fixture
def session(county):
    course = make_course(county).course
    return hold(county, course)


def hold(county, course, on=TODAY):
    with transaction():
        actor = db.session.get(Person, county.secretary)
        where = db.session.get(Organization, county.willow)
        return actions.hold(
            where, catalogue.current(course), kind="group_viewing", held_on=on, venue="会议室", lecturer="", actor=actor, today=TODAY, now=NOW
        ).id


def call(county, session, **states):
    with transaction():
        actor, row = db.session.get(Person, county.secretary), db.session.get(OfflineSession, session)
        return actions.take_roll(row, {getattr(county, who): (state, "") for who, state in states.items()}, actor=actor, now=NOW)


def test_the_latest_line_is_in_force_and_none_is_erased(county, session):
    assert call(county, session, member="present", activist="absent") == [county.member]
    assert call(county, session, member="absent", activist="present") == [county.activist]
    assert call(county, session, member="present", activist="present") == [county.member]
    assert queries.roll(session)[county.member].line == 3
    assert db.session.query(Attendance).count() == 5
    assert len(queries.history(session)) == 5


def test_only_present_lines_in_force_count_as_attended(county, session):
    course = db.session.get(OfflineSession, session).course_id
    call(county, session, member="present", activist="present")
    call(county, session, activist="leave")
    assert [row.session_id for row in queries.attended(county.member, course)] == [session]
    assert queries.attended(county.activist, course) == []
    assert queries.presents([session]) == {session: 1}
    assert len(queries.lines_of(county.activist, course)) == 2


def test_leaves_tell_only_the_line_in_force(county, session):
    course = db.session.get(OfflineSession, session).course_id
    call(county, session, member="leave", activist="leave")
    call(county, session, member="present")
    assert queries.leaves([county.member, county.activist], [course]) == [(county.activist, TODAY, "")]


@pytest.mark.parametrize("on", [date(2026, 11, 3), date(2024, 12, 31)])
def test_a_day_that_cannot_be_is_refused(county, on):
    course = make_course(county).course
    with pytest.raises(Refused):
        hold(county, course, on)


def test_the_same_session_twice_is_refused(county):
    course = make_course(county).course
    hold(county, course)
    with pytest.raises(Refused, match="已经登记过"):
        hold(county, course)


@given(st.lists(st.sampled_from(["present", "leave", "absent"]), max_size=60))
def test_a_tally_adds_up(states):
    tally = rules.tally(states)
    assert tally.present + tally.leave + tally.absent == tally.expected == len(states)
