"""Whatever happens in whatever order, the stored counts say what the facts say."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DatabaseError

from courses.catalogue import queries as catalogue
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from learning.classes import actions as classes
from learning.classes.models import OfflineSession
from learning.goals import actions, home_queries, queries
from learning.goals.models import Campaign, Count, Trained
from learning.goals.terms_rules import Terms
from learning.hours import actions as hours
from learning.organization.actions import Belonging, appoint, close, dismiss, revise
from learning.organization.models import Organization, Person
from learning.organization.queries import members_on
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


def ask(campaign_id, terms, *, now=NOW):
    """A new version of what the campaign asks; everyone is counted anew."""
    with transaction():
        actions.set_terms(db.session.get(Campaign, campaign_id), terms, reason="工作需要", actor_id=None, now=now)
        actions.recount_all(now=now, today=TODAY)


def hold(where, course_id, class_id, states, *, by, now):
    """A session of a class with its roll, or another roll of the same session."""
    with transaction():
        branch, actor = db.session.get(Organization, where), db.session.get(Person, by)
        found = db.session.scalars(select(OfflineSession).where(OfflineSession.organization_id == where, OfflineSession.course_id == course_id)).first()
        values = {"kind": "lecture", "held_on": TODAY, "venue": "礼堂", "lecturer": "", "class_id": class_id}
        session = found or classes.hold(branch, catalogue.current(course_id), **values, actor=actor, today=TODAY, now=now)
        for person in classes.take_roll(session, states, actor=actor, now=now):
            records.settle(person, course_id, now=now, zone=ZONE)
        actions.count_people(states, now=now, today=TODAY)


def post(person_id, role, organization_id, *, now):
    """Give a post, or take it away from whoever holds it."""
    with transaction():
        person, where = db.session.get(Person, person_id), db.session.get(Organization, organization_id)
        held = [one for one in person.posts if one.role == role]
        for one in held:
            dismiss(one, on=TODAY)
        if not held:
            appoint(person, role, where, since=TODAY, actor=None, now=now)
        actions.count(person_id, now=now, today=TODAY)


def merge(source, target):
    """One branch joins another: everyone belongs to that one, and it is closed."""
    with transaction():
        for row in members_on(source, TODAY):
            revise(row.person, db.session.get(Organization, target), Belonging(row.stage, row.expectation), on=TODAY, actor=None, now=NOW)
        close(db.session.get(Organization, source), on=TODAY)
        actions.recount([source, target], now=NOW, today=TODAY)


def from_facts(campaign_id):
    """The standing with every stored decision and count thrown away and made anew."""
    with transaction() as session:
        session.execute(delete(Trained))
        session.execute(delete(Count))
        actions.recount_all(now=NOW, today=TODAY)
    return [row.counts for row in queries.standing(campaign_id)]


def some_terms(chance, county, courses, class_id):
    """What a county might come to ask."""
    scope = {
        "stages": tuple(chance.sample(["activist", "probationary", "full"], chance.choice([1, 2, 3]))),
        "organization_ids": chance.choice([(), (), (county.town,), (county.willow, county.far)]),
        "roles": chance.choice([(), (), ("branch_clerk",)]),
    }
    means = chance.choice(["all", "any", "hours", "class"])
    named = tuple(chance.sample(courses, chance.choice([1, 2]))) if means in {"all", "any"} else ()
    hours_of = {"quarters": chance.choice([1, 2]), "kinds": ("home_delivery", "collective_study")} if means == "hours" else {}
    return Terms(means=means, course_ids=named, class_id=class_id if means == "class" else None, **hours_of, **scope)


@pytest.mark.parametrize("seed", range(5))
def test_stored_standing_equals_a_recount_from_facts_after_any_sequence(county, courses, campaign, seed):
    chance = random.Random(seed)
    people = [county.member, county.old_member, county.activist, county.neighbour, county.secretary, county.trainer]
    places, done = [county.willow, county.bridge, county.far], set()
    with transaction():
        span = {"title": "轮训", "audience": "党员", "venue": "礼堂", "since": TODAY, "until": TODAY, "trainers": "", "plan": "", "summary": ""}
        class_id = classes.open_class(db.session.get(Organization, county.town), span, actor=db.session.get(Person, county.town_admin), now=NOW).id
    for step in range(36):
        who, course, now = chance.choice(people), chance.choice(courses), NOW + timedelta(minutes=step)
        act = chance.choice(["bring", "bring", "bring", "take back", "roll", "roll", "move", "move", "move", "ask", "post"])
        if act == "bring" and (who, course) not in done:
            bring(who, course, TODAY - timedelta(days=chance.randrange(60)), by=county.town_admin, now=now)
            done.add((who, course))
        elif act == "take back":
            certificate = record_queries.certificate_of(who, course)
            if certificate is not None and certificate.revocation is None:
                take_back(who, course, by=county.county_admin)
        elif act == "roll":
            states = {one: chance.choice([("present", ""), ("present", ""), ("leave", "请假")]) for one in chance.sample(people, 3)}
            hold(chance.choice(places), course, class_id, states, by=county.county_admin, now=now)
        elif act == "move":
            stage, expectation = chance.choice(["full", "probationary", "activist"]), chance.choice(["required", "required", "encouraged"])
            move(who, chance.choice(places), Belonging(stage=stage, expectation=expectation), on=TODAY)
        elif act == "ask":
            ask(campaign, some_terms(chance, county, courses, class_id), now=now)
        elif act == "post":
            post(who, "branch_clerk", county.willow, now=now)
        if step == 20:
            merge(county.far, county.bridge)
            places.remove(county.far)
        assert [row.counts for row in queries.standing(campaign)] == [row.counts for row in queries.standing(campaign, as_of=TODAY)], (seed, step, act)
    before = [row.counts for row in queries.standing(campaign)]
    assert all(row.trained <= row.in_scope and row.encouraged_trained <= row.encouraged and row.others_trained <= row.others for row in before)
    assert from_facts(campaign) == before


def test_people_are_counted_and_never_attendances(county, courses, campaign):
    """One person at many sessions, at home and online, is one of one."""
    with transaction():
        span = {"title": "轮训", "audience": "党员", "venue": "礼堂", "since": TODAY, "until": TODAY, "trainers": "", "plan": "", "summary": ""}
        class_id = classes.open_class(db.session.get(Organization, county.town), span, actor=db.session.get(Person, county.town_admin), now=NOW).id
    for course in courses:
        hold(county.willow, course, class_id, {county.member: ("present", "")}, by=county.county_admin, now=NOW)
        bring(county.member, course, by=county.secretary)
    assert counts(campaign, county.county).trained == 1
    ask(campaign, Terms(means="class", class_id=class_id))
    assert counts(campaign, county.county).trained == 1
    assert from_facts(campaign)[0].trained == 1


def test_a_roll_that_is_corrected_takes_its_training_back(county, courses, campaign):
    with transaction():
        span = {"title": "轮训", "audience": "党员", "venue": "礼堂", "since": TODAY, "until": TODAY, "trainers": "", "plan": "", "summary": ""}
        class_id = classes.open_class(db.session.get(Organization, county.town), span, actor=db.session.get(Person, county.town_admin), now=NOW).id
    ask(campaign, Terms(means="class", class_id=class_id))
    hold(county.willow, courses[0], class_id, {county.member: ("present", "")}, by=county.county_admin, now=NOW)
    assert counts(campaign, county.willow).trained == 1
    hold(county.willow, courses[0], class_id, {county.member: ("leave", "请假")}, by=county.county_admin, now=NOW)
    assert counts(campaign, county.willow).trained == 0


def test_a_campaign_for_some_organizations_and_posts_counts_those_alone(county, courses, campaign):
    everyone = counts(campaign, county.county).in_scope
    ask(campaign, Terms(course_ids=tuple(courses), organization_ids=(county.willow,)))
    assert counts(campaign, county.county).in_scope == counts(campaign, county.willow).in_scope < everyone
    assert county.bridge not in {row.organization.id for row in queries.standing(campaign)}
    ask(campaign, Terms(course_ids=tuple(courses), roles=("branch_secretary",)))
    mine = counts(campaign, county.willow)
    assert (mine.in_scope, counts(campaign, county.county).in_scope) == (1, 1)
    assert mine.others == 3, "whoever is not asked stands beside the rate"
    bring(county.secretary, courses[0], by=county.town_admin)
    bring(county.secretary, courses[1], by=county.town_admin)
    assert counts(campaign, county.willow).trained == 1


def test_a_change_of_terms_needs_a_reason_and_keeps_the_version_before(county, courses, campaign):
    with pytest.raises(Refused, match="写明原因"), transaction():
        actions.set_terms(db.session.get(Campaign, campaign), Terms(), reason=" ", actor_id=None, now=NOW)
    db.session.rollback()
    ask(campaign, Terms(course_ids=tuple(courses)))
    assert len(db.session.get(Campaign, campaign).versions) == 1, "the same terms are no change"
    ask(campaign, Terms(means="any", course_ids=tuple(courses)))
    row = db.session.get(Campaign, campaign)
    assert [(one.number, one.terms.means, one.reason) for one in row.versions] == [(1, "all", "新建活动"), (2, "any", "工作需要")]
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(text("update campaign_terms set reason = ''"))


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
    ask(campaign, Terms(course_ids=(*courses, more)))
    assert counts(campaign, county.county).trained == 1


def test_a_shorter_list_trains_those_who_meet_it(county, courses, campaign):
    bring(county.member, courses[0], by=county.secretary)
    ask(campaign, Terms(course_ids=(courses[0],)))
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


def at_home(person_id):
    """The figures that a member's home shows of the one campaign."""
    person = db.session.get(Person, person_id)
    [asked] = home_queries.concerning(person, TODAY)
    return home_queries.figures(person.membership.organization, asked)


def test_a_members_home_shows_branch_and_county_but_nothing_of_a_branch_of_two(county, courses, campaign):
    for course in courses:
        bring(county.member, course, by=county.secretary)
    shown = at_home(county.member)
    assert [(row.name, row.in_scope, row.trained, row.target) for row in shown] == [("晴川县委", 8, 1, 10)]  # willow has two in scope
    office = at_home(county.trainer)
    assert [row.name for row in office] == ["镇机关党支部", "晴川县委"]
