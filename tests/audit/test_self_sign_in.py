"""自己签到: a changing number on a screen in the room; whoever scans or types it is noted, and counts once the secretary confirms the roll."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from courses.kernel import clock
from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from learning.classes import sign_in_rules
from learning.classes.models import Attendance, OfflineSession, SelfSignIn
from learning.records import queries as records
from tests.audit.pages import TODAY, counts, page, said, words_of
from tests.audit.test_classes import words_on
from tests.clients import client_for
from tests.makers import MadeCourse
from tests.people import County


@pytest.fixture
def session(app: Flask, county: County, required: MadeCourse) -> int:
    """A session of today that was prepared for self sign-in."""
    answer = prepared(app, county, required)
    assert answer.status_code == 302
    return db.session.query(OfflineSession).one().id


def prepared(app, county, course, **more):
    form = {"course_id": course.course, "kind": "group_viewing", "held_on": TODAY.isoformat(), "venue": "会议室", "how": "scan", **more}
    return client_for(app, county.secretary).post(f"/branches/{county.willow}/roll-calls/new", data=form)


def number(session: int) -> str:
    return sign_in_rules.number(settings().secret_key, session, clock.now())


def sign_in(app: Flask, who: int, typed: str, **more: str):
    return client_for(app, who).post("/here", data={"code": typed, **more})


def test_whoever_scans_is_noted_and_counts_only_once_confirmed(app: Flask, county: County, required: MadeCourse, session: int):
    sheet = page(app, county.secretary, f"/roll-calls/{session}")
    (address,) = re.findall(r'href="(/screens/[^"]+)"', sheet)
    shown = app.test_client().get(address)
    assert shown.status_code == 200 and "<svg" in shown.text and f"{number(session)[:3]} {number(session)[3:]}" in shown.text
    assert "我到了，签到" in page(app, county.member, f"/here?code={number(session)}")
    assert "已记下您自己签到" in sign_in(app, county.member, number(session), scanned="y").text
    assert sign_in(app, county.activist, number(session)).status_code == 200
    assert sign_in(app, county.activist, number(session)).status_code == 200, "twice is once"
    assert {(row.person_id, row.how) for row in db.session.query(SelfSignIn)} == {(county.member, "scanned"), (county.activist, "typed")}
    assert db.session.query(Attendance).count() == 0 and counts(county.willow).trained == 0
    assert app.test_client().get(f"{address}/number").json["here"] == 2
    form = page(app, county.secretary, f"/roll-calls/{session}/edit")
    assert form.count(" checked") == 2 and form.count("自己签到</small>") == 2 and "确认并登记点名" in form
    answer = client_for(app, county.secretary).post(f"/roll-calls/{session}/edit", data={"present": [county.member, county.old_member]})
    assert answer.status_code == 302
    assert counts(county.willow).trained == 1
    assert records.certificate_of(county.member, required.course) is not None
    assert records.certificate_of(county.activist, required.course) is None, "scanned and was not there"
    told = words_of(page(app, county.auditor, f"/roll-calls/{session}"))
    assert "自己签到（扫码），陈戊确认" in told and "4 人 应到" in told
    assert "本人签到，登记人确认" in page(app, county.auditor, f"/people/{county.member}/courses/{required.course}/evidence")
    assert "应到 4 人，实到 2 人（其中 1 人自己签到）" in said("roll_call")[0] and "会议室" in said("prepare_session")[0]


def test_after_the_roll_the_screen_is_over_and_nobody_signs_in(app: Flask, county: County, session: int):
    (address,) = re.findall(r'href="(/screens/[^"]+)"', page(app, county.secretary, f"/roll-calls/{session}"))
    client_for(app, county.secretary).post(f"/roll-calls/{session}/edit", data={"present": county.member})
    assert "点名已经登记" in app.test_client().get(address).text
    assert app.test_client().get(f"{address}/number").json["over"] is True
    late = sign_in(app, county.activist, number(session))
    assert late.status_code == 422 and "由书记登记" in late.text
    assert "/screens/" not in page(app, county.secretary, f"/roll-calls/{session}")


@pytest.mark.parametrize("typed", ["", "000000", "一二三", "１"])
def test_a_wrong_number_says_what_to_do(app: Flask, county: County, session: int, typed: str):
    answer = sign_in(app, county.member, typed)
    if typed != number(session):
        assert answer.status_code == 422 and "再扫一次" in answer.text
    assert db.session.query(SelfSignIn).count() == 0


def test_another_branch_a_stranger_and_an_old_number_do_not_get_in(app: Flask, county: County, session: int):
    assert sign_in(app, county.neighbour, number(session)).status_code == 422
    assert "/sign-in" in app.test_client().get(f"/here?code={number(session)}").location
    old = sign_in_rules.number(settings().secret_key, session, clock.now() - timedelta(minutes=2))
    assert sign_in(app, county.member, old).status_code == 422 or old == number(session)
    assert db.session.query(SelfSignIn).count() == 0


def test_a_screens_address_cannot_be_made_up(app: Flask, county: County, session: int):
    yesterday = sign_in_rules.screen_token(settings().secret_key, session, TODAY - timedelta(days=1))
    for token in (f"{session}-{'0' * 32}", yesterday, "nonsense", f"99-{'0' * 32}"):
        assert app.test_client().get(f"/screens/{token}").status_code == 404
        assert app.test_client().get(f"/screens/{token}/number").status_code == 404


def test_only_a_session_of_today_is_prepared(app: Flask, county: County, required: MadeCourse):
    answer = prepared(app, county, required, held_on=(TODAY - timedelta(days=1)).isoformat())
    assert answer.status_code == 422 and "只能选今天" in answer.text
    assert db.session.query(OfflineSession).count() == 0


def test_a_sign_in_is_never_altered(app: Flask, county: County, session: int):
    sign_in(app, county.member, number(session))
    with pytest.raises(DatabaseError, match="append-only"), transaction() as writing:
        writing.execute(text("delete from self_sign_in"))


def test_the_sheet_of_a_session_says_what_it_is_for(app: Flask, county: County, session: int, tmp_path: Path):
    paper = words_on(app, county.secretary, f"/roll-calls/{session}/sheet.pdf", tmp_path)
    assert all(words in paper for words in ("消防安全进家门", TODAY.isoformat(), "集中收看", "会议室", "张甲", "扫码登记点名"))
    assert client_for(app, county.town_admin).get(f"/roll-calls/{session}/sheet.pdf").status_code == 200
    assert client_for(app, county.neighbour).get(f"/roll-calls/{session}/sheet.pdf").status_code == 403


def test_a_class_says_which_of_its_planned_courses_were_held(app: Flask, county: County, required: MadeCourse, tmp_path: Path):
    form = {"title": "冬训", "audience": "党员", "since": TODAY.isoformat(), "until": TODAY.isoformat(), "venue": "礼堂", "courses": required.course}
    secretary = client_for(app, county.secretary)
    address = secretary.post(f"/organizations/{county.willow}/classes/new", data=form).headers["Location"]
    assert "还没办" in page(app, county.secretary, address)
    roll = {"course_id": required.course, "kind": "simulation", "held_on": TODAY.isoformat(), "venue": "礼堂", "present": county.member}
    class_id = int(address.rsplit("/", 1)[1])
    assert secretary.post(f"/branches/{county.willow}/roll-calls/new", data={**roll, "class_id": class_id}).status_code == 302
    assert "已办" in page(app, county.secretary, address)
    assert re.search(r"计划课程\s+消防安全进家门", words_on(app, county.secretary, f"{address}/file.pdf", tmp_path))
    assert secretary.post(f"{address}/edit", data={**form, "courses": []}).status_code == 302
    assert "还没办" not in page(app, county.secretary, address) and "计划课程" not in page(app, county.secretary, address)


def test_the_number_changes_on_the_wall_and_the_phone_that_reads_the_new_one_is_confirmed_by_the_secretary(
    app: Flask, county: County, required: MadeCourse, session: int
):
    (screen,) = re.findall(r'href="(/screens/[^"]+)"', page(app, county.secretary, f"/roll-calls/{session}"))
    wall, phone, desk, began = app.test_client(), client_for(app, county.member), client_for(app, county.secretary), clock.now()
    first = wall.get(f"{screen}/number").json["number"]
    with time_machine.travel(began + timedelta(seconds=sign_in_rules.STEP_SECONDS * sign_in_rules.LIVE_STEPS), tick=False):
        second = wall.get(f"{screen}/number").json["number"]
        assert second != first
        assert phone.post("/here", data={"code": first}).status_code == 422
        assert "已记下您自己签到" in phone.post("/here", data={"code": second}).text
        assert wall.get(f"{screen}/number").json["here"] == 1
        assert counts(county.willow).trained == 0
        form = desk.get(f"/roll-calls/{session}/edit").text
        ticked = re.findall(r'name="present"[^>]*value="(\d+)"[^>]*checked', form)
        assert ticked == [str(county.member)]
        assert desk.post(f"/roll-calls/{session}/edit", data={"present": ticked}).status_code == 302
        assert wall.get(f"{screen}/number").json["over"] is True
        assert "消防安全进家门" in phone.get("/record").text
    assert counts(county.willow).trained == 1


def test_a_secretary_is_never_told_to_ask_the_secretary(app: Flask, county: County, session: int):
    client_for(app, county.secretary).post(f"/roll-calls/{session}/edit", data={"present": county.member})
    asked = words_of(sign_in(app, county.secretary, "123456").text)
    assert "请告诉支部书记" not in asked and "点名由您登记" in asked
    assert "请告诉支部书记" in words_of(sign_in(app, county.member, "123456").text)
