"""Adapter of XlsxWriter: a list of any length as a workbook, written row by row. Text is always written as text."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

Cell = str | int | float | date | None
MOST_ROWS = 1_000_000  # that a sheet holds; the rest goes on a further one


def table(out: Path | BinaryIO, *, title: str, sheet: str, headers: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]) -> int:
    """Write the rows under `headers` (words, width), A4 across, the head on every printed page; says how many there were."""
    plain = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(out) if isinstance(out, Path) else out, plain)
    cell, day = book.add_format({"border": 1, "valign": "top", "text_wrap": True}), book.add_format({"border": 1, "num_format": "yyyy-mm-dd", "valign": "top"})
    page, count = _sheet(book, sheet, title, headers), 0
    for row in rows:
        if count and count % MOST_ROWS == 0:
            page = _sheet(book, f"{sheet}{count // MOST_ROWS + 1}", title, headers)
        for column, value in enumerate(row):
            place = (count % MOST_ROWS + 1, column)
            if isinstance(value, date):
                page.write_datetime(*place, value, day)
            elif isinstance(value, int | float):
                page.write_number(*place, value, cell)
            else:
                page.write_string(*place, value or "", cell)
        count += 1
    book.close()
    return count


def _sheet(book: Any, name: str, title: str, headers: Sequence[tuple[str, int]]) -> Any:
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#F2F4F7", "text_wrap": True, "valign": "vcenter"})
    page = book.add_worksheet(name)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.freeze_panes(1, 0)
    page.set_header(f"&C{title.replace('&', '&&')}")
    page.set_footer("&R第 &P 页，共 &N 页")
    for column, (words, width) in enumerate(headers):
        page.set_column(column, column, width)
        page.write_string(0, column, words, head)
    return page
