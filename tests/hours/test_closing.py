"""A closed year stands for ever: whatever is credited, corrected or decided later, its rows equal the ledger of that year, and no quarter is lost."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DatabaseError

from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from learning.hours import actions, queries, rules
from learning.hours.models import ClosedYear, HoursEntry
from learning.hours.rules import Terms
from learning.organization.actions import Belonging, revise
from learning.organization.models import Organization, Person
from tests.makers import make_course
from tests.people import NOW

NEW_YEAR = date(2027, 1, 4)


@pytest.fixture
def courses(county):
    with transaction():
        actions.set_policy(date(2026, 1, 1), Terms(carry_quarters=16), now=NOW)
    return [make_course(county, title=f"课程{number}").course for number in range(4)]


def credit(person_id, course, quarters=4, *, year=2026, kind="online_training"):
    with transaction():
        return actions.credit(person_id, course, kind, quarters, year=year, actor_id=None, now=NOW)


def correct(county, person_id, course, quarters):
    with transaction():
        actions.correct(person_id, course, quarters, "核对后更正", actor_id=county.county_admin, now=NOW)


def close(county, year=2026, today=NEW_YEAR):
    with transaction():
        return actions.close_year(year, "已核对", actor=db.session.get_one(Person, county.county_admin), today=today, now=NOW).id


def issue(county, since, terms):
    with transaction():
        actions.issue_policy(since, terms, "会议决定", actor=db.session.get_one(Person, county.county_admin), now=NOW)


def test_a_closed_year_is_frozen_for_everyone_it_concerns(county, courses):
    credit(county.member, courses[0], 140)
    credit(county.old_member, courses[0], 8)
    close(county)
    year = queries.year(county.member, 2026)
    assert year.is_closed and (year.counted, year.required, year.figures.carried_out) == (140, 128, 12)
    encouraged = queries.year(county.old_member, 2026).figures
    assert (encouraged.counted, encouraged.required, encouraged.carried_out) == (8, 0, 0)
    assert db.session.query(ClosedYear).count() == 10
    assert queries.year(county.member, 2027).figures.carried_in == 12
    assert queries.year(county.member, 2027).figures.remaining == 116


def test_what_comes_late_is_written_into_the_next_year_and_says_so(county, courses):
    close_at = queries.closable(NEW_YEAR)
    assert close_at is None, "a year without hours needs no closing"
    credit(county.member, courses[0], 8)
    close(county)
    assert credit(county.member, courses[1], 4)
    correct(county, county.member, courses[0], -8)
    assert (queries.year(county.member, 2026).counted, queries.year(county.member, 2027).counted) == (8, -4)
    assert [(row.quarters, row.year, row.about_year) for row in queries.later([county.member], 2026)[county.member]] == [(4, 2027, 2026), (-8, 2027, 2026)]
    assert "2026 年已结账" in queries.later([county.member], 2026)[county.member][0].reason
    assert queries.year(county.member, 2027).figures.done == 0, "nobody stands below nothing"


def test_a_new_version_rewrites_no_closed_year(county, courses):
    credit(county.member, courses[0], 140)
    close(county)
    with pytest.raises(Refused, match="2026 年已经结账"):
        issue(county, date(2026, 12, 31), Terms())
    issue(county, date(2027, 1, 1), Terms(annual_quarters=160, counted_kinds=("collective_study",)))
    assert (queries.year(county.member, 2026).counted, queries.year(county.member, 2026).required) == (140, 128)
    assert (queries.year(county.member, 2027).counted, queries.year(county.member, 2027).required) == (0, 160)


def test_years_are_closed_once_in_order_and_only_when_they_are_over(county, courses):
    credit(county.member, courses[0], year=2025)
    credit(county.member, courses[1], year=2026)
    for year, today in ((2026, NEW_YEAR), (2025, date(2025, 12, 31)), (2024, NEW_YEAR)):
        with pytest.raises(Refused, match="不能结账"):
            close(county, year, today)
    close(county, 2025)
    close(county, 2026)
    with pytest.raises(Refused, match="不能结账"):
        close(county, 2026)
    assert [(row.year, people) for row, people in queries.closings()] == [(2026, 10), (2025, 1)]


def test_whoever_left_before_the_years_end_keeps_what_they_earned(county, courses):
    credit(county.neighbour, courses[0], 8)
    with transaction():
        db.session.get_one(Person, county.neighbour).membership.until = date(2026, 6, 1)
    close(county)
    row = db.session.query(ClosedYear).filter_by(person_id=county.neighbour).one()
    assert (row.organization_id, row.counted, row.required) == (None, 8, 0)
    assert not any(one.person.id == county.neighbour for one in queries.people(db.session.get_one(Organization, county.bridge), 2026))


def test_a_person_stands_where_they_belonged_on_the_last_day(county, courses):
    with transaction():
        person = db.session.get_one(Person, county.member)
        revise(person, db.session.get_one(Organization, county.bridge), Belonging(), on=date(2026, 12, 31), actor=None, now=NOW)
    credit(county.member, courses[0])
    close(county)
    willow, bridge = (queries.people(db.session.get_one(Organization, where), 2026) for where in (county.willow, county.bridge))
    assert county.member in {one.person.id for one in bridge} and county.member not in {one.person.id for one in willow}


def test_closings_and_their_rows_are_never_changed(county, courses):
    credit(county.member, courses[0])
    close(county)
    for table in ("closed_year", "year_closing", "hours_policy"):
        for change in (f"update {table} set id = id", f"delete from {table}"):
            with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
                session.connection().exec_driver_sql(change)


def recount(person_id, year, terms, required, carried_in):
    """A year from nothing but the rows of the ledger."""
    totals = Counter()
    for row in db.session.query(HoursEntry).filter_by(person_id=person_id, year=year):
        totals[row.kind] += row.quarters
    return rules.figures(totals, terms, required=required, carried_in=carried_in)


@pytest.mark.parametrize("seed", range(4))
def test_hours_equal_a_recount_of_the_ledger_after_any_sequence(county, courses, seed):
    chance = random.Random(seed)
    people = [county.member, county.old_member, county.secretary, county.neighbour]
    terms, frozen, written, today = Terms(carry_quarters=16), {}, Counter(), date(2026, 11, 2)
    for _step in range(60):
        who, course, act = chance.choice(people), chance.choice(courses), chance.random()
        if act < 0.45:
            amount, year = chance.randrange(1, 80), chance.choice([today.year, today.year - 1])
            if credit(who, course, amount, year=year, kind=chance.choice(list(rules.KINDS))):
                written[who] += amount
        elif act < 0.7 and queries.entries(who, course):
            amount = chance.randrange(-20, 10)
            correct(county, who, course, amount)
            written[who] += amount
        elif act < 0.85:
            changed = replace(terms, annual_quarters=chance.randrange(40, 128), carry_quarters=chance.randrange(0, 40))
            kinds = tuple(sorted(chance.sample(list(rules.KINDS), 3)))
            since = max(today, date((queries.last_closed() or 2020) + 1, 1, 1))
            if not any(row.since == since for row in queries.policies()):
                issue(county, since, replace(changed, counted_kinds=kinds))
        else:
            today = today + timedelta(days=150)
            if (due := queries.closable(today)) is not None:
                close(county, due, today)
                frozen[due] = {person: queries.year(person, due).figures for person in people}
        for person in people:
            for year, kept in frozen.items():
                assert queries.year(person, year).figures == kept[person], "a closed year changed"
            assert written[person] == sum(row.quarters for row in queries.entries_of([person])), "a quarter was lost or made"
    for person in people:
        for year in range(2025, today.year + 1):
            found = queries.year(person, year)
            again = recount(person, year, found.terms, found.required, found.figures.carried_in)
            assert (found.counted, found.figures.carried_out, dict(found.figures.quarters)) == (again.counted, again.carried_out, dict(again.quarters))
    everyone = {one.person.id: one.figures for one in queries.people(db.session.get_one(Organization, county.county), today.year)}
    assert all(everyone[person] == queries.year(person, today.year).figures for person in people), "a ledger and a person's own page say the same"
