"""A roster from a file: seen before it is done, done as seen, once; out again and back without a change."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select

from courses.kernel import queue
from courses.kernel.db import Base, db, transaction
from courses.kernel.settings import settings
from learning.accounts import queries as accounts
from learning.accounts import sealing
from learning.accounts.models import Account
from learning.audit.models import EntryLine
from learning.exports.models import Export
from learning.organization.models import Membership, Person
from learning.roster.models import RosterDraft
from tests.audit.pages import counts, page, said, words_of
from tests.audit.test_way_in import with_account
from tests.clients import client_for
from tests.makers import MadeCourse
from tests.people import County
from tests.roster import books
from tests.roster.books import IDENTITY

ROWS: list[list[Any]] = [
    ["姓名", "类别", "身份证号", "手机", "是否外出", "联系人", "入党时间"],
    ["张甲", "正式党员", IDENTITY, "19900000001", "否", "", "2001.7"],
    ["李乙", "正式党员", "", "无", "", "", ""],
    ["王丙", "预备党员", "", "", "", "", "20260601"],
    ["钱一一", "正式党员", "", "19900000002", "是", "陈戊", ""],
    ["孙一一", "群众", "", "", "", "", ""],
]


def sent(client: FlaskClient, where: int, path: Path, name: str = "名册.xlsx") -> str:
    """The address of the preview."""
    answer = client.post(f"/organizations/{where}/roster/import", data={"file": (io.BytesIO(path.read_bytes()), name)})
    assert answer.status_code == 302, words_of(answer.text)
    return str(answer.headers["Location"])


def go_on(client: FlaskClient, preview: str) -> str:
    """Say yes to what the preview shows; the words of the page that follows."""
    plan = re.search(r'name="plan"[^>]*value="(\w*)"', client.get(preview).text)
    assert plan
    answer = client.post(f"{preview}/import", data={"plan": plan[1]}, follow_redirects=True)
    return words_of(answer.text)


def test_a_file_is_seen_then_done_and_the_second_time_changes_nothing(app: Flask, county: County, required: MadeCourse, tmp_path: Path):
    client, path = client_for(app, county.secretary), books.xlsx(tmp_path / "a.xlsx", ROWS)
    before = counts(county.willow)
    preview = sent(client, county.willow, path)
    shown = words_of(client.get(preview).text)
    for words in (
        "身份证号，整栏没有读取",
        "1 人 新加入",
        "2 人 有修改",
        "1 人 没有变化",
        "1 行 不能导入",
        "类别请写",
        "没有 → 2001-07-01",
        "入党积极分子 → 预备党员",
    ):
        assert words in shown, f"{words!r} not in {shown}"
    assert db.session.scalar(select(func.count()).select_from(Person)) == 10, "a preview writes nobody"
    assert "已导入：新加入 1 人，修改 2 人" in go_on(client, preview)

    added = db.session.scalars(select(Person).where(Person.name == "钱一一")).one()
    assert (added.membership.organization_id, added.membership.floating, added.membership.contact) == (county.willow, True, "陈戊")
    account = db.session.scalars(select(Account).where(Account.person_id == added.id)).one()
    assert account.mobile_sealed and sealing.unseal(account.mobile_sealed, settings().data_key) == "19900000002"
    activist = db.session.get_one(Person, county.activist)
    assert [row.stage for row in activist.memberships] == ["activist", "probationary"]
    assert counts(county.willow).in_scope == before.in_scope + 2
    assert said("import_roster") == ["从文件“名册.xlsx”导入名册：新加入 1 人，修改 2 人"]
    lines = list(db.session.scalars(select(EntryLine).order_by(EntryLine.id)))
    assert {row.about_person_id for row in lines} == {county.member, county.activist, added.id}
    assert not any("1990000" in row.words for row in lines)

    again = sent(client, county.willow, path)
    assert "没有要导入的变化" in words_of(client.get(again).text)
    assert "0 人 新加入" in words_of(client.get(again).text) and "4 人 没有变化" in words_of(client.get(again).text)


def test_no_identity_number_and_no_open_mobile_number_is_kept_anywhere(app: Flask, county: County, tmp_path: Path):
    client = client_for(app, county.secretary)
    preview = sent(client, county.willow, books.xlsx(tmp_path / "a.xlsx", [*ROWS, ["周一一", "正式党员", "", "", "", f"见{IDENTITY}", ""]]))
    assert IDENTITY not in client.get(preview).text
    go_on(client, preview)
    everything = repr([db.session.execute(select(table)).all() for table in Base.metadata.sorted_tables])
    assert IDENTITY not in everything and "19900000002" not in everything
    assert db.session.scalar(select(RosterDraft.sealed)) is None
    assert client.get(preview).status_code == 404


def test_a_newcomer_of_a_members_name_is_not_made_that_member(app: Flask, county: County, tmp_path: Path):
    with_account(county.member, user_name="zhangjia", mobile="19900000001")
    client, key = client_for(app, county.town_admin), settings().data_key
    row = ["张甲", "柳荫村党支部", "预备党员", "19900006661"]

    def file(*known: str) -> Path:
        return books.xlsx(tmp_path / "a.xlsx", [["姓名", "支部", "类别", "手机号", *(["系统编号"] if known else [])], [*row, *known]])

    shown = words_of(client.get(sent(client, county.town, file())).text)
    assert "1 行 不能导入" in shown and f"请在“系统编号”一栏写 {county.member}" in shown and "写“新”" in shown and "没有要导入的变化" in shown
    assert "已导入：新加入 1 人，修改 0 人" in go_on(client, sent(client, county.town, file("新")))
    other = accounts.account_named("19900006661", key=key)
    assert accounts.account_named("19900000001", key=key).person_id == county.member != other.person_id and other.person.name == "张甲"
    assert db.session.get_one(Person, county.member).membership.stage == "full"
    assert "没有要导入的变化" in words_of(client.get(sent(client, county.town, file("新"))).text)
    row[3] = "19900006662"
    assert "请在“系统编号”一栏写导出的名册里的编号" in words_of(client.get(sent(client, county.town, file())).text)
    assert "已导入：新加入 0 人，修改 1 人" in go_on(client, sent(client, county.town, file(str(county.member))))
    assert accounts.account_named("19900006662", key=key).person_id == county.member


def test_a_roster_that_changed_meanwhile_is_shown_again(app: Flask, county: County, tmp_path: Path):
    client, other = client_for(app, county.secretary), client_for(app, county.town_admin)
    path = books.xlsx(tmp_path / "a.xlsx", ROWS)
    preview = sent(client, county.willow, path)
    plan = re.search(r'name="plan"[^>]*value="(\w*)"', client.get(preview).text)
    assert plan
    assert other.post(f"/branches/{county.willow}/people/new", data={"name": "钱一一", "stage": "full", "expectation": "required"}).status_code == 302
    answer = client.post(f"{preview}/import", data={"plan": plan[1]}, follow_redirects=True)
    assert "请重新看一遍" in answer.text and said("import_roster") == []


def test_what_columns_mean_is_set_once_and_remembered(app: Flask, county: County, tmp_path: Path):
    client = client_for(app, county.secretary)
    path = books.xlsx(tmp_path / "a.xlsx", [["同志", "类别"], ["钱一一", "正式党员"]])
    preview = sent(client, county.willow, path)
    assert "没有找到姓名一栏" in client.get(preview).text
    assert "选了两次" in client.post(f"{preview}/columns", data={"column-0": "stage", "column-1": "stage"}, follow_redirects=True).text
    set_ = client.post(f"{preview}/columns", data={"column-0": "name", "column-1": "stage"}, follow_redirects=True)
    assert "1 人 新加入" in words_of(set_.text).replace("</b>", "")
    assert "1 人 新加入" in words_of(client.get(sent(client, county.willow, path)).text)
    assert "没有找到姓名一栏" in client_for(app, county.town_admin).get(sent(client_for(app, county.town_admin), county.town, path)).text


def test_a_township_imports_for_its_branches_by_name_and_reaches_no_other(app: Flask, county: County, tmp_path: Path):
    client = client_for(app, county.town_admin)
    rows = [["姓名", "所在党支部"], ["钱一一", "石桥村党支部"], ["孙一一", "QC0101"], ["冯一一", "远山村党支部"], ["卫一一", ""]]
    preview = sent(client, county.town, books.text(tmp_path / "a.csv", rows, encoding="gb18030"), "a.csv")
    shown = words_of(client.get(preview).text)
    assert "2 人 新加入" in shown and "2 行 不能导入" in shown and "不在您的管理范围内" in shown and "没有写支部" in shown
    go_on(client, preview)
    where = dict(db.session.execute(select(Person.name, Membership.organization_id).join(Membership, Membership.person_id == Person.id)).all())
    assert (where["钱一一"], where["孙一一"]) == (county.bridge, county.willow) and "冯一一" not in where


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_out_and_back_without_a_change_then_exactly_the_one_made(kind: str, app: Flask, county: County, tmp_path: Path):
    client = client_for(app, county.town_admin)
    assert client.get(f"/organizations/{county.town}/roster.{kind}").status_code == 404  # of a whole township it is made in the background
    assert client.post(f"/organizations/{county.town}/roster/exports", data={"make": kind}).status_code == 302
    assert queue.work_once(app, lease_seconds=30)
    out = client.get(f"/exports/{db.session.query(Export).one().id}/file")
    assert out.status_code == 200
    path = tmp_path / f"a.{kind}"
    path.write_bytes(out.data)
    shown = words_of(client.get(sent(client, county.town, path, f"a.{kind}")).text)
    assert "没有要导入的变化" in shown and "0 行 不能导入" in shown
    if kind == "xlsx":
        book = load_workbook(path)
        row = next(row for row in book.active.iter_rows(min_row=2) if row[1].value == "赵丁")
        row[1].value, row[3].value = "赵丁丁", "预备党员"
        book.save(path)
        preview = sent(client, county.town, path)
        shown = words_of(client.get(preview).text)
        assert "1 人 有修改" in shown and "赵丁 → 赵丁丁" in shown and "正式党员 → 预备党员" in shown
        go_on(client, preview)
        assert db.session.get_one(Person, county.neighbour).name == "赵丁丁"


def test_a_refused_file_says_why_and_leaves_nothing(app: Flask, county: County):
    client = client_for(app, county.secretary)
    answer = client.post(f"/organizations/{county.willow}/roster/import", data={"file": (io.BytesIO(b"\0\0"), "x.xlsx")})
    assert answer.status_code == 422 and "这不是表格文件" in answer.text
    assert client.post(f"/organizations/{county.willow}/roster/import", data={}).status_code == 422
    assert db.session.scalar(select(func.count()).select_from(RosterDraft)) == 0


def test_an_import_stands_among_the_entries_and_on_each_persons_page(app: Flask, county: County, tmp_path: Path):
    client = client_for(app, county.secretary)
    go_on(client, sent(client, county.willow, books.xlsx(tmp_path / "a.xlsx", ROWS)))
    entries = page(app, county.county_admin, "/entries")
    address = re.search(r'href="(/entries/\d+)"', entries)
    assert address and "类别由“入党积极分子”改为“预备党员”" in page(app, county.county_admin, address[1])
    assert "导入名册：类别由“入党积极分子”改为“预备党员”" in page(app, county.auditor, f"/people/{county.activist}")


def test_a_file_left_alone_is_forgotten(app: Flask, county: County, tmp_path: Path):
    client = client_for(app, county.secretary)
    first = sent(client, county.willow, books.xlsx(tmp_path / "a.xlsx", ROWS))
    sent(client, county.willow, tmp_path / "a.xlsx")
    assert client.get(first).status_code == 404
    with transaction():
        assert db.session.scalars(select(RosterDraft.sealed).order_by(RosterDraft.id)).first() is None
