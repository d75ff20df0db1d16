"""Adapter of XlsxWriter: questions as a workbook in the columns that the importer reads. Text is always written as text."""

import io
from collections.abc import Iterable

import xlsxwriter

from courses.importers.rules import letters, text_of
from courses.questions.rules import DIFFICULTY_WORDS, KIND_WORDS, MOST_OPTIONS, TRUE_FALSE, NewItem

HEADINGS = ("题型", "题干", *(f"选项{chr(65 + place)}" for place in range(MOST_OPTIONS)), "答案", "解析", "难度", "知识点", "分值")
_WIDTHS = (8, 50, *(18 for _ in range(MOST_OPTIONS)), 16, 40, 8, 16, 8)


def workbook(items: Iterable[NewItem]) -> bytes:
    """Questions, one a row, the headings kept in sight; without questions it is the form to fill in."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    sheet = book.add_worksheet("题库")
    head = book.add_format({"bold": True, "bg_color": "#F2F4F7", "border": 1})
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    for column, (words, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, words, head)
    sheet.freeze_panes(1, 2)
    for place, item in enumerate(items, 1):
        for column, words in enumerate(row(item)):
            sheet.write_string(place, column, words, cell)
        sheet.write_number(place, len(HEADINGS) - 1, item.score, cell)
    book.close()
    return out.getvalue()


def row(item: NewItem) -> tuple[str, ...]:
    """The cells of a question, but for its score."""
    options = [] if item.kind == "true_false" else list(item.options)
    options += [""] * (MOST_OPTIONS - len(options))
    return (KIND_WORDS[item.kind], item.stem, *options, _answer(item), item.explanation, DIFFICULTY_WORDS[item.difficulty], item.topic)


def _answer(item: NewItem) -> str:
    if item.kind == "fill_in":
        return text_of(item.texts)
    return TRUE_FALSE[item.places[0]] if item.kind == "true_false" else letters(item.places)
