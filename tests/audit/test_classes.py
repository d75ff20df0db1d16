"""Training classes and every kind of session: what is held belongs to a class, makes up for another, or names who held it elsewhere; the file is one bundle."""

import re
import subprocess
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from courses.kernel.db import db
from learning.classes.models import OfflineSession, TrainingClass
from tests.audit.pages import TODAY, page, said, words_of
from tests.clients import client_for
from tests.makers import MadeCourse
from tests.people import County

CLASS = {"title": "2026年冬季轮训（第一期）", "audience": "全体党员", "since": TODAY.isoformat(), "until": TODAY.isoformat(), "venue": "镇党校"}


def held(app: Flask, county: County, course: MadeCourse, *present: int, **more: object):
    roll = {"course_id": course.course, "kind": "group_viewing", "held_on": TODAY.isoformat(), "venue": "会议室", "present": list(present), **more}
    return client_for(app, county.secretary).post(f"/branches/{county.willow}/roll-calls/new", data=roll)


def words_on(app: Flask, who: int, address: str, folder: Path) -> str:
    answer = client_for(app, who).get(address)
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    (folder / "a.pdf").write_bytes(answer.data)
    return subprocess.run(["pdftotext", "-layout", folder / "a.pdf", "-"], capture_output=True, text=True, check=True).stdout


def test_a_townships_class_gathers_what_branches_held_for_it(app: Flask, county: County, required: MadeCourse, tmp_path: Path):
    town = client_for(app, county.town_admin)
    done = town.post(f"/organizations/{county.town}/classes/new", data={**CLASS, "plan": "先看课\n再讨论"})
    row = db.session.scalars(select(TrainingClass)).one()
    assert done.headers["Location"] == f"/classes/{row.id}" and said("open_class")
    assert held(app, county, required, county.member, county.activist, class_id=row.id, kind="lecture", lecturer="刘己").status_code == 302
    shown = words_of(page(app, county.town_admin, f"/classes/{row.id}"))
    assert "共 1 天，脱产一天 8 学时、半天 4 学时" in shown and "（依据：" in shown, "the county's days with their basis"
    assert "5 人 应到" not in shown and "2 人次 实到" in shown and "出席 1/1" in shown and "出席 0/1" in shown and "现场讲课" in shown
    assert town.post(f"/classes/{row.id}/edit", data={**CLASS, "summary": "都学完了"}).status_code == 302
    paper = words_on(app, county.town_admin, f"/classes/{row.id}/file.pdf", tmp_path)
    for words in ("班次档案", "课程表", "名册和考核", "签到", "总结", "都学完了", "张甲", "刘己", "登记人 陈戊", "QC0101-"):
        assert words in paper, words
    assert client_for(app, county.secretary).get(f"/classes/{row.id}").status_code == 404, "the township's class is the township's"
    assert town.post(f"/organizations/{county.town}/classes/new", data={**CLASS, "until": "2026-01-01"}).status_code == 422


def test_training_elsewhere_names_who_held_it(app: Flask, county: County, required: MadeCourse):
    asked = held(app, county, required, county.member, kind="rotation")
    assert asked.status_code == 422
    assert re.search(r"<details[^>]* open>\s*<summary>主持人、举办单位、班次、补学.*请写举办单位.*</details>", asked.get_data(as_text=True), re.DOTALL), (
        "unfolded"
    )
    assert held(app, county, required, county.member, kind="rotation", issuer="县委党校").status_code == 302
    assert "（县委党校举办）" in said("roll_call")[0]
    session = db.session.scalars(select(OfflineSession)).one()
    shown = words_of(page(app, county.auditor, f"/roll-calls/{session.id}"))
    assert "外出轮训" in shown and "举办单位：县委党校" in shown and "登记人：陈戊" in shown


def test_a_session_makes_up_for_an_earlier_one_of_the_branch_alone(app: Flask, county: County, required: MadeCourse):
    assert held(app, county, required, county.member).status_code == 302
    first = db.session.scalars(select(OfflineSession)).one().id
    assert held(app, county, required, county.activist, venue="村部", makes_up_id=first).status_code == 302
    second = db.session.scalars(select(OfflineSession).order_by(OfflineSession.id.desc())).first()
    assert second.makes_up_id == first and "那一场补学" in said("roll_call")[1]
    assert "那一场补学" in page(app, county.secretary, f"/roll-calls/{second.id}")
    assert held(app, county, required, county.member, venue="别处", makes_up_id=second.id + 99).status_code == 422


def test_a_sheet_to_sign_has_every_name(app: Flask, county: County, tmp_path: Path):
    paper = words_on(app, county.secretary, f"/branches/{county.willow}/sign-in-sheet.pdf", tmp_path)
    assert all(name in paper for name in ("签到表", "张甲", "李乙", "王丙", "陈戊", "扫码登记点名", "应到 4 人"))
    assert client_for(app, county.secretary).get(f"/branches/{county.bridge}/sign-in-sheet.pdf").status_code == 404
