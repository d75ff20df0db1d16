"""Printed forms: the page, the workbook and the PDF of each say the same, and LibreOffice opens every workbook as its page looks."""

import io
import re
import subprocess
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from courses.kernel.db import db
from learning.audit import class_queries, sheet_queries
from learning.classes.models import OfflineSession, TrainingClass
from learning.organization.models import Organization
from learning.records.sheet_rules import Sheet, texts
from tests.audit.pages import TODAY, page, words_of
from tests.audit.test_classes import CLASS
from tests.clients import client_for
from tests.makers import MadeCourse
from tests.people import County
from tests.records.proofs import printed


@pytest.fixture
def held(app: Flask, county: County, required: MadeCourse) -> dict[str, str]:
    """The address of every form, of a branch where a class was held and a course brought home."""
    town, secretary = client_for(app, county.town_admin), client_for(app, county.secretary)
    assert town.post(f"/organizations/{county.town}/classes/new", data=CLASS).status_code == 302
    row = db.session.scalars(select(TrainingClass.id)).one()
    roll = {"course_id": required.course, "kind": "lecture", "held_on": TODAY.isoformat(), "venue": "会议室", "lecturer": "刘己"}
    roll |= {"present": [county.member, county.activist], f"reason-{county.secretary}": "外出流动", "class_id": row}
    assert secretary.post(f"/branches/{county.willow}/roll-calls/new", data=roll).status_code == 302
    brought = {"person_id": county.old_member, "course_id": required.course, "delivered_on": TODAY.isoformat(), "delivered_by": "陈戊", "what": "讲了一遍"}
    assert secretary.post(f"/branches/{county.willow}/home-deliveries/new", data=brought).status_code == 302
    session = db.session.scalars(select(OfflineSession.id)).one()
    branch = f"/organizations/{county.willow}"
    forms = {"ledger": f"{branch}/ledger", "scores": f"{branch}/scores", "summary": f"{branch}/summary", "township": f"/organizations/{county.town}/summary"}
    classes = {f"class-{name}": f"/classes/{row}/{name}" for name in ("roster", "sign-in-sheet", "scores", "summary")}
    return {**forms, **classes, "session": f"/roll-calls/{session}/sign-in-sheet"}


def form_of(name: str, county: County) -> Sheet:
    """The values of a form, from which its page and its files are made."""
    willow, row = db.session.get_one(Organization, county.willow), db.session.scalars(select(TrainingClass)).one()
    year: dict[str, Any] = {"today": TODAY}
    return {
        "ledger": lambda: sheet_queries.year_ledger(willow, TODAY.year, **year),
        "scores": lambda: sheet_queries.branch_scores(willow, TODAY.year, **year),
        "summary": lambda: sheet_queries.year_summary(willow, TODAY.year, **year),
        "township": lambda: sheet_queries.year_summary(db.session.get_one(Organization, county.town), TODAY.year, **year),
        "class-roster": lambda: sheet_queries.class_roster(row),
        "class-sign-in-sheet": lambda: sheet_queries.class_sign_in(row),
        "class-scores": lambda: sheet_queries.class_scores(row),
        "class-summary": lambda: sheet_queries.class_summary(row),
        "session": lambda: sheet_queries.session_sign_in(class_queries.sheet(db.session.scalars(select(OfflineSession)).one())),
    }[name]()


def rows_of(form: Sheet) -> list[list[str]]:
    """The cells of each line of a form as its page says them, without spaces."""
    lines = [(table, row) for table in form.tables for row in [*table.rows, *([table.total] if table.total else [])]]
    return [[squeezed(words) for words in texts(table, row)] for table, row in lines]


def squeezed(words: str) -> str:
    return re.sub(r"\s+", "", words)


def fetched(app: Flask, who: int, address: str) -> bytes:
    answer = client_for(app, who).get(address)
    assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]
    return answer.data


def test_page_workbook_and_pdf_say_the_same_and_libreoffice_shows_it(app: Flask, county: County, held: dict[str, str], tmp_path: Path):
    """One run of LibreOffice turns every workbook into a PDF; its words and rows are those of the page."""
    for name, address in held.items():
        (tmp_path / f"{name}.xlsx").write_bytes(fetched(app, county.town_admin, f"{address}?file=xlsx"))
    convert = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*convert, *(str(path) for path in sorted(tmp_path.glob("*.xlsx")))], check=True, capture_output=True, timeout=240)
    for name, address in held.items():
        form, shown = form_of(name, county), squeezed(words_of(page(app, county.town_admin, address)))
        pdf = squeezed(printed(fetched(app, county.town_admin, f"{address}?file=pdf"), "-raw"))
        drawn = printed((tmp_path / f"{name}.pdf").read_bytes(), "-raw")
        opened = squeezed(drawn)
        rows = rows_of(form)
        assert rows, name
        for kind, words in (("page", shown), ("PDF", pdf)):
            for line in ("".join(row) for row in rows):
                assert line in words, f"{line} is not in the {kind} of {name}"
        # LibreOffice draws a row's plain cells first and those of mixed script later: every cell is there as often, and every row begins where it should.
        cells = Counter(cell for row in rows for cell in row if cell)
        missing = {cell: count for cell, count in cells.items() if opened.count(cell) < count}
        assert not missing, f"LibreOffice does not show {missing} in {name}"
        begun = Counter(re.findall(r"^(\d+)(?:\s|$)", drawn, re.MULTILINE))
        unbegun = Counter(row[0] for row in rows if row[0]) - begun
        assert not unbegun, f"rows {unbegun} of {name} do not begin a line in LibreOffice"
        for kind, words in (("page", shown), ("PDF", pdf), ("LibreOffice", opened)):
            for heading in (form.title, *(value for _, value in form.facts), *(column.words for table in form.tables for column in table.columns)):
                assert squeezed(heading) in words, f"{heading} is not in the {kind} of {name}"


def test_a_workbook_has_numbers_and_days_and_prints_on_a4_with_its_head_on_every_page(app: Flask, county: County, held: dict[str, str]):
    book = load_workbook(io.BytesIO(fetched(app, county.secretary, f"{held['ledger']}?file=xlsx")))
    assert [sheet.title for sheet in book] == ["党员学习台账", "2 学时明细"]
    for sheet in book:
        head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "序号")
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.print_title_rows == f"${head}:${head}"
    mine = next(row for row in book.worksheets[0].iter_rows(values_only=True) if row[1] == "张甲")
    assert mine[3:5] == (32, 0.25) and mine[10:12] == (0.25, 31.75) and mine[12:14] == ("学习中", "集中 1 门")
    told = next(row for row in book.worksheets[1].iter_rows(values_only=True) if row[1] == "李乙")
    assert told[3:7] == ("送学上门", 0.25, datetime(TODAY.year, TODAY.month, TODAY.day), "陈戊")


def test_a_blank_sign_in_sheet_is_a_workbook_too(app: Flask, county: County):
    address = f"/branches/{county.willow}/sign-in-sheet.xlsx"
    assert address in page(app, county.secretary, f"/branches/{county.willow}")
    sheet = load_workbook(io.BytesIO(fetched(app, county.secretary, address))).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert sheet.page_setup.paperSize == 9 and any("签名" in row for row in cells)
    assert [row[1] for row in cells if row[1] in {"张甲", "李乙", "王丙", "陈戊"}] == ["陈戊", "李乙", "王丙", "张甲"]
    assert client_for(app, county.neighbour).get(address).status_code == 403


def test_people_and_person_times_are_different_columns(app: Flask, county: County, held: dict[str, str]):
    form = form_of("township", county)
    row = next(dict(zip((column.words for column in form.tables[0].columns), row, strict=True)) for row in form.tables[0].rows if row[1] == "柳荫村党支部")
    assert (row["党员（人）"], row["应学（人）"], row["不作硬性要求（人）"], row["其他学员（人）"]) == (3, 2, 1, 1)
    assert (row["学完课程（人）"], row["学完课程（人次）"]) == (3, 3)
    assert row["已完成（人）"] + row["学习中（人）"] + row["需要帮助（人）"] == row["应学（人）"]


def test_a_committees_scores_are_those_of_its_branches(app: Flask, county: County, held: dict[str, str]):
    town = sheet_queries.branch_scores(db.session.get_one(Organization, county.town), TODAY.year, today=TODAY)
    said = [row[1:] for row in rows_of(town)]
    assert said and "柳荫村党支部" in said[0]
    assert [row[1:] for row in rows_of(form_of("scores", county))] == [row for row in said if "柳荫村党支部" in row]


def test_forms_are_found_where_one_looks_and_only_within_reach(app: Flask, county: County, held: dict[str, str]):
    branch, row = page(app, county.secretary, f"/branches/{county.willow}"), db.session.scalars(select(TrainingClass.id)).one()
    assert held["ledger"] in branch and held["scores"] in branch and held["summary"] in branch
    assert all(held[f"class-{name}"] in page(app, county.town_admin, f"/classes/{row}") for name in ("roster", "sign-in-sheet", "scores", "summary"))
    assert held["township"] in page(app, county.town_admin, "/desk")
    for address in (held["ledger"], held["summary"], held["session"]):
        assert client_for(app, county.auditor).get(address).status_code == 200
        assert client_for(app, county.neighbour).get(address).status_code == 403
    assert client_for(app, county.secretary).get(held["township"]).status_code == 404
    assert client_for(app, county.secretary).get(f"{held['ledger']}?file=exe").status_code == 404
