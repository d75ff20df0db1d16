"""What forged requests gain: nothing without an open session, and at most ten seconds five seconds after opening one. All of it over HTTP."""

import json
from datetime import date, timedelta

import pytest
import time_machine

from courses.catalogue.models import CourseVersion, Lesson, Withdrawal
from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.media.models import Asset
from learning.hours import actions as hours
from learning.progress import rules
from learning.progress.models import Coverage, LessonCompletion, StudySession
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
    return client.post(
        f"/sessions/{session}/reports", json={"spans": spans, "position": 0, "sequence": sequence, **more}, headers={"Accept": "application/json"}
    )


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


def test_one_request_after_a_day_of_silence_completes_nothing(app, county, course):
    start = clock.now()
    with time_machine.travel(start, tick=False):
        session = opened(client_for(app, county.member), course)
    with time_machine.travel(start + timedelta(days=1), tick=False):
        fresh = client_for(app, county.member)
        new = opened(fresh, course)
        assert claim(fresh, new, [[0, 600]]).get_json() == {"covered": 0, "waiting": 600, "finished": False, "open": True}
        assert claim(fresh, session + 1000, [[0, 600]]).status_code == 404


def test_reports_faster_than_time_gain_nothing(app, county, course):
    start = clock.now()
    with time_machine.travel(start, tick=False):
        session = opened(client_for(app, county.member), course)
    for second in range(5, 60, 5):
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            client = client_for(app, county.member)
            for repeat in range(3):
                claim(client, session, [[second * 10, second * 10 + 50]], second * 3 + repeat)
            assert covered() <= second * 2


def test_many_lessons_in_many_sessions_share_one_allowance(app, county, course):
    others = [make_course(county, seconds=600, title=f"第{number}课") for number in range(3)]
    start = clock.now()
    with time_machine.travel(start, tick=False):
        client = client_for(app, county.member)
        sessions = [opened(client, one) for one in (course, *others)]
        sessions += [client.post(f"/lessons/{one.video}/sessions", json={"offline": True}).get_json()["session"] for one in (course, *others)]
    with time_machine.travel(start + timedelta(seconds=30), tick=False):
        for session in sessions:
            claim(client, session, [[0, 600]])
    assert covered() == 60


def test_a_replayed_sequence_changes_neither_credit_nor_position(app, county, course):
    start = clock.now()
    with time_machine.travel(start, tick=False):
        client = client_for(app, county.member)
        session = opened(client, course)
    with time_machine.travel(start + timedelta(seconds=60), tick=False):
        for position in (50, 7, 7, 599):
            claim(client, session, [[0, 50]], 5, position=position)
    db.session.rollback()
    (row,) = db.session.query(Coverage)
    assert (row.covered_seconds, row.position) == (50, 50)


@pytest.mark.parametrize("ago", [366 * 86400, 10**15, -5, "x", None, float("1e308")])
def test_a_clock_that_is_a_year_off_moves_nothing_but_a_position(app, county, course, ago):
    start = clock.now()
    with time_machine.travel(start, tick=False):
        client = client_for(app, county.member)
        session = opened(client, course)
    with time_machine.travel(start + timedelta(seconds=10), tick=False):
        answer = claim(client, session, [[0, 600]], ago=ago, at="2027-11-02T00:00:00Z", now=4e12)
    assert answer.status_code in {200, 422}
    assert covered() in {0, 20}


def test_ten_hours_offline_sent_after_ten_minutes_earn_ten_minutes(app, county, course):
    long = make_course(county, seconds=36000, title="长课")
    start = clock.now()
    with time_machine.travel(start, tick=False):
        client = client_for(app, county.member)
        session = client.post(f"/lessons/{long.video}/sessions", json={"offline": True, "key": "field-0001"}).get_json()["session"]
    with time_machine.travel(start + timedelta(minutes=10), tick=False):
        claim(client, session, [[0, 36000]])
    assert covered() == 1200
    with time_machine.travel(start + timedelta(hours=10), tick=False):  # and honestly after ten hours, though nothing more is reported
        assert client.get("/").status_code == 200
    assert covered() == 36000


@pytest.mark.parametrize("spans", [[[590, 10**6]], [[-100, 10]], [[50, 40]], [[0, 0]], [[599.2, 700.9]]])
def test_spans_beyond_the_recording_backward_or_empty_count_for_nothing(app, county, course, spans):
    start = clock.now()
    with time_machine.travel(start, tick=False):
        client = client_for(app, county.member)
        session = opened(client, course)
    with time_machine.travel(start + timedelta(minutes=30), tick=False):
        assert claim(client, session, spans).status_code == 200
    assert covered() <= 10


@pytest.mark.parametrize("raw", ['{"spans":[[0,NaN]],"position":0,"sequence":1}', '{"spans":[[0,1e999]],"position":0,"sequence":1}', "{", "[[[[", "null"])
def test_what_is_no_number_is_refused(member, course, raw):
    answer = member.post(f"/sessions/{opened(member, course)}/reports", data=raw, content_type="application/json")
    assert answer.status_code == 422


def test_crumbs_without_end_do_not_fill_the_table(app, county):
    long = make_course(county, seconds=18000, title="长课")
    with time_machine.travel(clock.now(), tick=False):
        client = client_for(app, county.member)
        for _ in range(3):
            session = opened(client, long)
            for batch in range(0, 9000, 300):
                claim(client, session, [[2 * second, 2 * second + 1] for second in range(batch, batch + 300)], batch)
    db.session.rollback()
    assert all(len(row.claimed) <= 4 * 400 for row in db.session.query(StudySession))


def test_sessions_without_end_are_refused_in_kind_words(app, county, course):
    with time_machine.travel(clock.now(), tick=False):
        client = client_for(app, county.member)
        with transaction():
            for _ in range(rules.OPENED_A_DAY):
                db.session.add(StudySession(person_id=county.member, lesson_id=course.video, since=clock.now() - timedelta(hours=1), until=clock.now()))
        answer = client.post(f"/lessons/{course.video}/sessions", json={})
    assert (answer.status_code, "不会丢" in answer.get_json()["error"]) == (422, True)


def test_a_lesson_that_is_not_published_or_was_withdrawn_opens_no_session(app, county, course, member):
    with transaction():
        hidden = CourseVersion(course_id=course.course, number=2, title="草稿", created_at=NOW, created_by_id=county.trainer)
        db.session.add(hidden)
        db.session.flush()
        draft = Lesson(version_id=hidden.id, origin="v1", position=1, kind="video", title="新讲座", asset_id=1)
        db.session.add(draft)
        db.session.flush()
        draft_id = draft.id
    assert member.post(f"/lessons/{draft_id}/sessions", json={}).status_code in {404, 422}
    with transaction():
        db.session.add(Withdrawal(course_id=course.course, reason="停用", at=NOW, by_id=county.reviewer))
    assert member.post(f"/lessons/{course.video}/sessions", json={}).status_code == 404
    assert covered() == 0


def test_a_page_left_open_does_not_speak_for_whoever_signed_in_after(app, county, course, member):
    mine = {"spans": [[0, 10]], "position": 10, "sequence": 1, "person": county.member}
    other = client_for(app, county.neighbour)
    assert other.post(f"/lessons/{course.video}/sessions", json={"person": county.member}).status_code == 409
    assert other.post("/sessions/1/reports", json=mine).status_code == 409
    assert other.post(f"/lessons/{course.text}/reading", json={"person": county.member}).status_code == 409
    beacon = member.post(f"/sessions/{opened(member, course)}/reports", data={"report": json.dumps(mine)})
    assert beacon.status_code == 200


def test_asking_twice_for_a_session_opens_one(member, course):
    answers = [member.post(f"/lessons/{course.video}/sessions", json={"key": "page-00000001"}).get_json()["session"] for _ in range(2)]
    assert answers[0] == answers[1]


def test_a_replaced_recording_starts_anew_and_what_was_finished_stays(app, county, course):
    start = clock.now()
    with time_machine.travel(start, tick=False):
        client = client_for(app, county.member)
        session = opened(client, course)
    with time_machine.travel(start + timedelta(seconds=300), tick=False):
        assert claim(client, session, [[0, 600]]).get_json()["finished"] is True
        with transaction():
            row = db.session.get_one(Asset, 1)
            new = Asset(sha256="1" * 64, file_name="b.mp4", bytes=1, state="ready", duration_seconds=900, has_picture=True, folder="media/none",
                        uploaded_by_id=row.uploaded_by_id, uploaded_at=NOW, ready_at=NOW)  # fmt: skip
            db.session.add(new)
            db.session.flush()
            db.session.get_one(Lesson, course.video).asset_id = new.id
        assert claim(client, session, [[0, 600]], 9).get_json()["covered"] == 0
        fresh = opened(client, course)
    with time_machine.travel(start + timedelta(seconds=310), tick=False):
        assert claim(client, fresh, [[0, 900]]).get_json()["covered"] == 20
    db.session.rollback()
    assert db.session.query(LessonCompletion).one().evidence["recording"] == 1


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
