"""Whatever happens in whatever order, the stored counts say what the facts say."""

import random
from datetime import date, timedelta

import pytest

from courses.catalogue import queries as catalogue
from courses.kernel.db import db, transaction
from learning.classes import actions as classes
from learning.goals import actions, queries
from learning.goals.models import Campaign, Trained
from learning.hours import actions as hours
from learning.organization.actions import Belonging, revise
from learning.organization.models import Organization, Person
from learning.records import actions as records
from learning.records import queries as record_queries
from tests.makers import make_course
from tests.people import NOW, TODAY

ZONE = "Asia/Shanghai"


@pytest.fixture
def courses(county):
    with transaction():
        hours.set_policy(date(2026, 1, 1), now=NOW)
    return [make_course(county, title=f"必修课{number}").course for number in (1, 2)]


@pytest.fixture
def campaign(county, courses):
    with transaction():
        where = db.session.get(Organization, county.county)
        row = actions.launch("万名党员进党校", where, target=10, since=date(2026, 1, 1), until=date(2026, 12, 31), course_ids=courses, now=NOW)
        actions.recount_all(now=NOW, today=TODAY)
        return row.id


def bring(person_id, course_id, on=TODAY, *, by, now=NOW):
    """Deliver a course at home, with the record and the count it earns."""
    with transaction():
        person, actor = db.session.get(Person, person_id), db.session.get(Person, by)
        where = person.membership.organization
        classes.deliver(person, where, catalogue.current(course_id), delivered_on=on, delivered_by="甲", what="讲解", actor=actor, today=TODAY, now=now)
        records.settle(person_id, course_id, now=now, zone=ZONE)
        actions.count(person_id, now=now, today=TODAY)


def take_back(person_id, course_id, *, by):
    with transaction():
        certificate = record_queries.certificate_of(person_id, course_id)
        records.revoke(certificate, "登记有误", actor=db.session.get(Person, by), now=NOW)
        actions.count(person_id, now=NOW, today=TODAY)


def move(person_id, organization_id, belonging, *, on=TODAY):
    with transaction():
        person = db.session.get(Person, person_id)
        touched = {person.membership.organization_id, organization_id}
        revise(person, db.session.get(Organization, organization_id), belonging, on=on, actor=None, now=NOW)
        actions.recount(touched, now=NOW, today=TODAY)


def counts(campaign_id, organization_id, as_of=None):
    return next(row.counts for row in queries.standing(campaign_id, as_of=as_of) if row.organization.id == organization_id)


@pytest.mark.parametrize("seed", range(6))
def test_stored_standing_equals_facts_after_any_sequence(county, courses, campaign, seed):
    chance = random.Random(seed)
    people = [county.member, county.old_member, county.activist, county.neighbour, county.secretary, county.trainer]
    places = [county.willow, county.bridge, county.far]
    done = set()
    for step in range(40):
        who, course = chance.choice(people), chance.choice(courses)
        act = chance.random()
        if act < 0.5:
            if (who, course) not in done:
                bring(who, course, TODAY - timedelta(days=chance.randrange(60)), by=county.town_admin, now=NOW + timedelta(minutes=step))
                done.add((who, course))
        elif act < 0.6:
            certificate = record_queries.certificate_of(who, course)
            if certificate is not None and certificate.revocation is None:
                take_back(who, course, by=county.county_admin)
        else:
            stage, expectation = chance.choice(["full", "probationary", "activist"]), chance.choice(["required", "required", "encouraged"])
            move(who, chance.choice(places), Belonging(stage=stage, expectation=expectation), on=TODAY)
        assert [row.counts for row in queries.standing(campaign)] == [row.counts for row in queries.standing(campaign, as_of=TODAY)]
    before = [row.counts for row in queries.standing(campaign)]
    assert all(row.trained <= row.in_scope for row in before)
    with transaction():
        actions.recount_all(now=NOW, today=TODAY)
    assert [row.counts for row in queries.standing(campaign)] == before


def test_a_person_counts_once_under_the_route_that_came_last_and_not_before_all_is_done(county, courses, campaign):
    bring(county.member, courses[0], by=county.secretary)
    assert counts(campaign, county.willow).trained == 0
    bring(county.member, courses[1], by=county.secretary)
    mine = counts(campaign, county.willow)
    assert (mine.trained, mine.trained_home) == (1, 1)
    assert counts(campaign, county.county).trained == 1


def test_encouraged_people_and_activists_stand_on_neither_side_of_the_rate(county, courses, campaign):
    before = counts(campaign, county.willow)
    for person in (county.old_member, county.activist):
        for course in courses:
            bring(person, course, by=county.secretary)
    after = counts(campaign, county.willow)
    assert (after.in_scope, after.trained) == (before.in_scope, 0)
    assert (after.encouraged_trained, after.others_trained) == (1, 1)


def test_a_transferred_person_counts_where_they_belong_on_the_stated_day(county, courses, campaign):
    for course in courses:
        bring(county.member, course, date(2026, 10, 1), by=county.secretary)
    move(county.member, county.bridge, Belonging(), on=TODAY)
    assert (counts(campaign, county.willow).trained, counts(campaign, county.bridge).trained) == (0, 1)
    past = date(2026, 10, 15)
    assert (counts(campaign, county.willow, past).trained, counts(campaign, county.bridge, past).trained) == (1, 0)
    assert counts(campaign, county.county, date(2026, 9, 30)).trained == 0


def test_a_revocation_ends_the_training_and_the_count(county, courses, campaign):
    for course in courses:
        bring(county.member, course, by=county.secretary)
    take_back(county.member, courses[0], by=county.county_admin)
    assert counts(campaign, county.county).trained == 0
    row = queries.trained(campaign)[county.member]
    assert row.ended_at == NOW
    assert queries.progress_of(campaign, [county.member])[county.member].done == 1


def test_a_longer_list_of_courses_takes_no_training_away(county, courses, campaign):
    for course in courses:
        bring(county.member, course, by=county.secretary)
    more = make_course(county, title="新增课").course
    with transaction():
        actions.require(db.session.get(Campaign, campaign), [*courses, more])
        actions.recount_all(now=NOW, today=TODAY)
    assert counts(campaign, county.county).trained == 1


def test_a_shorter_list_trains_those_who_meet_it(county, courses, campaign):
    bring(county.member, courses[0], by=county.secretary)
    with transaction():
        actions.require(db.session.get(Campaign, campaign), courses[:1])
        actions.recount_all(now=NOW, today=TODAY)
    assert counts(campaign, county.county).trained == 1


def test_a_campaign_that_is_over_stands_as_on_its_last_day(county, courses, campaign):
    bring(county.member, courses[0], date(2026, 10, 1), by=county.secretary)
    with transaction():
        db.session.get(Campaign, campaign).until = date(2026, 10, 20)
    bring(county.member, courses[1], date(2026, 10, 19), by=county.secretary)  # entered late, of a day within the campaign
    for course in courses:
        bring(county.secretary, course, date(2026, 10, 25), by=county.town_admin)  # too late
    move(county.member, county.bridge, Belonging(), on=TODAY)
    assert counts(campaign, county.county).trained == 1
    assert counts(campaign, county.willow).trained == 1
    assert db.session.query(Trained).count() == 1


def test_shares_in_proportion_add_up_at_every_level(county, courses, campaign):
    with transaction():
        actions.share_out(db.session.get(Campaign, campaign), as_of=TODAY)
    rows = {row.organization.id: row for row in queries.standing(campaign)}
    assert rows[county.county].share == 10
    assert rows[county.town].share + rows[county.other_town].share == 10
    below = [row.share for row in rows.values() if row.organization.parent_id == county.town]
    assert sum(below) == rows[county.town].share


def test_a_members_home_shows_branch_and_county_but_nothing_of_a_branch_of_two(county, courses, campaign):
    for course in courses:
        bring(county.member, course, by=county.secretary)
    shown = queries.figures(db.session.get(Person, county.member), campaign)
    assert [(row.name, row.in_scope, row.trained, row.target) for row in shown] == [("晴川县委", 8, 1, 10)]  # willow has two in scope
    office = queries.figures(db.session.get(Person, county.trainer), campaign)
    assert [row.name for row in office] == ["镇机关党支部", "晴川县委"]
