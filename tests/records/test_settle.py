"""settle(): the only door to a record. Facts alone decide; calling it twice, late or by a repair changes nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError

from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.kernel.models import Installation
from courses.kernel.settings import Settings
from learning.classes import actions as classes
from learning.classes.models import OfflineSession
from learning.hours import queries as hours
from learning.hours.models import HoursEntry
from learning.organization import actions as organization
from learning.organization.models import Organization, Person
from learning.records import actions, log, queries
from learning.records.models import Certificate, CourseCompletion, LogLeaf
from tests.conftest import settings_in
from tests.makers import make_course
from tests.people import NOW, TODAY
from tests.records.proofs import attend, bring_home, certify, completion, settle, study

EARLIER, YESTERDAY = TODAY - timedelta(days=9), TODAY - timedelta(days=1)


def kinds(person_id, year=2026):
    return {row.kind: row.quarters for row in hours.year(person_id, year).rows if row.quarters}


def counted():
    return tuple(db.session.query(model).count() for model in (CourseCompletion, HoursEntry, Certificate, LogLeaf))


def test_nothing_done_earns_nothing(county, course):
    assert settle(county.member, course) is None
    assert counted() == (0, 0, 0, 0)


def test_study_online_earns_a_record_with_its_evidence(county, course):
    study(county.member, course)
    assert settle(county.member, course)
    row = completion(county.member)
    assert (row.route, row.began_on, row.completed_on, row.entered_by_id) == ("online", TODAY, TODAY, None)
    assert row.evidence == {"lessons": ["t1", "v1"], "quizzes": {str(course.quiz): 100}, "score": 100}
    assert (row.certificate.route, row.certificate.score, row.certificate.quarters) == ("online", 100, 1)
    assert kinds(county.member) == {"online_training": 1}


def test_a_quiz_not_passed_earns_nothing(county, course):
    study(county.member, course, right=False)
    assert settle(county.member, course) is None


def test_a_roll_call_earns_a_record_that_says_who_entered_it(county, course):
    session = attend(county, course, county.old_member, on=YESTERDAY)
    settle(county.old_member, course)
    row = completion(county.old_member)
    assert (row.route, row.completed_on, row.entered_by_id, row.evidence) == ("class", YESTERDAY, county.secretary, {"session": session})
    assert row.certificate.score is None
    assert kinds(county.old_member) == {"collective_study": 1}


def test_a_home_delivery_earns_a_record(county, course):
    bring_home(county, course, county.old_member, on=YESTERDAY)
    settle(county.old_member, course)
    row = completion(county.old_member)
    assert (row.route, row.completed_on, row.entered_by_id) == ("home", YESTERDAY, county.secretary)
    assert kinds(county.old_member) == {"home_delivery": 1}


@pytest.mark.parametrize("state", ["absent", "leave"])
def test_whoever_was_not_there_earns_nothing(county, course, state):
    attend(county, course, county.member, state=state)
    assert settle(county.member, course) is None


def test_a_line_corrected_before_anyone_settled_counts_as_corrected(county, course):
    session = attend(county, course, county.member)
    with transaction():
        row, actor = db.session.get_one(OfflineSession, session), db.session.get_one(Person, county.secretary)
        classes.take_roll(row, {county.member: ("absent", "")}, actor=actor, now=NOW + timedelta(minutes=1))
    assert settle(county.member, course) is None


def test_with_several_routes_the_earliest_day_wins_and_hours_count_once(county, course):
    study(county.member, course)
    bring_home(county, course, county.member, on=YESTERDAY, entered=NOW + timedelta(minutes=30))
    attend(county, course, county.member, on=EARLIER, entered=NOW + timedelta(minutes=40))
    settle(county.member, course)
    assert (completion(county.member).route, completion(county.member).completed_on) == ("class", EARLIER)
    assert kinds(county.member) == {"collective_study": 1}


def test_on_the_same_day_what_was_entered_first_wins(county, course):
    bring_home(county, course, county.member, entered=NOW + timedelta(minutes=1))
    attend(county, course, county.member, entered=NOW + timedelta(minutes=2))
    settle(county.member, course)
    assert completion(county.member).route == "home"


def test_the_record_is_dated_by_the_countys_calendar_not_by_greenwich(county, course):
    study(county.member, course, start=NOW.replace(hour=15, minute=55))  # 23:55 in Shanghai
    settle(county.member, course)
    assert (completion(county.member).began_on, completion(county.member).completed_on) == (TODAY, TODAY + timedelta(days=1))


def test_hours_fall_into_the_year_of_study_not_of_entry(county, course):
    attend(county, course, county.member, on=date(2025, 12, 31))
    settle(county.member, course)
    assert (kinds(county.member, 2025), kinds(county.member, 2026)) == ({"collective_study": 1}, {})
    assert queries.certificate_of(county.member, course.course).number.startswith("QC0101-2025-")


def test_settling_twice_or_late_is_settling_once(county, course):
    study(county.member, course)
    made = settle(county.member, course)
    attend(county, course, county.member, on=EARLIER)
    for later in (1, 400):
        assert settle(county.member, course, now=NOW + timedelta(days=later)) is None
    assert (completion(county.member).id, completion(county.member).route) == (made, "online")
    assert counted() == (1, 1, 1, 1)


def test_a_late_repair_gives_what_the_facts_had_earned(county, course):
    study(county.member, course)
    settle(county.member, course, now=NOW + timedelta(days=300))
    row = completion(county.member)
    assert (row.completed_on, row.at) == (TODAY, NOW + timedelta(days=300))


def test_what_stands_is_not_taken_away_by_a_line_corrected_later(county, course):
    session = attend(county, course, county.member)
    settle(county.member, course)
    with transaction():
        row, actor = db.session.get_one(OfflineSession, session), db.session.get_one(Person, county.secretary)
        classes.take_roll(row, {county.member: ("absent", "")}, actor=actor, now=NOW + timedelta(days=1))
    settle(county.member, course, now=NOW + timedelta(days=1))
    assert queries.state_of(completion(county.member).certificate) == "valid"


def test_each_course_and_person_has_a_record_of_its_own(county, course):
    other = make_course(county, title="另一门课")
    for person_id in (county.member, county.secretary):
        for made in (course, other):
            if person_id == county.member:
                attend(county, made, person_id)
            else:
                study(person_id, made)
            settle(person_id, made)
    assert counted() == (4, 4, 4, 4)
    numbers = [row.number for row in db.session.query(Certificate).order_by(Certificate.id)]
    assert len(set(numbers)) == 4


def test_a_real_county_without_an_address_gets_its_certificates_once_it_has_one(app, county, course, tmp_path):
    app.extensions["settings"] = without = settings_in(tmp_path, PUBLIC_URL="")
    assert isinstance(without, Settings)
    with transaction():
        db.session.add(Installation(id=1, kind="real", created_at=NOW))
    study(county.member, course)
    settle(county.member, course)
    assert counted() == (1, 1, 0, 0)
    app.extensions["settings"] = settings_in(tmp_path, PUBLIC_URL="https://dx.example.cn")
    settle(county.member, course, now=NOW + timedelta(days=2))
    assert counted() == (1, 1, 1, 1)
    assert completion(county.member).certificate.issued_at == NOW + timedelta(days=2)


def test_a_certificate_is_a_snapshot(county, course):
    row = certify(county, course)
    with transaction():
        organization.rename(db.session.get_one(Person, county.member), "张改名")
        db.session.get_one(Organization, county.willow).name = "改名党支部"
    db.session.expire_all()
    assert (row.person_name, row.organization_name) == ("张甲", "样例镇党委柳荫村党支部")
    assert row.issuer_name == "样例镇党委"
    assert log.verify().fault == ""


def test_a_revocation_takes_the_hours_away_and_nothing_else(county, course):
    row = certify(county, course)
    with transaction():
        actions.revoke(db.session.get_one(Certificate, row.id), " 登记有误 ", actor=db.session.get_one(Person, county.county_admin), now=NOW)
    assert queries.state_of(row) == "revoked"
    assert row.revocation.reason == "登记有误"
    assert kinds(county.member) == {}
    assert [entry.quarters for entry in hours.entries(county.member, course.course)] == [1, -1]
    assert counted() == (1, 2, 1, 2)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_revocation_says_why(county, course, reason):
    row = certify(county, course)
    with pytest.raises(Refused, match="原因"), transaction():
        actions.revoke(db.session.get_one(Certificate, row.id), reason, actor=db.session.get_one(Person, county.county_admin), now=NOW)
    assert queries.state_of(row) == "valid"


def revoke(row, actor_id):
    with transaction():
        actions.revoke(db.session.get_one(Certificate, row.id), "登记有误", actor=db.session.get_one(Person, actor_id), now=NOW)


def test_nobody_revokes_their_own(county, course):
    with pytest.raises(Refused, match="自己的"):
        revoke(certify(county, course), county.member)


def test_a_certificate_is_revoked_once(county, course):
    row = certify(county, course)
    revoke(row, county.county_admin)
    with pytest.raises(Refused, match="已经撤销"):
        revoke(row, county.county_admin)
    assert [entry.quarters for entry in hours.entries(county.member, course.course)] == [1, -1]


def test_a_correction_says_how_it_should_read_and_changes_nothing(county, course):
    row = certify(county, course)
    for value in ("张佳", "张嘉"):
        with transaction():
            actor = db.session.get_one(Person, county.county_admin)
            actions.correct(db.session.get_one(Certificate, row.id), "person_name", value, "同音字", actor=actor, now=NOW)
    assert (row.person_name, queries.reads(row, "person_name"), queries.state_of(row)) == ("张甲", "张嘉", "corrected")
    assert queries.reads(row, "organization_name") == "样例镇党委柳荫村党支部"


@pytest.mark.parametrize(("field", "value"), [("quarters", "400"), ("number", "X"), ("person_name", " ")])
def test_only_names_are_corrected(county, course, field, value):
    row = certify(county, course)
    with pytest.raises(Refused), transaction():
        actor = db.session.get_one(Person, county.county_admin)
        actions.correct(db.session.get_one(Certificate, row.id), field, value, "想改", actor=actor, now=NOW)


def test_a_second_completion_is_refused_by_the_database_itself(county, course):
    certify(county, course)
    with pytest.raises((IntegrityError, DatabaseError)), transaction() as session:
        session.add(CourseCompletion(
            person_id=county.member, course_id=course.course, version_id=course.version, route="home",
            began_on=TODAY, completed_on=TODAY, at=NOW, entered_by_id=None, evidence={},
        ))  # fmt: skip
    assert counted()[0] == 1
