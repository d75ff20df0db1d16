"""Notes 请核对: what is odd is kept for a conversation; the person, the county's administrator and the auditor read it, and nobody else."""

from datetime import timedelta

import pytest

from courses.kernel.db import db, transaction
from learning.progress import note_rules
from learning.progress.actions import Report
from learning.progress.models import StudyNote
from learning.progress.note_actions import note
from learning.study import actions
from learning.study import queries as desk
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW, TODAY
from tests.study.test_journey import COUNTY


@pytest.fixture
def course(county):
    return make_course(county, seconds=3600)


def claim_an_hour_at_once(person_id, course, after=timedelta(seconds=10)):
    with transaction():
        outline, lesson = desk.lesson_for(person_id, course.video)
        session = actions.open_session(person_id, outline, lesson, county=COUNTY, now=NOW)
        return actions.watch(session, Report(((0, 3600),), 0, 1), county=COUNTY, now=NOW + after)


def test_an_hour_claimed_after_ten_seconds_is_noted_with_positions_and_changes_nothing_else(county, course):
    outcome = claim_an_hour_at_once(county.member, course)
    assert (outcome.covered_seconds, outcome.waiting_seconds) == (20, 3580)
    (row,) = db.session.query(StudyNote)
    assert (row.kind, row.evidence) == ("ahead", {"seconds": 3580, "spans": [[20, 3600]]})
    assert row.since == TODAY


def test_a_day_offline_reported_late_is_not_odd(county, course):
    claim_an_hour_at_once(county.member, course, after=timedelta(hours=9))
    assert db.session.query(StudyNote).count() == 0


def test_the_strongest_of_a_kind_stands(county, course):
    with transaction():
        for sessions in (35, 60, 40):
            note(county.member, course.course, note_rules.of_opening(sessions), today=TODAY)
    (row,) = db.session.query(StudyNote)
    assert row.evidence == {"sessions": 60}


@pytest.mark.parametrize(("questions", "seconds", "odd"), [(10, 19, True), (10, 20, False), (4, 1, False)])
def test_a_paper_passed_faster_than_it_can_be_read_is_odd(questions, seconds, odd):
    assert bool(note_rules.of_paper(questions, seconds)) is odd


def test_crumbs_are_odd_and_their_evidence_is_short():
    (odd,) = note_rules.of_claims([(second, second + 1) for second in range(0, 1000, 2)], room=500)
    assert (odd.kind, odd.evidence["pieces"], len(odd.evidence["spans"])) == ("pieces", 500, 20)


def test_only_the_person_the_county_and_the_auditor_read_a_note(app, county, course):
    claim_an_hour_at_once(county.member, course)
    for who, status, told in (
        ("county_admin", 200, True),
        ("auditor", 200, True),
        ("secretary", 403, False),
        ("town_admin", 403, False),
        ("member", 403, False),
    ):
        page = client_for(app, getattr(county, who)).get("/notes")
        assert (page.status_code, "张甲" in page.get_data(as_text=True)) == (status, told), who
    own, other = (client_for(app, person).get("/record/notes").get_data(as_text=True) for person in (county.member, county.neighbour))
    assert "多出约 59 分钟，位置 0:20–1:00:00" in own
    assert "多出" not in other
    for page in (own, client_for(app, county.auditor).get("/notes").get_data(as_text=True)):
        assert "10:00" not in page and "02:00" not in page, "never the hour of the day"
