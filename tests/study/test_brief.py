"""The short ways of a report and of an answer, from outside: who may, what a forged request comes to, and that a device signed out is out at once."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from courses.kernel import clock
from courses.kernel.db import Unwritten, db, transaction
from learning.accounts import actions as accounts
from learning.accounts.models import SignedIn
from learning.progress import actions as progress
from learning.progress.actions import Limits, Report
from learning.progress.models import Coverage, StudySession
from learning.study import brief_views, views
from tests.clients import client_for
from tests.makers import make_course

REPORT = {"spans": [[0, 5]], "position": 5, "sequence": 2, "sound": False}


@pytest.fixture
def session(county):
    """An open session in which something was reported, so that the next report is a usual one."""
    course, now = make_course(county), clock.now()
    with transaction():
        row = progress.open_session(county.member, course.video, length_seconds=100, now=now - timedelta(minutes=1))
        limits = Limits(speed=2.0, threshold=0.9, reading_rate=800)
        progress.extend(row, Report((), 0, 1), limits=limits, now=now - timedelta(seconds=40))
        return row.id


@pytest.fixture
def only_short(monkeypatch):
    """The long way is shut."""

    def shut(*_args, **_more):
        raise AssertionError("the long way was gone")

    monkeypatch.setattr(views.actions, "hear", shut)


def test_a_usual_report_is_answered_without_the_long_way(app, county, session, only_short):
    answer = client_for(app, county.member).post(f"/sessions/{session}/reports", json=REPORT)
    assert (answer.status_code, answer.json) == (200, {"covered": 5, "waiting": 0, "finished": False, "open": True})
    db.session.rollback()
    assert db.session.scalars(select(Coverage.covered_seconds)).one() == 5


def test_a_device_signed_out_is_out_at_once(app, county, session):
    client = client_for(app, county.member)
    assert client.post(f"/sessions/{session}/reports", json=REPORT).status_code == 200
    with transaction():
        accounts.end_session(db.session.scalars(select(SignedIn.id)).one(), now=clock.now())
    answer = client.post(f"/sessions/{session}/reports", json=REPORT | {"spans": [[5, 9]], "sequence": 3})
    assert (answer.status_code, answer.json["signed_out"]) == (401, True)
    db.session.rollback()
    assert db.session.get_one(StudySession, session).sequence == 2


@pytest.mark.parametrize(("who", "body", "status"), [
    ("neighbour", REPORT, 404),
    ("member", REPORT | {"person": 10**6}, 409),
    ("member", REPORT | {"spans": "all"}, 422),
    ("member", [], 422),
    (None, REPORT, 401),
    (None, {"spans": "all"}, 401),
])  # fmt: skip
def test_what_is_not_usual_is_answered_as_ever(app, county, session, who, body, status):
    client = client_for(app, getattr(county, who)) if who else app.test_client()
    assert client.post(f"/sessions/{session}/reports", json=body).status_code == status
    db.session.rollback()
    assert db.session.scalars(select(Coverage.covered_seconds)).one() == 0


@pytest.mark.parametrize("person", [[], {}, [1], True, 1.5, "", "x" * 99, 10**30])
def test_a_name_that_is_none_is_anothers_and_keeps_nobody_elses_report_waiting(app, county, session, person, capsys):
    said = REPORT | {"person": person}
    assert client_for(app, county.member).post(f"/sessions/{session}/reports", json=said).status_code == 409
    assert client_for(app, county.member).post(f"/sessions/{session}/reports", data={"report": json.dumps(said)}).status_code == 409
    lesson = db.session.get_one(StudySession, session).lesson_id
    for address in (f"/lessons/{lesson}/sessions", f"/lessons/{lesson}/reading", f"/lessons/{lesson}/place"):
        assert client_for(app, county.member).post(address, json=said).status_code == 409
    assert "brief_write_broke" not in capsys.readouterr().err
    assert db.session.scalars(select(Coverage.covered_seconds)).one() == 0


ODD = [None, [], {}, [[]], True, "1", "x", -1, 0.5, 10**400, -(10**400), 1e308]


@pytest.mark.parametrize("field", ["spans", "position", "sequence", "ago"])
def test_a_field_of_an_odd_type_is_refused_in_words(app, county, session, field):
    client = client_for(app, county.member)
    for odd in ODD:
        for value in (odd, [odd], [[odd, 5]], [[0, odd]]) if field == "spans" else (odd,):
            answer = client.post(f"/sessions/{session}/reports", json=REPORT | {field: value})
            assert answer.status_code in {200, 422} and (answer.status_code == 200 or answer.json["error"]), (field, value)
            assert client.post(f"/sessions/{session}/reports", data={"report": json.dumps(REPORT | {field: value})}).status_code == answer.status_code


def test_a_report_answer_or_place_of_any_shape_is_no_fault_of_ours(app, county, session):
    lesson, client = db.session.get_one(StudySession, session).lesson_id, client_for(app, county.member)
    for odd in ODD:
        for body in (odd, {"page": odd}, {"key": odd, "offline": odd}, {"answers": odd}, {"answers": [odd]}, {"question": odd, "chosen": odd, "sequence": odd}):
            for address in (f"/lessons/{lesson}/sessions", f"/lessons/{lesson}/place", "/attempts/1/answers", "/attempts/1/submission"):
                assert client.post(address, json=body).status_code < 500, (address, body)


def test_without_the_pages_token_nothing_is_heard(app, county, session):
    client = client_for(app, county.member)
    app.config["WTF_CSRF_ENABLED"] = True
    for token in ("", "nonsense", "IjEi.aaaa.bbbb"):
        assert client.post(f"/sessions/{session}/reports", json=REPORT, headers={"X-CSRFToken": token}).status_code == 400
    fresh = client.get("/who").json["token"]
    assert client.post(f"/sessions/{session}/reports", json=REPORT, headers={"X-CSRFToken": fresh}).status_code == 200


def test_over_tls_another_sites_page_is_not_heard(app, county, session):
    client = client_for(app, county.member)
    app.config["WTF_CSRF_ENABLED"] = True
    fresh = client.get("/who", base_url="https://localhost").json["token"]

    def status(**more):
        said = {"headers": {"X-CSRFToken": fresh, **more}, "base_url": "https://localhost", "json": REPORT}
        return client.post(f"/sessions/{session}/reports", **said).status_code

    assert (status(), status(Referer="https://elsewhere.example/")) == (400, 400)
    assert status(Referer="https://localhost/lessons/1") == 200


def test_under_a_name_that_is_not_ours_nothing_is_heard(app, county, session):
    client = client_for(app, county.member)
    app.config["TRUSTED_HOSTS"] = ["localhost"]
    assert client.post(f"/sessions/{session}/reports", json=REPORT, base_url="http://elsewhere.example").status_code == 400
    assert client.post(f"/sessions/{session}/reports", json=REPORT).status_code == 200


def test_a_cookie_that_we_did_not_sign_is_nobodys(app, county, session):
    client = client_for(app, county.member)
    client.set_cookie("hall", client.get_cookie("hall").value[:-3] + "abc")
    assert client.post(f"/sessions/{session}/reports", json=REPORT).status_code == 401


def test_what_breaks_is_said_as_everywhere_and_not_tried_again(app, county, session, only_short, monkeypatch):
    def full(*_args):
        raise Unwritten(None, None, OSError("the disk is full"))

    monkeypatch.setattr(brief_views, "briefly", full)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client_for(app, county.member).post(f"/sessions/{session}/reports", json=REPORT)
    assert answer.status_code >= 500
    assert answer.json["error"]
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize(("data", "kind", "status"), [
    (b"{", "application/json", 422),
    (b"[" * 50_000, "application/json", 422),
    (json.dumps(REPORT | {"more": "x" * 70_000}).encode(), "application/json", 200),
    (json.dumps(REPORT).encode(), "application/json; charset=utf-8", 200),
])  # fmt: skip
def test_what_the_door_does_not_read_goes_on_whole(app, county, session, data, kind, status):
    assert client_for(app, county.member).post(f"/sessions/{session}/reports", data=data, content_type=kind).status_code == status
