"""What forged requests gain: nothing without an open session, and at most ten seconds five seconds after opening one."""

from datetime import date, timedelta

import pytest
import time_machine

from courses.kernel import clock
from courses.kernel.db import db, transaction
from learning.hours import actions as hours
from learning.progress.models import Coverage, LessonCompletion
from tests.clients import client_for
from tests.makers import make_course
from tests.people import NOW


@pytest.fixture
def course(county):
    with transaction():
        hours.set_policy(date(2026, 1, 1), now=NOW)
    return make_course(county, seconds=600)


@pytest.fixture
def member(app, county):
    with time_machine.travel(clock.now(), tick=False):
        yield client_for(app, county.member)


def opened(client, course):
    return client.post(f"/lessons/{course.video}/sessions", json={}).get_json()["session"]


def claim(client, session, spans, sequence=1, **more):
    return client.post(f"/sessions/{session}/reports", json={"spans": spans, "position": 0, "sequence": sequence, **more})


def covered():
    db.session.rollback()
    return sum(row.covered_seconds for row in db.session.query(Coverage))


def test_without_an_open_session_nothing_is_credited(member, course):
    assert claim(member, 1, [[0, 600]]).status_code == 404
    assert covered() == 0


def test_five_seconds_after_opening_at_most_ten_seconds_are_credited_whatever_is_said(app, county, course):
    start = clock.now()
    with time_machine.travel(start, tick=False):
        client = client_for(app, county.member)
        sessions = [opened(client, course) for _ in range(6)]
    with time_machine.travel(start + timedelta(seconds=5), tick=False):
        for sequence in range(20):
            for session in sessions:
                claim(client, session, [[0, 600]], sequence, duration=1, progress=100, complete=True, finished=True)
                claim(client, session, [[sequence * 30, sequence * 30 + 30]], sequence)
    assert covered() <= 10
    db.session.rollback()
    assert db.session.query(LessonCompletion).count() == 0


def test_a_quarter_of_the_time_completes_nothing_and_half_of_it_does(app, county, course):
    start = clock.now()
    with time_machine.travel(start, tick=False):
        client = client_for(app, county.member)
        session = opened(client, course)
    with time_machine.travel(start + timedelta(seconds=150), tick=False):
        assert claim(client, session, [[0, 600]]).get_json()["finished"] is False
    with time_machine.travel(start + timedelta(seconds=300), tick=False):
        assert claim(client, session, [], 2).get_json() == {"covered": 600, "waiting": 0, "finished": True, "open": True}


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"spans": "all"},
        {"spans": [[0, "x"]], "position": 0, "sequence": 1},
        {"spans": [[0, 1e308]], "position": 0, "sequence": 1},
        {"spans": [[0, 10]], "position": -1, "sequence": 1},
        {"spans": [[0, 10]], "position": True, "sequence": 1},
        {"spans": [[0, 10]], "position": 0},
    ],
)
def test_a_malformed_report_is_refused_in_plain_words(member, course, body):
    answer = member.post(f"/sessions/{opened(member, course)}/reports", json=body, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert "请" in answer.get_json()["error"]


def test_another_persons_session_takes_no_report(app, county, course, member):
    session = opened(member, course)
    assert claim(client_for(app, county.neighbour), session, [[0, 10]]).status_code == 404


def test_a_stranger_is_told_to_sign_in(app, course):
    answer = app.test_client().post(f"/lessons/{course.video}/sessions", json={})
    assert (answer.status_code, answer.get_json()["signed_out"]) == (401, True)


def test_a_text_is_not_finished_sooner_than_its_length_allows(app, county, course):
    start = clock.now()
    with time_machine.travel(start, tick=False):
        client = client_for(app, county.member)
        client.post(f"/lessons/{course.text}/reading")
        client.post(f"/lessons/{course.text}/reading")
    db.session.rollback()
    assert db.session.query(LessonCompletion).count() == 0


def test_a_lecture_is_not_read_through_and_a_text_is_not_played(member, course):
    assert member.post(f"/lessons/{course.video}/reading").status_code == 404
    assert member.post(f"/lessons/{course.text}/sessions", json={}).status_code == 404
    db.session.rollback()
    assert db.session.query(LessonCompletion).count() == 0
