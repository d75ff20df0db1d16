"""Adapter of XlsxWriter: a printed form as a workbook, a sheet a table, with real numbers and days, laid out for A4."""

import io
from datetime import date
from typing import Any

import xlsxwriter

from learning.records.sheet_rules import COUNT, HOURS, LANDSCAPE, PORTRAIT, Cell, Column, Sheet, Table, texts
from learning.records.xlsx import looks

_A4 = 9
_LINE = 16  # points of a line of text
_SAFE = 80  # percent: programs without the workbook's font make columns up to a quarter wider
_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def workbook(form: Sheet) -> bytes:
    """The form, with the head of each table repeated on every page and the page breaks it asks for; nothing typed becomes a formula."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _PLAIN)
    book.set_properties({"title": form.title})
    made = looks(book)
    for place, table in enumerate(form.tables):
        sheet = book.add_worksheet(_tab(table.title, place))
        _lay_out(sheet, form, table)
        first = _top(sheet, form, table, made) if place == 0 else _heading(sheet, table, made)
        foot = _body(sheet, table, first, made)
        if place == 0:
            _foot(sheet, form, table, foot, made)
        sheet.repeat_rows(first)
        sheet.freeze_panes(first + 1, 2)
        if table.breaks:  # which Excel heeds only in a sheet that is not fitted to the width of a page
            sheet.set_print_scale(_SAFE)
            sheet.set_h_pagebreaks([first + 1 + row for row in table.breaks])
        else:
            sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _tab(title: str, place: int) -> str:
    """A name that a sheet may have: no more than 31 characters, none that Excel refuses, and none twice."""
    kept = "".join(" " if mark in "[]:*?/\\'" else mark for mark in title)[:26].strip()
    return f"{place + 1} {kept}" if place else kept


def _lay_out(sheet: Any, form: Sheet, table: Table) -> None:
    if form.is_wide:
        sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L{form.title.replace('&', '&&')}&R第 &P 页，共 &N 页")
    wide = sum(column.width for column in table.columns)
    scale = min(1, (LANDSCAPE if form.is_wide else PORTRAIT) / wide)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, (column.width * scale / 25.4 * 96 - 5) / 7)


def _heading(sheet: Any, table: Table, made: dict[str, Any]) -> int:
    sheet.merge_range(0, 0, 0, len(table.columns) - 1, "", made["title"])
    sheet.write_string(0, 0, table.title, made["title"])
    sheet.set_row(0, 30)
    return 1


def _top(sheet: Any, form: Sheet, table: Table, made: dict[str, Any]) -> int:
    """Title and particulars; returns the row on which the table's head stands."""
    last = len(table.columns) - 1
    for place, words in enumerate((form.title, *(f"{name}：{value}" for name, value in form.facts))):
        look = made["words"] if place else made["title"]
        sheet.merge_range(place, 0, place, last, "", look)
        sheet.write_string(place, 0, words, look)
        sheet.set_row(place, _height(words, form.width) if place else 30)
    return len(form.facts) + 1


def _body(sheet: Any, table: Table, first: int, made: dict[str, Any]) -> int:
    heads = [column.words for column in table.columns]
    for place, words in enumerate(heads):
        sheet.write_string(first, place, words, made["label"])
    sheet.set_row(first, _tallest(table, heads))
    rows = [*table.rows, table.total] if table.total else list(table.rows)
    for line, row in enumerate(rows, first + 1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write(sheet, (line, place), column, value, made)
        sheet.set_row(line, _tallest(table, texts(table, row)))
    return first + 1 + len(rows)


def _tallest(table: Table, row: list[str]) -> int:
    return max(_height(words, column.width - 2) for column, words in zip(table.columns, row, strict=True)) + 4


def _foot(sheet: Any, form: Sheet, table: Table, line: int, made: dict[str, Any]) -> None:
    last, signs = len(table.columns) - 1, "　　　".join(f"{who}：　　　　　　" for who in form.signs)
    for words in filter(None, (*form.notes, signs)):
        sheet.merge_range(line, 0, line, last, "", made["words"])
        sheet.write_string(line, 0, words, made["words"])
        sheet.set_row(line, _height(words, form.width) + 4)
        line += 1


def _write(sheet: Any, at: tuple[int, int], column: Column, value: Cell, made: dict[str, Any]) -> None:
    if value is None or value == "":
        sheet.write_blank(*at, None, made["number" if column.kind in (COUNT, HOURS) else "cell"])
    elif isinstance(value, date):
        sheet.write_datetime(*at, value, made["date"])
    elif isinstance(value, int):
        sheet.write_number(*at, value / 4 if column.kind == HOURS else value, made["number"])
    else:
        sheet.write_string(*at, value, made["cell"])


def _height(words: str, width: int) -> int:
    """Points for words that run over several lines: few programs find a row's height by themselves. In millimetres a Han character is a good 4 wide."""
    long = sum(9 if ord(mark) > 0x2E80 else 5 for mark in words)
    return _LINE * max(1, -(-long // max(1, 2 * width)))
