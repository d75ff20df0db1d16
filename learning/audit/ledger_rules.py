"""The year ledger and the summary sheet, from figures to the cells of a printed form; 人 and 人次 are never one column."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from courses.kernel.words import Words
from learning.hours.rules import KINDS, Figures, Terms, lines, sentences
from learning.organization.rules import STAGE_WORDS
from learning.records.rules import FORM_WORDS, way_words
from learning.records.sheet_rules import BLANK, COUNT, DAY, HOURS, Cell, Column, Sheet, Table, numbered, summed

_SHORT = {
    "centralized_training": "集中培训",
    "collective_study": "集体学习",
    "online_training": "网络培训",
    "home_delivery": "送学上门",
    "self_study": "个人自学",
}
_HOURS = tuple(Column(_SHORT[kind], 14, HOURS) for kind in KINDS)
_LEDGER = (
    *(Column("序号", 10, COUNT), Column("姓名", 20), Column("党员类别", 20), Column("应学", 13, HOURS)),
    *_HOURS,
    *(Column("上年结转", 13, HOURS), Column("合计", 13, HOURS), Column("还差", 13, HOURS), Column("完成情况", 18)),
    *(Column("怎样学的", 30), Column("备注", 25), Column("未完成原因和补学安排", 26, BLANK)),
)
_CREDITS = (
    *(Column("序号", 12, COUNT), Column("姓名", 22), Column("课程", 64), Column("学习形式", 32), Column("学时", 14, HOURS), Column("日期", 24, DAY)),
    *(Column("登记人", 22), Column("证明编号", 46), Column("更正或补记说明", 35)),
)
_SUMMARY = (
    *(Column("序号", 10, COUNT), Column("党组织", 46), Column("党员（人）", 16, COUNT), Column("应学（人）", 16, COUNT), Column("已完成（人）", 16, COUNT)),
    *(Column("学习中（人）", 16, COUNT), Column("需要帮助（人）", 17, COUNT), Column("不作硬性要求（人）", 19, COUNT), Column("其他学员（人）", 17, COUNT)),
    *(Column("学完课程（人）", 17, COUNT), Column("学完课程（人次）", 18, COUNT)),
    *(Column(f"{_SHORT[kind]}（学时）", 15, HOURS) for kind in KINDS if kind != "self_study"),
)
_STATES = {"done": "已完成", "doing": "学习中", "help": "需要帮助", "encouraged": "不作硬性要求", "other": "另外统计"}


@dataclass(frozen=True)
class Line:
    """One person of a ledger. `group` is that of `Standing`; `how` counts the ways in which their hours arose."""

    name: str
    stage: str
    group: str
    figures: Figures
    routes: tuple[str, ...] = ()
    corrections: int = 0
    note: str = ""

    @property
    def state(self) -> str:
        """'done', 'doing' or 'help' for those of whom hours are asked; 'encouraged' and 'other' stand beside them."""
        if self.group != "required":
            return self.group
        return "done" if self.figures.is_fulfilled else "doing" if self.figures.done else "help"

    @property
    def how(self) -> str:
        """'线上 2 门、送学 1 门；更正 1 条'."""
        ways = Counter(self.routes)
        said = "、".join(f"{words} {ways[route]} 门" for route, words in FORM_WORDS.items() if ways[route])
        return "；".join(filter(None, (said, f"更正 {self.corrections} 条" if self.corrections else "")))


@dataclass(frozen=True)
class Told:
    """One line of the ledger's details."""

    name: str
    title: str
    route: str
    kind: str
    quarters: int
    on: date | None
    by: str
    number: str
    reason: str
    is_correction: bool
    is_own: bool = False


def ledger(where: str, year: int, as_of: date, terms: Terms, *, is_closed: bool, people: Sequence[Line], told: Iterable[Told]) -> Sheet:
    """党员学习台账: what each was asked, did, and still has to do; then how each hour arose."""
    rows = numbered(_person(line) for line in people)
    asked = [line for line in people if line.group == "required"]
    facts = (
        ("党组织", where),
        ("年度", f"{year} 年（{'已结账，数字不再变' if is_closed else f'统计日期 {as_of.isoformat()}'}）"),
        ("人数", f"在册 {len(people)} 人，应学 {len(asked)} 人，已完成 {sum(line.state == 'done' for line in asked)} 人"),
        ("人次", f"学完课程 {sum(line.figures.courses for line in people)} 人次"),
    )
    details = numbered(_detail(line) for line in told)
    tables = (Table("党员学习台账", _LEDGER, rows, summed(_LEDGER, rows)), Table("学时明细", _CREDITS, details, summed(_CREDITS, details)))
    return Sheet("党员学习台账", f"{where}{year}年学习台账", facts, tables, _basis(terms), ("支部书记", "填表人", "填表日期"))


def summary(top: str, year: int, as_of: date, terms: Terms, *, is_closed: bool, groups: Sequence[tuple[str, str, Sequence[Line]]]) -> Sheet:
    """汇总表: a line for each organization ({name, what stands above it, its people}), a page for each committee; order by code, never by a figure."""
    rows = numbered((name, *_counts(people)) for name, _, people in groups)
    above = [parent for _, parent, _ in groups]
    breaks = tuple(place for place in range(1, len(above)) if above[place] != above[place - 1] and len(above) > 25)
    facts = (
        ("党组织", top),
        ("年度", f"{year} 年（{'已结账，数字不再变' if is_closed else f'统计日期 {as_of.isoformat()}'}）"),
    )
    notes = (*_basis(terms), "人：每位同志只算一次。人次：一位同志学完几门课程就算几次。两栏不能相加。")
    return Sheet(Words("党员学习汇总表"), f"{top}{year}年学习汇总表", facts, (Table("党员学习汇总表", _SUMMARY, rows, summed(_SUMMARY, rows), breaks),), notes)


def _person(line: Line) -> tuple[Cell, ...]:
    found = line.figures
    asked = line.group == "required"
    return (
        line.name,
        STAGE_WORDS.get(line.stage, ""),
        found.required if asked else "",
        *(found.quarters.get(kind, 0) for kind in KINDS),
        found.carried_in,
        found.done,
        found.remaining if asked else "",
        _STATES[line.state],
        line.how,
        line.note,
        "",
    )


def _detail(line: Told) -> tuple[Cell, ...]:
    way = way_words(line.route, line.kind, is_correction=line.is_correction, is_own=line.is_own)
    return (line.name, line.title, way, line.quarters, line.on, line.by or "系统按学习记录", line.number, line.reason)


def _counts(people: Sequence[Line]) -> tuple[Cell, ...]:
    states = Counter(line.state for line in people)
    members = sum(line.group != "other" for line in people)
    return (
        members,
        members - states["encouraged"],
        *(states[state] for state in ("done", "doing", "help", "encouraged", "other")),
        sum(line.figures.courses > 0 for line in people),
        sum(line.figures.courses for line in people),
        *(sum(line.figures.quarters.get(kind, 0) for line in people) for kind in KINDS if kind != "self_study"),
    )


def _basis(terms: Terms) -> tuple[str, ...]:
    carried = f"合计＝计入年度的学时＋上年结转；单位：学时，1 学时为 {terms.minutes_per_hour} 分钟。个人自学{'计入' if 'self_study' in terms.counted_kinds else '只作记录，不计入'}。"
    return (carried, *sentences(lines(terms)[2:]))
