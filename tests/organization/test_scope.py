"""Who reaches whom: the subtree of one's posts, and nothing else."""

from datetime import date

import pytest

from courses.kernel.db import db, transaction
from courses.kernel.errors import Missing, Refused
from learning.organization import actions, queries
from learning.organization.models import Organization, Person
from tests.people import NOW, TODAY, County


def test_a_secretary_reaches_their_branch_and_not_the_one_beside_it(app, county: County):
    secretary = db.session.get(Person, county.secretary)
    assert queries.person_for(secretary, "see_people", county.member).name == "张甲"
    with pytest.raises(Missing):
        queries.person_for(secretary, "see_people", county.neighbour)
    with pytest.raises(Missing):
        queries.organization_for(secretary, "see_people", county.town)


def test_a_township_reaches_its_branches_and_not_another_township(app, county: County):
    admin = db.session.get(Person, county.town_admin)
    assert {row.id for row in queries.homes(admin, "see_people")} >= {county.willow, county.bridge}
    with pytest.raises(Missing):
        queries.organization_for(admin, "see_people", county.far)


def test_leaving_office_ends_access_at_once(app, county: County):
    with transaction():
        secretary = db.session.get(Person, county.secretary)
        actions.dismiss(secretary.posts[0], on=TODAY)
    assert not db.session.get(Person, county.secretary).may("see_people")


def test_nobody_appoints_themselves(app, county: County):
    with transaction(), pytest.raises(Refused):
        admin = db.session.get(Person, county.county_admin)
        actions.appoint(admin, "auditor", db.session.get(Organization, county.county), since=TODAY, actor=admin, now=NOW)


def test_a_revision_closes_one_membership_and_opens_the_next(app, county: County):
    with transaction():
        person = db.session.get(Person, county.activist)
        actions.revise(person, person.membership.organization, actions.Belonging(stage="probationary"), on=date(2026, 7, 1), actor=None, now=NOW)
    rows = db.session.get(Person, county.activist).memberships
    assert [(row.stage, row.until) for row in rows] == [("activist", date(2026, 7, 1)), ("probationary", None)]
