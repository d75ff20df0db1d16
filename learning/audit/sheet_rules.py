"""Roster, sign-in sheet, score sheet and summary of a class or a session, from values to the cells of printed forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from courses.kernel.words import Words
from learning.classes.rules import SESSION_WORDS, STATE_WORDS, Tally
from learning.hours.rules import hours_text
from learning.organization.rules import STAGE_WORDS
from learning.records.rules import ROUTE_WORDS
from learning.records.sheet_rules import BLANK, COUNT, DAY, HOURS, Cell, Column, Sheet, Table, numbered, summed

_ROSTER = (
    *(Column("序号", 12, COUNT), Column("姓名", 24), Column("所在支部", 46), Column("职务", 34), Column("类别", 24)),
    *(Column("应到（场）", 20, COUNT), Column("备注", 24, BLANK)),
)
_SIGN_IN = (*(Column("序号", 12, COUNT), Column("姓名", 26), Column("所在支部", 46), Column("到会", 20), Column("签名", 40, BLANK), Column("备注", 40)),)
_SCORES = (
    *(Column("序号", 12, COUNT), Column("姓名", 24), Column("所在支部", 44), Column("课程", 60), Column("学习形式", 30), Column("成绩", 14, COUNT)),
    *(Column("次数", 14, COUNT), Column("结果", 20), Column("日期", 24, DAY), Column("证明编号", 29)),
)
_SESSIONS = (
    *(Column("序号", 11, COUNT), Column("课程", 58), Column("日期", 24, DAY), Column("形式", 22), Column("地点", 30), Column("授课人", 22)),
    *(
        Column("学时", 14, HOURS),
        Column("应到（人）", 18, COUNT),
        Column("实到（人）", 18, COUNT),
        Column("请假（人）", 18, COUNT),
        Column("缺席（人）", 18, COUNT),
    ),
    Column("登记人", 18),
)


@dataclass(frozen=True)
class Held:
    """A session as it stands on paper, with its roll: (name, home, state, reason)."""

    title: str
    on: date
    kind: str
    venue: str
    lecturer: str
    quarters: int
    by: str
    tally: Tally
    roll: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True)
class Named:
    """Someone of a class: `duty` are their posts in words."""

    name: str
    home: str
    duty: str
    stage: str
    expected: int


@dataclass(frozen=True)
class Marked:
    """What someone came to in a course; `best` in percent."""

    name: str
    home: str
    title: str
    on: date | None
    route: str
    best: int | None
    tries: int
    number: str
    is_revoked: bool

    @property
    def result(self) -> str:
        if self.is_revoked:
            return "已撤销"
        return "合格" if self.on else "学习中" if self.tries else ""


def roster(title: str, facts: Sequence[tuple[str, str]], people: Sequence[Named]) -> Sheet:
    """班次花名册."""
    rows = numbered((one.name, one.home, one.duty, STAGE_WORDS.get(one.stage, ""), one.expected, "") for one in people)
    return Sheet(Words("班次花名册"), f"{title}花名册", (*facts, ("人数", f"{len(rows)} 人")), (Table("花名册", _ROSTER, rows),))


def sign_in(title: str, facts: Sequence[tuple[str, str]], sessions: Sequence[Held]) -> Sheet:
    """签到表, a table a session, to be signed or already called."""
    tables = tuple(_signed(one, place, len(sessions)) for place, one in enumerate(sessions, 1))
    more = _of_session(sessions[0]) if len(sessions) == 1 else (("场次", f"{len(sessions)} 场"),)
    return Sheet("签到表", f"{title}签到表", (*facts, *more), tables, signs=("登记人", "负责人"))


def blank_sign_in(where: str, names: Sequence[str]) -> Sheet:
    """签到表 to be filled in by hand: the names stand, what it is for does not yet."""
    rows = numbered((name, where, "", "", "") for name in names)
    facts = (("党组织", where), ("主题", ""), ("时间地点", ""), ("人数", f"应到 {len(rows)} 人，实到　　人，请假　　人"))
    return Sheet("签到表", f"{where}签到表", facts, (Table("签到表", _SIGN_IN, rows),), signs=("登记人", "负责人"))


def scores(title: str, name: str, facts: Sequence[tuple[str, str]], rows: Sequence[Marked]) -> Sheet:
    """成绩单: the best score counts, and a page begins with each course of a long one; people stand in the order of their names, never of their scores."""
    cells = numbered(_mark(one) for one in rows)
    courses = [one.title for one in rows]
    breaks = tuple(place for place in range(1, len(courses)) if courses[place] != courses[place - 1] and len(courses) > 25)
    people, passed = len({(one.name, one.home) for one in rows}), sum(one.result == "合格" for one in rows)
    more = (("人数", f"{people} 人"), ("人次", f"合格 {passed} 人次"))
    notes = ("成绩取最好的一次，不限次数；没有测验的课程和集中、送学不记分。",)
    return Sheet(title, name, (*facts, *more), (Table(title, _SCORES, cells, breaks=breaks),), notes)


def class_summary(title: str, facts: Sequence[tuple[str, str]], sessions: Sequence[Held], *, people: int) -> Sheet:
    """班次汇总表: a line a session. The heads of the whole class are people; the sum of a column is person-times."""
    rows = numbered((one.title, one.on, SESSION_WORDS[one.kind], one.venue, one.lecturer, one.quarters, *_tallied(one.tally), one.by) for one in sessions)
    total = summed(_SESSIONS, rows, "合计（人次）")
    more = (("人数", f"{people} 人"), ("人次", f"实到 {sum(one.tally.present for one in sessions)} 人次"))
    notes = ("人数：每位同志只算一次。合计一行是各场相加的人次。",)
    return Sheet(Words("班次汇总表"), f"{title}汇总表", (*facts, *more), (Table("班次汇总表", _SESSIONS, rows, total),), notes)


def _signed(one: Held, place: int, count: int) -> Table:
    rows = numbered((name, home, STATE_WORDS.get(state, ""), "", reason) for name, home, state, reason in one.roll)
    words = "签到表" if count == 1 else f"{place}. {one.on.isoformat()} {one.title}"
    return Table(words, _SIGN_IN, rows)


def _of_session(one: Held) -> tuple[tuple[str, str], ...]:
    tally = one.tally
    return (
        ("主题", f"{one.title}（{SESSION_WORDS[one.kind]}，{hours_text(one.quarters)} 学时）"),
        ("时间地点", "　".join(filter(None, (one.on.isoformat(), one.venue, f"授课人 {one.lecturer}" if one.lecturer else "")))),
        ("人数", f"应到 {tally.expected} 人，实到 {tally.present} 人，请假 {tally.leave} 人，缺席 {tally.absent} 人"),
    )


def _mark(one: Marked) -> tuple[Cell, ...]:
    return (one.name, one.home, one.title, ROUTE_WORDS.get(one.route, ""), one.best, one.tries, one.result, one.on, one.number)


def _tallied(tally: Tally) -> tuple[int, int, int, int]:
    return tally.expected, tally.present, tally.leave, tally.absent
