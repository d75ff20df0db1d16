"""学习档案: the whole of what is held of someone's study, the same on the page, in the signed PDF, the workbook and the data file; and a request to correct it."""

import io
import json
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.exc import DatabaseError

from courses.kernel.db import db, transaction
from learning.hours import actions as hours
from learning.organization.models import Person
from learning.records import actions as records
from learning.records.file_queries import person_file
from learning.records.file_rules import form
from learning.records.models import Certificate, CorrectionRequest
from learning.records.sheet_rules import Sheet, texts
from tests.clients import client_for
from tests.makers import MadeCourse
from tests.people import NOW, TODAY, County
from tests.records.proofs import bring_home, certify, printed, settle


@pytest.fixture
def paper(county: County, course: MadeCourse) -> Certificate:
    """张甲 was present at a viewing."""
    return certify(county, course)


def own(county: County, kind: str = "") -> str:
    return f"/people/{county.member}/file" + (f"?file={kind}" if kind else "")


def data(app: Flask, county: County) -> dict[str, list[dict[str, object]]]:
    answer = client_for(app, county.member).get(own(county, "json"))
    assert answer.mimetype == "application/json" and "attachment" in answer.headers["Content-Disposition"]
    found: dict[str, list[dict[str, object]]] = json.loads(answer.data)
    return found


def test_it_says_how_each_record_arose_and_is_the_same_in_every_form(app: Flask, county: County, paper: Certificate):
    page = client_for(app, county.member).get(own(county)).text
    said = data(app, county)
    [study] = said["学习记录"][:1]
    assert study | {"序号": 1} == {
        **{"序号": 1, "日期": TODAY.isoformat(), "课程": "消防安全进家门（微课）", "怎样学的": "集中学习（点名）", "学时": 0.25, "登记人": "陈戊"},
        **{"证明编号": paper.number, "更正或补记说明": ""},
    }
    [roll] = said["集中学习和送学"]
    assert (roll["到会"], roll["登记人"], roll["举办党组织"]) == ("实到", "陈戊", "柳荫村党支部")
    pdf = client_for(app, county.member).get(own(county, "pdf"))
    words = printed(pdf.data, "-raw")
    book = load_workbook(io.BytesIO(client_for(app, county.member).get(own(county, "xlsx")).data))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
    assert len(book.worksheets) == 6 and datetime(2026, 11, 2) in [row[1] for row in book.worksheets[1].iter_rows(values_only=True)]
    for fact in (paper.number, "张甲", "样例镇党委柳荫村党支部"):
        assert fact in page and fact in words and any(fact in cell for cell in cells), fact


def test_the_pdf_is_signed_as_other_records_are(app: Flask, county: County, paper: Certificate, tmp_path: Path):
    (tmp_path / "file.pdf").write_bytes(client_for(app, county.member).get(own(county, "pdf")).data)
    said = subprocess.run(["pdfsig", "-nocert", tmp_path / "file.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said


def test_a_revocation_and_a_closed_year_are_told_beside_what_stood(app: Flask, county: County, paper: Certificate):
    with transaction():
        admin = db.session.get_one(Person, county.county_admin)
        hours.close_year(2026, "已核对", actor=admin, today=TODAY.replace(year=2027), now=NOW)
        records.revoke(db.session.get_one(Certificate, paper.id), "点名有误", actor=admin, now=NOW)
    said = data(app, county)
    years = {row["年度"]: row for row in said["年度学时"]}
    assert (years["2026 年"]["集体学习"], years["2027 年"]["集体学习"]) == (0.25, -0.25)
    assert "已结账" in str(years["2026 年"]["说明"]) and "结账后 -0.25 学时，记在 2027 年" in str(years["2026 年"]["说明"])
    assert "结账后 -0.25 学时，记在 2027 年" in client_for(app, county.member).get("/record?year=2026").text
    assert "结账后 -0.25 学时" in client_for(app, county.secretary).get(f"/organizations/{county.willow}/ledger?year=2026").text
    assert [row["学时"] for row in said["学习记录"]] == [0.25, -0.25] and "已撤销" in str(said["结业证明"][0]["状态"])


def test_a_correction_of_hours_bears_the_day_it_was_made(app: Flask, county: County, course: MadeCourse, paper: Certificate):
    late = NOW.replace(hour=20) + timedelta(days=17)  # past midnight in the county
    with transaction():
        hours.correct(county.member, course.course, 1, "少记了", actor_id=county.county_admin, now=late)
    lines = [(row["日期"], row["怎样学的"], row["学时"]) for row in data(app, county)["学习记录"]]
    assert lines == [(TODAY.isoformat(), "集中学习（点名）", 0.25), ((TODAY + timedelta(days=18)).isoformat(), "更正", 0.25)]
    ledger = client_for(app, county.secretary).get(f"/organizations/{county.willow}/ledger?year=2026").text
    assert (TODAY + timedelta(days=18)).isoformat() in ledger


def test_it_is_the_persons_own_and_of_those_who_may_see_them(app: Flask, county: County, paper: Certificate):
    for who, status in ((county.member, 200), (county.secretary, 200), (county.auditor, 200), (county.neighbour, 404), (county.trainer, 404)):
        for kind in ("", "json", "xlsx"):
            assert client_for(app, who).get(own(county, kind)).status_code == status
    assert client_for(app, county.member).get(own(county, "exe")).status_code == 404
    assert own(county) in client_for(app, county.member).get("/record").text
    assert "申请更正" not in client_for(app, county.secretary).get(own(county)).text


def test_a_request_reaches_secretary_and_county_and_every_answer_stands(app: Flask, county: County, paper: Certificate):
    member, secretary, admin = (client_for(app, who) for who in (county.member, county.secretary, county.county_admin))
    assert member.post("/record/correction-requests", data={"text": ""}).status_code == 422
    assert member.post("/record/correction-requests", data={"text": "11 月 1 日那一场我也到了"}).status_code == 302
    row = db.session.query(CorrectionRequest).one().id
    assert "有 1 件更正申请" in secretary.get(f"/branches/{county.willow}").text and "有 1 件等您答复" in admin.get("/desk").text
    assert member.get(f"/correction-requests/{row}").status_code == 403
    assert secretary.post(f"/correction-requests/{row}", data={"outcome": "forwarded", "words": "请县里核对"}).status_code == 302
    assert admin.post(f"/correction-requests/{row}", data={"outcome": "done", "words": "已补登"}).status_code == 302
    late = secretary.post(f"/correction-requests/{row}", data={"outcome": "kept", "words": "再说一次"})
    assert late.status_code == 422 and "已经办结" in late.text
    [asked] = data(app, county)["更正申请和答复"]
    assert asked["办理情况"] == "已更正" and "请县里核对" in str(asked["答复"]) and "已补登" in str(asked["答复"])
    for table in ("correction_request", "request_answer"):
        with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
            session.connection().exec_driver_sql(f"delete from {table}")


def test_an_answer_says_what_came_of_it_only_when_that_was_chosen(app: Flask, county: County, paper: Certificate):
    client_for(app, county.member).post("/record/correction-requests", data={"text": "11 月 1 日那一场我也到了"})
    row, secretary = db.session.query(CorrectionRequest).one(), client_for(app, county.secretary)
    shown = secretary.get(f"/correction-requests/{row.id}").text
    assert '<option selected value="">请选择</option>' in shown and f'href="/branches/{county.willow}/sessions"' in shown
    refused = secretary.post(f"/correction-requests/{row.id}", data={"outcome": "", "words": "看过了"})
    assert refused.status_code == 422 and "请选择办理结果" in refused.text and "看过了" in refused.text
    assert row.answers == []


def test_nobody_answers_their_own_request(app: Flask, county: County, paper: Certificate):
    secretary = client_for(app, county.secretary)
    assert secretary.post("/record/correction-requests", data={"text": "学时少了"}).status_code == 302
    row = db.session.query(CorrectionRequest).one().id
    assert "由其他同志办理" in secretary.get(f"/correction-requests/{row}").text
    assert secretary.post(f"/correction-requests/{row}", data={"outcome": "done", "words": "好"}).status_code == 422


def test_home_delivery_says_who_brought_it(app: Flask, county: County, course: MadeCourse):
    bring_home(county, course, county.member)
    settle(county.member, course)
    [row] = data(app, county)["集中学习和送学"]
    assert (row["形式"], row["到会"]) == ("送学上门", "送学人 陈戊")


def test_every_row_has_a_cell_for_every_column(app: Flask, county: County, paper: Certificate):
    found: Sheet = form(person_file(db.session.get_one(Person, county.member), today=TODAY, zone="Asia/Shanghai"))
    assert all(len(texts(table, row)) == len(table.columns) for table in found.tables for row in table.rows)
