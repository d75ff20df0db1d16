"""Adapter of XlsxWriter: the branch record as a workbook to be printed or passed on. Text is always written as text."""

import io
from datetime import date
from typing import Any

import xlsxwriter

from learning.records.models import BranchRecord
from learning.records.pdf import person_cells
from learning.records.rules import COUNT_WORDS, PERSON_COLUMNS, help_words, is_day

_WIDTHS = (6, 12, 14, 14, 20, 14, 28, 34)
_DAY = PERSON_COLUMNS.index("完成日期") + 1


def branch_record(row: BranchRecord) -> bytes:
    """The record's counts and named list, A4 landscape, one page wide, the head of the list on every page."""
    out = io.BytesIO()
    # A fixed date of creation: the same record gives the same file.
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "支部完成记录", "created": row.confirmed_at.replace(tzinfo=None)})
    sheet = book.add_worksheet("支部完成记录")
    formats = looks(book)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    head = _top(sheet, row, formats)
    _people(sheet, row, head, formats)
    sheet.repeat_rows(head)
    sheet.freeze_panes(head + 1, 2)
    sheet.set_footer(f"&L编号 {row.number}　查询码 {row.code}&R第 &P 页，共 &N 页")
    book.close()
    return out.getvalue()


def looks(book: Any) -> dict[str, Any]:
    """The looks of cells that printed workbooks share."""
    base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
    return {
        "title": book.add_format({**base, "font_size": 18, "bold": True, "align": "center"}),
        "words": book.add_format({**base, "text_wrap": True}),
        "label": book.add_format({**base, "bold": True, "border": 1, "bg_color": "#F2F4F7", "text_wrap": True, "align": "center"}),
        "cell": book.add_format({**base, "border": 1, "text_wrap": True}),
        "number": book.add_format({**base, "border": 1, "align": "center"}),
        "date": book.add_format({**base, "border": 1, "num_format": "yyyy-mm-dd", "align": "center"}),
    }


def _top(sheet: Any, row: BranchRecord, formats: dict[str, Any]) -> int:
    """Title, particulars, counts; returns the row on which the list's head stands."""
    content, last = row.content, len(_WIDTHS) - 1
    sheet.merge_range(0, 0, 0, last, "支部完成记录", formats["title"])
    sheet.merge_range(1, 0, 1, last, f"支部：{content.get('organization_full') or content.get('organization', '')}", formats["words"])
    sheet.merge_range(2, 0, 2, last, f"活动：{content.get('campaign', '')}　统计日期：{row.as_of.isoformat()}", formats["words"])
    sheet.merge_range(3, 0, 3, last, f"编号：{row.number}　查询码：{row.code}　指纹（SHA-256）：{row.sha256}", formats["words"])
    place = 5
    sheet.write_string(place, 1, "项目", formats["label"])
    sheet.write_string(place, 2, "人数", formats["label"])
    counts = content.get("counts", {})
    for key, words in COUNT_WORDS.items():
        if counts.get(key) is not None:
            place += 1
            sheet.write_string(place, 1, words, formats["cell"])
            _value(sheet, place, 2, counts[key], formats)
    lines = [help_words(line) for line in content.get("help", [])]
    for said in ["支部做的工作和下一步", *lines] if lines else []:
        place += 1
        sheet.merge_range(place, 0, place, last, "", formats["words"])
        sheet.write_string(place, 0, said, formats["words"])
    place += 1
    sheet.merge_range(place, 0, place, last, f"确认人：{content.get('confirmed_by', '')}　书记签字：　　　　　　　（盖章处）", formats["words"])
    return int(place) + 2


def _people(sheet: Any, row: BranchRecord, head: int, formats: dict[str, Any]) -> None:
    for column, words in enumerate(("序号", *PERSON_COLUMNS)):
        sheet.write_string(head, column, words, formats["label"])
    for place, person in enumerate(row.content.get("people", []), 1):
        sheet.write_number(head + place, 0, place, formats["number"])
        for column, words in enumerate(person_cells(person), 1):
            _value(sheet, head + place, column, date.fromisoformat(words) if column == _DAY and is_day(words) else words, formats)


def _value(sheet: Any, place: int, column: int, value: Any, formats: dict[str, Any]) -> None:
    if isinstance(value, date):
        sheet.write_datetime(place, column, value, formats["date"])
    elif isinstance(value, int):
        sheet.write_number(place, column, value, formats["number"])
    else:
        sheet.write_string(place, column, str(value), formats["cell"])
