"""学习档案: everything that is held of one person's study, as a printed form and as JSON; all pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from learning.hours.rules import KINDS, YearHours, lines, sentences
from learning.records.rules import way_words
from learning.records.sheet_rules import COUNT, DAY, HOURS, Cell, Column, Sheet, Table, cell_text, numbered, summed

STATE_WORDS = {"valid": "有效", "corrected": "已更正", "revoked": "已撤销"}
REQUEST_WORDS = {"waiting": "等待答复", "forwarded": "已转报县委组织部", "done": "已更正", "kept": "核对无误"}
_YEARS = (
    *(Column("序号", 10, COUNT), Column("年度", 20), Column("应学", 14, HOURS)),
    *(Column(words.split("（")[0], 16, HOURS) for words in KINDS.values()),
    *(Column("上年结转", 15, HOURS), Column("合计", 15, HOURS), Column("还差", 15, HOURS), Column("说明", 102)),
)
_STUDY = (
    *(Column("序号", 10, COUNT), Column("日期", 24, DAY), Column("课程", 70), Column("怎样学的", 32), Column("学时", 14, HOURS)),
    *(Column("登记人", 30), Column("证明编号", 48), Column("更正或补记说明", 43)),
)
_PAPERS = (Column("序号", 10, COUNT), Column("证明编号", 56), Column("课程", 90), Column("学时", 15, HOURS), Column("发证日期", 26, DAY), Column("状态", 74))
_ROLLS = (
    *(Column("序号", 10, COUNT), Column("日期", 24, DAY), Column("课程", 80), Column("形式", 40), Column("到会", 50), Column("登记人", 30)),
    Column("举办党组织", 37),
)
_PLACES = (Column("序号", 10, COUNT), Column("起", 26, DAY), Column("止", 26, DAY), Column("党组织", 70), Column("怎样登记的", 139))
_ASKED = (Column("序号", 10, COUNT), Column("申请日期", 26, DAY), Column("申请内容", 95), Column("办理情况", 34), Column("答复", 106))


@dataclass(frozen=True)
class Study:
    """One line of the ledger of hours, or a course that was finished."""

    on: date | None
    title: str
    route: str
    kind: str
    quarters: int
    by: str
    number: str
    reason: str
    is_correction: bool
    is_own: bool


@dataclass(frozen=True)
class PersonFile:
    """What is held of one person's study. The rows of the tables that need no reckoning are given as they stand."""

    name: str
    home: str
    standing: str
    as_of: date
    years: tuple[tuple[YearHours, tuple[str, ...]], ...]  # with what was written about it after it was closed
    study: tuple[Study, ...]
    papers: tuple[tuple[str, str, int, date, str], ...]  # number, course, quarters, day, state with its reason
    rolls: tuple[tuple[date, str, str, str, str, str], ...]  # day, course, kind, state, who entered it, where
    places: tuple[tuple[date, date | None, str, str], ...]
    asked: tuple[tuple[date, str, str, str], ...]  # day, text, state, answers


def form(found: PersonFile) -> Sheet:
    """The whole file as a printed form."""
    study = numbered((one.on, one.title, _way(one), one.quarters, one.by or "系统按学习记录", one.number, one.reason) for one in found.study)
    tables = (
        Table("年度学时", _YEARS, numbered(_year(*one) for one in found.years)),
        _table("学习记录", _STUDY, study, summed(_STUDY, study)),
        _table("结业证明", _PAPERS, numbered(found.papers)),
        _table("集中学习和送学", _ROLLS, numbered(found.rolls)),
        _table("组织关系", _PLACES, numbered(found.places)),
        _table("更正申请和答复", _ASKED, numbered((on, text, REQUEST_WORDS[state], answers) for on, text, state, answers in found.asked)),
    )
    facts = (("姓名", found.name), ("所在党组织", found.home), ("登记情况", found.standing), ("截至日期", found.as_of.isoformat()))
    terms = found.years[0][0].terms if found.years else None
    basis = sentences(lines(terms)) if terms else ()
    notes = (*basis, "只记学了什么、怎样学完的，没有学习时长和上线时间。")
    return Sheet("学习档案", f"{found.name}学习档案", facts, tables, notes, ("本人签字", "支部书记签字"))


def as_json(sheet: Sheet) -> dict[str, Any]:
    """The form for other programs: hours as numbers, days in ISO form."""
    return {
        "title": sheet.title,
        **dict(sheet.facts),
        **{table.title: [_record(table, row) for row in table.rows] for table in sheet.tables},
        "说明": list(sheet.notes),
    }


def _table(title: str, columns: tuple[Column, ...], rows: Iterable[Sequence[Cell]], total: Sequence[Cell] = ()) -> Table:
    return Table(title, columns, tuple(tuple(row) for row in rows), tuple(total))


def _record(table: Table, row: Sequence[Cell]) -> dict[str, Any]:
    return {column.words: _value(column, value) for column, value in zip(table.columns, row, strict=True)}


def _value(column: Column, value: Cell) -> Any:
    if isinstance(value, int):
        return value / 4 if column.kind == HOURS else value
    return cell_text(column, value)


def _year(one: YearHours, later: Sequence[str]) -> tuple[Cell, ...]:
    found = one.figures
    said = [f"已结账，结转 {cell_text(Column('', 0, HOURS), found.carried_out)} 学时到下一年" if found.carried_out else "已结账"] if one.is_closed else []
    said += [*([] if found.required else ["不作硬性要求"]), *later]
    asked: tuple[Cell, Cell] = (found.required, found.remaining) if found.required else ("", "")
    return (f"{one.year} 年", asked[0], *(found.quarters.get(kind, 0) for kind in KINDS), found.carried_in, found.done, asked[1], "；".join(said))


def _way(one: Study) -> str:
    return way_words(one.route, one.kind, is_correction=one.is_correction, is_own=one.is_own)
