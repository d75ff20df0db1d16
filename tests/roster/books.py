"""Rosters as branches keep them, written to disk for the importer to read."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

IDENTITY = "11010519491231002X"
HEADERS = ("序号", "姓名", "性别", "身份证号码", "所在党支部", "人员类别", "入党时间", "联系电话", "是否流动党员", "流动党员联系人")


def xlsx(path: Path, rows: Sequence[Sequence[Any]], *, sheet: str = "名册", formulas: dict[str, str] | None = None) -> Path:
    """A workbook of one sheet; days are written as days."""
    book = xlsxwriter.Workbook(path)
    page, day = book.add_worksheet(sheet), book.add_format({"num_format": "yyyy-mm-dd"})
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                page.write_datetime(place, column, cell, day)
            elif isinstance(cell, int | float):
                page.write_number(place, column, cell)
            else:
                page.write_string(place, column, cell)
    for place, formula in (formulas or {}).items():
        page.write_formula(place, formula)
    book.close()
    return path


def xls(path: Path, rows: Sequence[Sequence[Any]], *, formula_at: tuple[int, int] | None = None) -> Path:
    """The same in the old format."""
    book = xlwt.Workbook()
    page = book.add_sheet("名册")
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            if (place, column) != formula_at:
                page.write(place, column, cell, xlwt.easyxf(num_format_str="YYYY-MM-DD") if isinstance(cell, date) else xlwt.Style.default_style)
    if formula_at:
        page.write(*formula_at, xlwt.Formula("1+1"))
    book.save(str(path))
    return path


def text(path: Path, rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8-sig") -> Path:
    """The same as comma-separated text."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path
