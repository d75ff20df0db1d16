"""From the cells of a sheet to lines of a roster: where its head is, what was left out, and what each line says."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any

from courses.kernel.words import Told, Words, joined
from learning.accounts.rules import looks_like_identity_number, normal_mobile
from learning.roster import cell_rules, column_rules
from learning.roster.cell_rules import Unclear
from learning.roster.column_rules import FIELD_WORDS

Cell = str | int | float | bool | date
MOST = 15_000  # lines in one file
_KEPT, _LOOKED_AT = 200, 400  # letters of a cell; a number that begins among those kept ends among those looked at
_FOOT = re.compile(r"(合计|总计|小计|填表|制表|审核|负责人|备注|说明|注|单位)[\s:：(（].*|合计|总计|小计|说明|注")
_LONG_DIGITS = re.compile(r"\d{15,}[Xx]?")
_USUAL = re.compile(r"[\u4e00-\u9fff]*|[0-9.年月日-]{0,14}")  # most cells: what is too short for such a number, or holds no figure
_CLEARED = ("contact", "host")  # an empty cell empties these; elsewhere it leaves what stands


@dataclass(frozen=True)
class Row:
    """One line of the file: its number as the spreadsheet shows it, its cells as text, and why it cannot be taken, if so."""

    number: int
    cells: tuple[str, ...]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A sheet without what must not be kept: columns of identity numbers are empty, and so is any cell that held one."""

    sheet: str
    head: int
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    dropped: tuple[int, ...]  # columns of identity numbers
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """What one line says, by field; `faults` are why it is refused, `notes` what of it was left out."""

    number: int
    values: Mapping[str, Any]
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


class NoRoster(Told):
    """Nothing in the file looks like a roster; the words say how to mend it."""


def table_of(sheets: Iterable[tuple[str, Sequence[Sequence[Cell]], frozenset[tuple[int, int]]]]) -> Table:
    """The first sheet with a column of names, else the first with two columns; raises `NoRoster`."""
    filled = [(name, rows, formulas) for name, rows, formulas in sheets if any(_text(cell) for row in rows for cell in row)]
    headed = [(place, one) for one in filled if (place := _head_of(one[1])) is not None]
    if not headed:
        raise NoRoster("没有找到名册：第一行要写各栏的名称，例如 姓名、所在支部、类别。")
    place, (name, rows, formulas) = next((one for one in headed if _is_named(one[1][1][one[0]])), headed[0])
    others = tuple(other for other, _, _ in filled if other != name)
    notices = (Words("只读了“%(sheet)s”这一页，没有读：%(others)s。", sheet=name, others=joined(others, Words("、"))),) if others else ()
    return _scrubbed(name, rows, formulas, place, notices)


def lines(table: Table, columns: Sequence[str], *, today: date) -> list[Line]:
    """What each line says when its columns mean `columns`; lines at the foot that are about the table are left out, and places numbered beforehand."""
    named = columns.index("name") if "name" in columns else None
    if named is None:
        raise NoRoster("请指出哪一栏是姓名。")
    last = max((row.number for row in table.rows if row.cells[named]), default=0)
    read = cache(partial(_value, today=today))  # branches, stages and days are few, lines are many
    return [_line(row, columns, read) for row in table.rows if row.faults or not _is_aside(row, columns, at_foot=row.number > last)]


def _is_aside(row: Row, columns: Sequence[str], *, at_foot: bool) -> bool:
    """Whether a line is about the table or holds nothing but a number; one of a person whose name was forgotten is neither."""
    if any(_FOOT.fullmatch(cell) for cell in row.cells[:2]):
        return True
    if row.cells[columns.index("name")]:
        return False
    used, filled = sum(bool(meaning and cell) for cell, meaning in zip(row.cells, columns, strict=True)), sum(map(bool, row.cells))
    return (filled < 2 and not used) or (at_foot and used < 2 and filled < 3 and not _holds_number(row, columns))


def _holds_number(row: Row, columns: Sequence[str]) -> bool:
    return any(meaning == "mobile" and normal_mobile(cell) for cell, meaning in zip(row.cells, columns, strict=True))


def _line(row: Row, columns: Sequence[str], read: Callable[[str, str], tuple[Any, str]]) -> Line:
    values: dict[str, Any] = {}
    faults, notes = list(row.faults), []
    for cell, meaning in zip(row.cells, columns, strict=True):
        if not meaning:
            continue
        if not cell:
            values.update({meaning: ""} if meaning in _CLEARED else {})
            continue
        try:
            values[meaning], note = read(meaning, cell)
            notes += [note] if note else []
        except Unclear as fault:
            faults.append(joined((FIELD_WORDS[meaning], fault.message), Words("：")))
    if "mobile" in values and values["mobile"] is None:
        del values["mobile"]
        values.setdefault("online", False)
    if "name" not in values and not faults:
        faults.append(Words("没有写姓名"))
    return Line(row.number, values, tuple(faults), tuple(notes))


_READERS: dict[str, Callable[[str], Any]] = {
    "name": cell_rules.name_of,
    "branch": cell_rules.plain,
    "stage": cell_rules.stage_of,
    "expectation": cell_rules.expectation_of,
    "online": cell_rules.truth_of,
    "floating": cell_rules.truth_of,
    "mobile": cell_rules.mobile_of,
    "id": cell_rules.id_of,
}


def _value(meaning: str, cell: str, *, today: date) -> tuple[Any, str]:
    if meaning in {"contact", "host"}:
        words, left = cell_rules.words_of(cell)
        if len(words) > (40 if meaning == "contact" else 80):
            raise Unclear("太长了")
        return words, Words("%(field)s里的号码没有登记", field=FIELD_WORDS[meaning]) if left else ""
    if meaning in {"joined_on", "since"}:
        return cell_rules.day_of(cell, today=today), ""
    return _READERS[meaning](cell), ""


def _head_of(rows: Sequence[Sequence[Cell]]) -> int | None:
    top = list(rows[:15])
    named = next((place for place, row in enumerate(top) if _is_named(row)), None)
    if named is not None:
        return named
    return next((place for place, row in enumerate(top) if sum(bool(column_rules.field_of(_text(cell))) for cell in row) >= 1), None)


def _is_named(row: Sequence[Cell]) -> bool:
    return any(column_rules.field_of(_text(cell)) == "name" for cell in row)


def _scrubbed(name: str, rows: Sequence[Sequence[Cell]], formulas: frozenset[tuple[int, int]], head: int, notices: tuple[str, ...]) -> Table:
    width = len(rows[head])
    headers = [_header(cell) for cell in rows[head]]
    below = [(place, [*row[:width], *[""] * (width - len(row))]) for place, row in enumerate(rows) if place > head and any(_text(cell) for cell in row)]
    if len(below) > MOST:
        raise NoRoster("名册太长，一次最多 %(most)s 人，请分几次导入。", most=MOST)
    dropped = tuple(column for column in range(width) if column_rules.is_identity(headers[column]) or _is_of_identities(row[column] for _, row in below))
    notices += tuple(Words("“%(column)s”是身份证号，整栏没有读取，也不会保存。", column=headers[column] or _place(column)) for column in dropped)
    unkept = [header for column, header in enumerate(headers) if column not in dropped and header and column_rules.is_kept_nowhere(header)]
    notices += (Words("系统不登记：%(columns)s。", columns=joined(unkept, Words("、"))),) if unkept else ()
    wanted = tuple(_row(place, row, dropped, formulas) for place, row in below)
    return Table(name, head + 1, tuple(headers), wanted, dropped, notices)


def _row(place: int, row: Sequence[Cell], dropped: tuple[int, ...], formulas: frozenset[tuple[int, int]]) -> Row:
    cells, faults = [], []
    for column, cell in enumerate(row):
        text = "" if column in dropped else _text(cell)
        if column not in dropped and (place, column) in formulas:
            faults.append(Words("%(column)s是公式，请改成文字或数字", column=_place(column)))
            text = ""
        elif _is_identity(cell, text):
            faults.append(Words("%(column)s像是身份证号，不能登记，请删去", column=_place(column)))
            text = ""
        cells.append(text[:_KEPT])
    return Row(place + 1, tuple(cells), tuple(faults))


def _place(column: int) -> Words:
    return Words("第 %(n)s 栏", n=column + 1)


def _is_of_identities(column: Iterable[Cell]) -> bool:
    filled = [cell for cell in column if _text(cell)]
    return len(filled) > 0 and 2 * sum(_is_identity(cell, _text(cell)) for cell in filled) > len(filled)


def _is_identity(cell: Cell, text: str) -> bool:
    """An identity number, or a number so long that it could be one whose last digits the spreadsheet has lost already."""
    text = text[:_LOOKED_AT]
    if _USUAL.fullmatch(text):
        return False
    too_long = isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= 1e14
    return bool(text) and (too_long or looks_like_identity_number(text) or bool(_LONG_DIGITS.search(re.sub(r"[\s-]", "", text))))


def _header(cell: Cell) -> str:
    text = re.sub(r"\s", "", _text(cell))[:40]
    return "（数字）" if _is_identity(cell, text) else text


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell).strip()
