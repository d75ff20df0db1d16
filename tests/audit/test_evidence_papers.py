"""A certificate taken back is counted no more, and the entry says who did it and why."""

import pytest

from courses.kernel import clock
from courses.kernel.db import db, transaction
from learning.audit.models import Entry
from learning.goals import actions as goals
from learning.goals import queries as goal_queries
from learning.hours import actions as hours
from learning.hours import queries as hour_queries
from learning.organization.models import Organization
from learning.records import queries as records
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW

TODAY = clock.day_of(clock.now())


@pytest.fixture
def certificate(app, county):
    course = make_course(county).course
    with transaction():
        hours.set_policy(TODAY.replace(month=1, day=1), now=NOW)
        where = db.session.get(Organization, county.county)
        goals.launch("万名党员进党校", where, target=10, since=TODAY.replace(month=1, day=1), until=TODAY, course_ids=[course], now=NOW)
        goals.recount_all(now=NOW, today=TODAY)
    data = {"course_id": course, "kind": "lecture", "held_on": TODAY.isoformat(), "venue": "会议室", "present": [county.member]}
    client_for(app, county.secretary).post(f"/branches/{county.willow}/roll-calls/new", data=data)
    return records.certificate_of(county.member, course).id


def trained():
    return goal_queries.standing(goal_queries.running(TODAY)[0].id)[0].counts.trained


def test_a_revocation_takes_hours_and_count_back_in_the_same_moment(app, county, certificate):
    assert trained() == 1
    answer = client_for(app, county.county_admin).post(f"/certificates/{certificate}/revocation", data={"reason": "点名有误"})
    assert answer.status_code == 302
    assert trained() == 0
    assert hour_queries.year(county.member, TODAY.year).counted == 0
    entry = db.session.query(Entry).filter_by(act="revoke_certificate").one()
    assert (entry.actor_id, entry.about_person_id, entry.organization_id) == (county.county_admin, county.member, county.willow)
    assert "点名有误" in entry.words


def test_a_revocation_needs_a_reason(app, county, certificate):
    client_for(app, county.county_admin).post(f"/certificates/{certificate}/revocation", data={"reason": " "})
    assert trained() == 1


def test_a_correction_changes_no_count_and_says_how_it_read(app, county, certificate):
    data = {"field": "person_name", "value": "张佳", "reason": "同音字"}
    client_for(app, county.county_admin).post(f"/certificates/{certificate}/correction", data=data)
    assert trained() == 1
    assert "“张甲”应为“张佳”" in db.session.query(Entry).filter_by(act="correct_certificate").one().words


def test_a_secretary_or_township_takes_nothing_back(app, county, certificate):
    for who in (county.secretary, county.town_admin, county.auditor, county.member):
        assert client_for(app, who).post(f"/certificates/{certificate}/revocation", data={"reason": "x"}).status_code == 403
    assert trained() == 1
