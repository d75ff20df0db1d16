"""Whole files: what is read of each kind, what is refused, and that identity numbers go no further."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.kernel import sheets
from courses.kernel.errors import Refused
from learning.roster import column_rules, files, table_rules
from learning.roster.table_rules import Line, NoRoster
from tests.house.sources import ROOT
from tests.roster import books
from tests.roster.books import HEADERS, IDENTITY

TODAY = date(2026, 11, 2)
ROWS: list[list[Any]] = [
    [1, "张　甲", "男", IDENTITY, "柳荫村党支部", "正式党员", date(2001, 7, 1), 19900000001, "否", ""],
    [2, "𠮷一一", "女", 110105194912310021, "柳荫村党支部", "预备党员", "2026年1月", "无", "是", "王丙 13800000000"],
]


def read(path: Path) -> tuple[table_rules.Table, list[Line]]:
    table = files.read(path)
    return table, table_rules.lines(table, column_rules.understood(table.headers, {}), today=TODAY)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_same_roster_in_every_kind_of_file(kind: str, tmp_path: Path):
    rows: list[Any] = [["柳荫村党支部党员名册"], list(HEADERS), *ROWS, ["填表人：陈戊"]]
    path = getattr(books, kind)(tmp_path / f"名册.{kind}", rows) if kind in {"xlsx", "xls"} else books.text(tmp_path / "名册.csv", rows, encoding=kind)
    table, (first, second) = read(path)
    assert (first.faults, second.faults) == ((), ())
    assert first.values == {
        **{"name": "张甲", "branch": "柳荫村党支部", "stage": "full", "joined_on": date(2001, 7, 1), "mobile": "19900000001", "floating": False, "contact": ""}
    }
    assert second.values == {
        **{"name": "𠮷一一", "branch": "柳荫村党支部", "stage": "probationary", "joined_on": date(2026, 1, 1), "floating": True, "contact": "王丙"},
        "online": False,
    }
    assert second.notes == ("联系人里的号码没有登记",)
    assert table.dropped == (3,) and any("身份证号" in words for words in table.notices) and any("性别" in words for words in table.notices)
    assert "1101051949" not in repr(table)


def test_an_identity_number_among_other_cells_refuses_its_row_and_is_gone(tmp_path: Path):
    path = books.xlsx(tmp_path / "a.xlsx", [["姓名", "联系人"], ["张甲", f"号码{IDENTITY}"], ["李乙", "王丙"], ["王丙", 110105194912310021], ["赵丁", "王丙"]])
    table, lines = read(path)
    assert [bool(line.faults) for line in lines] == [True, False, True, False]
    assert "1101051949" not in repr(table) + repr(lines)


def test_a_formula_refuses_its_row_alone(tmp_path: Path):
    rows = [["姓名", "类别"], ["张甲", "正式党员"], ["李乙", ""]]
    _, lines = read(books.xlsx(tmp_path / "a.xlsx", rows, formulas={"B3": '="正式"&"党员"'}))
    assert [bool(line.faults) for line in lines] == [False, True] and "公式" in lines[1].faults[0]
    _, lines = read(books.xls(tmp_path / "a.xls", rows, formula_at=(2, 1)))
    assert [bool(line.faults) for line in lines] == [False, True]
    _, lines = read(books.text(tmp_path / "a.csv", [*rows[:2], ["李乙", "=HYPERLINK(1)"]]))
    assert [bool(line.faults) for line in lines] == [False, True]


def bomb(path: Path) -> None:
    books.xlsx(path, [["姓名"], ["张甲"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/big.bin", b"0" * (210 * 1024 * 1024))


def far_cell(path: Path) -> None:
    books.xlsx(path, [["姓名"], ["张甲"]])
    _rewritten(path, "xl/worksheets/sheet1.xml", b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


def many_rows(path: Path) -> None:
    books.xlsx(path, [["姓名"], ["张甲"]])
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (place, place) for place in range(3, 400_000))
    _rewritten(path, "xl/worksheets/sheet1.xml", b"</sheetData>", rows + b"</sheetData>")


def macros(path: Path) -> None:
    books.xlsx(path, [["姓名"], ["张甲"]])
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")


def outside(path: Path) -> None:
    books.xlsx(path, [["姓名"], ["张甲"]])
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("../../etc/x", b"x")


def locked(path: Path) -> None:
    # What Excel writes for a workbook with a password: a compound file whose stream is named EncryptedPackage.
    import xlwt.CompoundDoc as compound

    document = compound.XlsDoc()
    document.save(str(path), b"\0" * 4096)
    path.write_bytes(path.read_bytes().replace("Workbook".encode("utf-16-le"), "Workbook".encode("utf-16-le")))
    data = bytearray(path.read_bytes())
    place = data.find("Workbook".encode("utf-16-le"))
    name = "EncryptedPackage".encode("utf-16-le")
    data[place : place + len(name)] = name
    data[place + 64 : place + 66] = (len(name) + 2).to_bytes(2, "little")
    path.write_bytes(bytes(data))


def _rewritten(path: Path, part: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as packed:
        parts = {one.filename: packed.read(one) for one in packed.infolist()}
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)


@pytest.mark.parametrize(
    ("make", "words"), [(bomb, "展开以后太大"), (far_cell, "限定的时间和内存"), (many_rows, "太长"), (macros, "宏"), (outside, "结构不对"), (locked, "密码")]
)
def test_files_that_are_not_taken(make: Any, words: str, tmp_path: Path):
    make(tmp_path / "名册.xlsx")
    with pytest.raises(Refused, match=words):
        sheets.read(tmp_path / "名册.xlsx")


@pytest.mark.parametrize(
    "data", [b"", b"\0\1\2", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken", b"\xff\xfe\x00\xd8", b"\xa0\xff\xff"]
)
def test_bytes_that_are_no_table(data: bytes, tmp_path: Path):
    (tmp_path / "名册.xlsx").write_bytes(data)
    with pytest.raises(Refused):
        sheets.read(tmp_path / "名册.xlsx")


def test_a_file_without_a_roster_says_what_is_missing(tmp_path: Path):
    with pytest.raises(Refused, match="没有找到名册"):
        files.read(books.xlsx(tmp_path / "a.xlsx", [["收入", "支出"], [1, 2]]))


CELL = st.one_of(st.text(max_size=30), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.dates(), st.booleans())


@settings(max_examples=200)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=6))
def test_no_cells_break_the_reading_and_no_identity_number_survives_it(rows: list[list[Any]]):
    rows = [["姓名", "联系人", "入党日期"], *rows, ["张甲", f"x{IDENTITY}", IDENTITY]]
    table = table_rules.table_of([("名册", rows, frozenset())])
    try:
        lines = table_rules.lines(table, column_rules.understood(table.headers, {}), today=TODAY)
    except NoRoster:
        lines = []
    assert "1101051949" not in repr(table) + repr(lines)


def asked(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run([sys.executable, "-m", "learning.roster.commands", "read", *arguments], cwd=ROOT, capture_output=True, timeout=60, check=False)
    return done.returncode, json.load(io.BytesIO(done.stdout))


def test_a_file_is_read_at_a_terminal(tmp_path: Path):
    status, told = asked(str(books.xlsx(tmp_path / "名册.xlsx", [list(HEADERS), *ROWS, [3, "", "", "", "", "正式党员", "昨天"]])))
    assert status == 0 and told["people"] == 2 and told["understood"][0]["name"] == "张甲" and told["understood"][1]["joined_on"] == "2026-01-01"
    assert [row["row"] for row in told["refused"]] == [4]
    (tmp_path / "x.xlsx").write_bytes(b"\0\0")
    status, told = asked(str(tmp_path / "x.xlsx"))
    assert status == 2 and told["reason"]


def test_a_line_whose_name_was_forgotten_is_told_by_its_number_and_a_place_numbered_beforehand_is_not():
    head = ["序号", "姓名", "所在党支部", "人员类别", "手机号", "民族"]
    rows = [
        ["1", "张甲", "柳荫村党支部", "正式党员", "", "汉"],
        ["2", "", "", "正式党员", "", ""],
        ["3", "", "", "", "", ""],
        ["4", "李乙", "柳荫村党支部", "正式党员", "", "汉"],
        ["5", "", "", "", "19900001234", ""],
        ["6", "", "", "", "", "汉"],
        ["7", "", "柳荫村党支部", "", "", "汉"],
        ["", "", "共 13 人", "", "", ""],
    ]
    table = table_rules.table_of([("名册", [head, *rows], frozenset())])
    read_ = table_rules.lines(table, column_rules.understood(table.headers, {}), today=TODAY)
    assert [(line.number, line.values.get("name"), line.faults) for line in read_] == [
        (2, "张甲", ()),
        (3, None, ("没有写姓名",)),
        (5, "李乙", ()),
        (6, None, ("没有写姓名",)),
        (8, None, ("没有写姓名",)),
    ]
