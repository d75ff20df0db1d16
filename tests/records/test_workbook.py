"""The branch record as a workbook, read by a program that is not ours: the same figures, and text that stays text."""

import io
import zipfile
from datetime import datetime

import pytest
from openpyxl import load_workbook

from learning.records import pdf, rules, xlsx
from tests.clients import client_for
from tests.records.proofs import ZONE, confirm, someone

INJECTIONS = [
    "=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "+86 1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "=cmd|' /C calc'!A0",
    "http://evil.example",
    "mailto:x@example.com",
    "{=A1}",
]


def opened(row):
    return load_workbook(io.BytesIO(xlsx.branch_record(row))).active


def head_of(sheet):
    return next(line[0].row for line in sheet.iter_rows() if line[0].value == "序号")


def people_of(sheet):
    """The named list, as a reader sees it."""
    return [[cell.value for cell in line] for line in sheet.iter_rows(min_row=head_of(sheet) + 1)]


@pytest.fixture
def record(county):
    return confirm(county, [someone("张甲"), someone("李乙", state="help", route="", on="", number="", note="不上网")], trained=1, in_scope=2, online=1, home=0)


def test_what_the_branch_did_stands_under_its_heading(record):
    said = [line[0].value for line in opened(record).iter_rows()]
    assert said[said.index("支部做的工作和下一步") + 1] == "2026-11-02 集中收看《消防安全进家门》，实到 1 人"


def test_the_figures_are_those_of_the_record_and_are_numbers(record):
    cells = {line[1].value: line[2].value for line in opened(record).iter_rows()}
    for key, words in rules.COUNT_WORDS.items():
        if key in record.content["counts"]:
            assert cells[words] == record.content["counts"][key]
    assert isinstance(cells["应训"], int)


def test_the_list_is_that_of_the_printed_record(record):
    printed = pdf.branch_values(record, address="http://localhost", zone=ZONE)["people"]
    read = [[value.date().isoformat() if isinstance(value, datetime) else str(value or "") for value in line] for line in people_of(opened(record))]
    assert read == printed
    assert [line[1] for line in read] == ["张甲", "李乙"]


def test_days_are_days_and_numbers_are_text(record):
    line = people_of(opened(record))[0]
    assert line[5] == datetime(2026, 11, 2)
    assert line[6] == "QC0101-2026-000001-A"


def test_the_sheet_carries_number_code_and_fingerprint(record):
    words = "".join(str(cell.value) for line in opened(record).iter_rows() for cell in line if cell.value)
    for fact in (record.number, record.code, record.sha256, "样例镇党委柳荫村党支部", "万名党员进党校"):
        assert fact in words


def test_nothing_typed_is_ever_a_formula_or_a_link(county):
    people = [someone(words, note=words, number=words) for words in INJECTIONS]
    row = confirm(county, people, rate_text="=1+1")
    sheet = opened(row)
    assert [(line[1], line[6], line[7]) for line in people_of(sheet)] == [(words,) * 3 for words in INJECTIONS]
    for line in sheet.iter_rows():
        for cell in line:
            assert cell.data_type != "f", f"{cell.coordinate} is a formula: {cell.value}"
            assert cell.hyperlink is None
    with zipfile.ZipFile(io.BytesIO(xlsx.branch_record(row))) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("name", ["2026-13-45", "2026-02-30", "2026-11-02", "９９９９-01-01"])
def test_a_name_that_looks_like_a_day_is_still_a_name(county, name):
    assert people_of(opened(confirm(county, [someone(name, note=name)])))[0][1::6] == [name, name]


def test_a_name_with_marks_that_no_file_holds_does_not_break_it(county):
    assert len(people_of(opened(confirm(county, [someone("张\x07甲"), someone("<b>&amp;"), someone("𬭎䶮")])))) == 3


def test_the_head_of_the_list_is_on_every_page_of_three_hundred(county):
    row = confirm(county, [someone(f"第{n}人") for n in range(300)])
    sheet = opened(row)
    head = head_of(sheet)
    assert len(people_of(sheet)) == 300
    assert sheet.print_title_rows == f"${head}:${head}"
    wide = sheet.page_setup.fitToWidth or 1  # one page wide is what a sheet says by saying nothing
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize), wide, sheet.page_setup.fitToHeight) == ("landscape", 9, 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.freeze_panes == f"C{head + 1}"


def test_the_same_record_gives_the_same_file(record):
    assert xlsx.branch_record(record) == xlsx.branch_record(record)


def test_it_is_handed_out_to_those_in_charge_as_a_file(app, county, record):
    answer = client_for(app, county.secretary).get(f"/branch-records/{record.id}.xlsx")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename={record.number}.xlsx"
    assert "no-store" in answer.headers["Cache-Control"]
    assert opened(record).max_row == load_workbook(io.BytesIO(answer.data)).active.max_row
    for kind in ("", ".pdf", ".xlsx"):
        for who in ("town_admin", "county_admin", "auditor"):
            assert client_for(app, getattr(county, who)).get(f"/branch-records/{record.id}{kind}").status_code == 200
        for who in ("member", "neighbour", "trainer"):
            assert client_for(app, getattr(county, who)).get(f"/branch-records/{record.id}{kind}").status_code == 404
