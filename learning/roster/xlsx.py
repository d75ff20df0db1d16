"""Adapter of XlsxWriter: a roster as a workbook that can be changed and read back. Text is always written as text."""

import io
from collections.abc import Sequence

import xlsxwriter


def roster(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """One sheet, its head frozen and repeated on each printed page, A4 across."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    sheet = book.add_worksheet("名册")
    head, cell = book.add_format({"bold": True, "border": 1, "bg_color": "#F2F4F7"}), book.add_format({"border": 1, "num_format": "@"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 2)
    sheet.set_header(f"&C{title.replace('&', '&&')}")
    for column, words in enumerate(headers):
        sheet.set_column(column, column, max(10, 2 * len(words) + 2))
        sheet.write_string(0, column, words, head)
    for place, row in enumerate(rows, 1):
        for column, words in enumerate(row):
            sheet.write_string(place, column, words, cell)
    book.close()
    return out.getvalue()
