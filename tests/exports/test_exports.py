"""A file is asked for once, made by the worker, kept some days, fetched by its asker alone and only while they may; nothing is left behind."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook

from courses.kernel import clock, queue
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.kernel.storage import storage
from learning.audit import lists
from learning.audit.actions import note
from learning.exports import actions, rules
from learning.exports.jobs import sweep_exports
from learning.exports.models import Export
from learning.exports.rules import Wish
from learning.organization.models import Appointment, Person
from tests.clients import client_for
from tests.people import TODAY, County


@pytest.fixture
def makes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Makers of a file of three bytes, and of none; the list is what was made."""
    made: list[str] = []

    def make(order: actions.Order, path: Path, report: object) -> int:
        made.append(order.title)
        path.write_bytes(b"abc")
        return 1

    def fail(order: actions.Order, path: Path, report: object) -> int:
        raise Refused("这个范围里什么也没有。")

    monkeypatch.setitem(actions.MAKERS, "three", make)
    monkeypatch.setitem(actions.MAKERS, "none", fail)
    return made


def ask(person_id: int, kind: str = "three", **more: object) -> int:
    with transaction():
        return actions.ask(Wish(kind, "名册/2026", "csv", **more), actor=db.session.get_one(Person, person_id), now=clock.now()).id  # type: ignore[arg-type]


def work(app: Flask) -> None:
    while queue.work_once(app, lease_seconds=30):
        pass
    db.session.rollback()  # what the worker wrote is read anew


def row(export_id: int) -> Export:
    db.session.rollback()
    return db.session.get_one(Export, export_id)


def test_a_file_is_made_and_fetched_by_its_asker_alone(app: Flask, county: County, makes: list[str]):
    export_id = ask(county.secretary)
    mine, theirs = client_for(app, county.secretary), client_for(app, county.town_admin)
    assert "进行中" in mine.get("/exports").text
    assert mine.get(f"/exports/{export_id}/progress").json == {"busy": True, "percent": 0}
    assert mine.get(f"/exports/{export_id}/file").status_code == 404
    work(app)
    assert "可下载" in mine.get("/exports").text
    assert mine.get(f"/exports/{export_id}/progress").json == {"busy": False, "percent": 100}
    got = mine.get(f"/exports/{export_id}/file")
    assert (got.data, got.headers["Cache-Control"]) == (b"abc", "private, no-store")
    assert got.headers["Content-Disposition"].startswith("attachment") and "%E5%90%8D%E5%86%8C_2026.csv" in got.headers["Content-Disposition"]
    for path in ("file", "progress"):
        assert theirs.get(f"/exports/{export_id}/{path}").status_code == 404
    assert theirs.post(f"/exports/{export_id}/removal").status_code == 404
    assert "名册/2026" not in theirs.get("/exports").text


def test_lines_of_a_list_are_not_counted_as_papers(app: Flask, county: County, makes: list[str]):
    ask(county.secretary)
    work(app)
    page = client_for(app, county.secretary).get("/exports").text
    assert "1 条 ·" in page and "1 份" not in page


def test_pressed_twice_it_is_made_once_and_nobody_floods_the_queue(app: Flask, county: County, makes: list[str]):
    assert ask(county.secretary) == ask(county.secretary)
    for number in range(rules.MOST_AT_ONCE - 1):
        ask(county.secretary, asked={"words": str(number)})
    with pytest.raises(Refused, match="正在生成"):
        ask(county.secretary, asked={"words": "more"})
    ask(county.town_admin)
    work(app)
    assert len(makes) == rules.MOST_AT_ONCE + 1


def test_what_cannot_be_made_says_why(app: Flask, county: County, makes: list[str]):
    export_id = ask(county.secretary, "none")
    work(app)
    shown = client_for(app, county.secretary).get("/exports").text
    assert "没有做成" in shown and "这个范围里什么也没有" in shown
    assert row(export_id).fault


def test_whoever_left_office_gets_no_file_any_more(app: Flask, county: County, makes: list[str]):
    export_id = ask(county.secretary, organization_id=county.willow, capability="see_people")
    work(app)
    client = client_for(app, county.secretary)
    assert client.get(f"/exports/{export_id}/file").status_code == 200
    with transaction() as session:
        session.query(Appointment).filter_by(person_id=county.secretary).one().until = TODAY
    assert client.get(f"/exports/{export_id}/file").status_code == 404


def test_after_its_days_a_file_is_gone_from_the_page_and_from_storage(app: Flask, county: County, makes: list[str]):
    export_id = ask(county.secretary)
    work(app)
    key = row(export_id).key
    assert storage().exists(key)
    with time_machine.travel(clock.now() + rules.KEPT + timedelta(minutes=1)):
        sweep_exports(clock.now())
        client = client_for(app, county.secretary)
        assert "已过期" in client.get("/exports").text
        assert client.get(f"/exports/{export_id}/file").status_code == 404
    assert not storage().exists(key) and row(export_id).removed_at is not None


def test_removed_while_it_is_made_nothing_is_left(app: Flask, county: County, monkeypatch: pytest.MonkeyPatch):
    client = client_for(app, county.secretary)

    def make(order: actions.Order, path: Path, report: object) -> int:
        path.write_bytes(b"abc")
        assert client.post(f"/exports/{export_id}/removal").status_code == 302
        return 1

    monkeypatch.setitem(actions.MAKERS, "three", make)
    export_id = ask(county.secretary)
    work(app)
    assert not storage().exists(row(export_id).key) and row(export_id).ready_at is None
    assert not list((storage().root / "work").iterdir())  # type: ignore[attr-defined]


def test_every_entry_within_reach_is_in_the_file_however_many(app: Flask, county: County, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lists, "_BATCH", 3)
    with transaction() as session:
        admin = session.get_one(Person, county.county_admin)
        for number in range(10):
            note("test", f"第{number:02d}件", actor=admin, organization_id=county.willow if number % 2 else county.far, now=clock.now())
    client = client_for(app, county.county_admin)
    assert "第09件" in client.get("/entries").text
    assert client.post("/entries/exports?words=件&act=test").status_code == 302
    work(app)
    made = db.session.query(Export).one()
    page = load_workbook(io.BytesIO(client.get(f"/exports/{made.id}/file").data)).active
    lines = [[cell.value for cell in line] for line in page.iter_rows(min_row=2)]
    assert [line[4] for line in lines] == [f"第{number:02d}件" for number in reversed(range(10))]
    assert lines[0][1:3] == ["柳荫村党支部", "吴壬"] and made.items == 10
    assert "导出晴川县委操作记录（件，test）" in client.get("/entries").text
