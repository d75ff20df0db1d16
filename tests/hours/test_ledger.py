"""The ledger: a course is credited once, a correction adds a line, and a year is summed under its own policy."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError

from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from learning.hours import actions, queries, rules
from learning.hours.models import HoursEntry
from learning.hours.rules import Terms
from learning.organization.actions import appoint, dismiss
from learning.organization.models import Organization, Person
from tests.makers import make_course
from tests.people import NOW


@pytest.fixture
def course(county):
    with transaction():
        actions.set_policy(date(2026, 1, 1), now=NOW)
    return make_course(county).course


def credit(county, course, *, quarters=4, kind="online_training", year=2026, person="member"):
    with transaction():
        return actions.credit(getattr(county, person), course, kind, quarters, year=year, actor_id=None, now=NOW)


def correct(county, course, quarters, reason="登记有误"):
    with transaction():
        return actions.correct(county.member, course, quarters, reason, actor_id=county.county_admin, now=NOW + timedelta(days=1)).id


def entries(county, course):
    return [(row.correction, row.quarters, row.reason, row.entered_by_id) for row in queries.entries(county.member, course)]


def test_a_course_is_credited_once_whatever_the_route(county, course):
    assert credit(county, course)
    assert not credit(county, course)
    assert not credit(county, course, quarters=8, kind="home_delivery", year=2027)
    assert entries(county, course) == [(0, 4, "", None)]
    assert queries.year(county.member, 2026).counted == 4


def test_a_correction_adds_a_line_and_changes_none(county, course):
    credit(county, course)
    correct(county, course, -1)
    correct(county, course, -3, "再次核对")
    assert entries(county, course) == [(0, 4, "", None), (1, -1, "登记有误", county.county_admin), (2, -3, "再次核对", county.county_admin)]
    assert queries.year(county.member, 2026).counted == 0


def test_a_correction_falls_into_the_year_and_kind_of_its_credit(county, course):
    credit(county, course, kind="home_delivery", year=2025)
    correct(county, course, -2)
    assert queries.year(county.member, 2026).counted == 0
    rows = {row.kind: row.quarters for row in queries.year(county.member, 2025).rows}
    assert rows["home_delivery"] == 2


def test_after_a_correction_the_course_is_not_credited_anew(county, course):
    credit(county, course)
    correct(county, course, -4)
    assert not credit(county, course)
    assert queries.year(county.member, 2026).counted == 0


def test_what_was_never_credited_cannot_be_corrected(county, course):
    with pytest.raises(Exception, match="No row"):
        correct(county, course, -4)


def test_a_line_is_never_changed_or_taken_out(county, course):
    credit(county, course)
    for change in ({"quarters": 40}, {"year": 2027}):
        with pytest.raises(DatabaseError, match="append-only"), transaction():
            db.session.query(HoursEntry).update(change)
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.query(HoursEntry).delete()
    assert entries(county, course) == [(0, 4, "", None)]


def test_a_kind_nobody_knows_is_refused_by_the_database(county, course):
    with pytest.raises(IntegrityError):
        credit(county, course, kind="idling")


def test_a_year_sums_by_kind_over_courses_and_leaves_other_people_out(county, course):
    others = [make_course(county, title=title).course for title in ("甲课", "乙课")]
    credit(county, course, quarters=1)
    credit(county, others[0], quarters=2)
    credit(county, others[1], quarters=4, kind="collective_study")
    credit(county, course, quarters=40, person="neighbour")
    year = queries.year(county.member, 2026)
    rows = {row.kind: row.quarters for row in year.rows}
    assert (rows["online_training"], rows["collective_study"], year.counted) == (3, 4, 7)


def test_members_need_32_hours_and_branch_secretaries_56(county, course):
    assert rules.hours_text(queries.year(county.member, 2026).required) == "32"
    assert rules.hours_text(queries.year(county.secretary, 2026).required) == "56"
    assert rules.hours_text(queries.year(county.town_admin, 2026).required) == "32"


def test_whoever_led_no_branch_at_the_years_end_needs_what_members_need(county, course):
    with transaction():
        dismiss(db.session.get_one(Person, county.secretary).posts[0], on=date(2026, 6, 1))
        new = db.session.get_one(Person, county.neighbour)
        appoint(new, "branch_secretary", db.session.get_one(Organization, county.bridge), since=date(2026, 12, 31), actor=None, now=NOW)
    assert rules.hours_text(queries.year(county.secretary, 2026).required) == "32"
    assert rules.hours_text(queries.year(county.neighbour, 2026).required) == "56"
    assert queries.year(county.neighbour, 2025).required == 0, "nobody is asked for hours of a year before they belonged"


def test_a_policy_holds_from_its_day_on_and_rewrites_no_year_before(county, course):
    credit(county, course, quarters=4, year=2026)
    with transaction():
        assert actions.set_policy(date(2027, 1, 1), Terms(annual_quarters=160, counted_kinds=("collective_study",), basis="县委组织部 2027 年 1 号"), now=NOW)
    before, after = queries.year(county.member, 2026), queries.year(county.member, 2027)
    assert (rules.hours_text(before.required), before.counted) == ("32", 4)
    assert (rules.hours_text(after.required), after.terms.basis) == ("40", "县委组织部 2027 年 1 号")
    assert queries.policy(date(2026, 12, 31)).annual_quarters == 128
    assert queries.policy(date(2027, 1, 1)).annual_quarters == 160
    assert queries.policy(date(2020, 1, 1)).annual_quarters == 128


def test_a_policy_of_a_day_is_set_once(county, course):
    with transaction():
        assert not actions.set_policy(date(2026, 1, 1), Terms(annual_quarters=4), now=NOW)
    assert queries.policy(date(2026, 5, 1)).annual_quarters == 128


def test_a_county_without_a_policy_is_told_so(county):
    with pytest.raises(Refused, match="学时规则"):
        queries.policy(date(2026, 1, 1))
