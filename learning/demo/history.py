"""What the demo's people did before anyone signed in: an invented past as plain data, oldest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from learning.demo import county
from learning.demo.county import BRANCHES, BRIDGE, NORTH, RETIRED, WILLOW, Someone

FOUNDED, DRAFTED, PUBLISHED, LAUNCHED = 75, 45, 43, 42  # days before the installation
FOUR = ("rules", "fire", "fraud", "aid")


@dataclass(frozen=True, order=True)
class When:
    """A moment of the past, by the county's clock: minus the days before the installation, then hour and minute."""

    minus_days: int
    hour: int
    minute: int = 0


@dataclass(frozen=True)
class Viewing:
    """A shared viewing: who came, and who was excused with which reason; the others were absent."""

    when: When
    branch: str
    course: str
    venue: str
    present: tuple[str, ...]
    excused: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Visit:
    """A course brought to someone's home."""

    when: When
    name: str
    branch: str
    course: str
    what: str


@dataclass(frozen=True)
class Study:
    """Someone studied a course alone: to its end with the quiz passed, or half of its lecture."""

    when: When
    name: str
    course: str
    whole: bool
    slips: bool  # one question answered wrongly


Event = Viewing | Visit | Study


def events() -> tuple[Event, ...]:
    """Everything that happened, oldest first."""
    people = county.people()
    found = [*_willow(people), *_bridge(people), *_north(people), *_retired(people), *_elsewhere(people)]
    return tuple(sorted(found, key=lambda event: event.when))


def _willow(people: Sequence[Someone]) -> Iterator[Event]:
    """柳荫村党支部: some have finished, some are in the middle, some need help; 张甲 has yet to begin."""
    rest = [row for row in people if row.branch == WILLOW][5:]
    first, second, offline, away, far, fresh, activist = (row.name for row in rest)
    excused = (("李乙", "年老体弱"), ("张甲", "请假"), *((name, "外出流动") for name in ("赵丁", away, far)))
    yield Viewing(When(-21, 17, 30), WILLOW, "fire", "村党群服务中心", ("王丙", "陈戊", first, second, offline), excused)
    yield from _studies(31, "赵丁", FOUR)
    yield from _studies(28, "王丙", ("rules", "fraud", "aid"))
    yield from _studies(18, first, ("rules", "fraud", "aid"))
    yield from _studies(12, "陈戊", ("rules",))
    yield from _studies(10, second, ("fraud",), half="aid")
    yield from _studies(9, fresh, ("rules",))
    yield from _studies(6, activist, ("fraud",))
    yield from _studies(4, away, (), half="fraud")
    yield _visit(15, "李乙", WILLOW, "fire")
    yield _visit(8, "李乙", WILLOW, "rules")


def _bridge(people: Sequence[Someone]) -> Iterator[Event]:
    """石桥村党支部 watches together: everyone at home comes to all four."""
    rows = [row for row in people if row.branch == BRIDGE]
    home = tuple(row.name for row in rows if not row.floating and not row.frail and row.is_member)
    away = [row.name for row in rows if row.floating]
    frail = [row.name for row in rows if row.frail]
    excused = (*((name, "外出流动") for name in away), *((name, "年老体弱") for name in frail))
    for days, course in zip((33, 26, 19, 11), FOUR, strict=True):
        present = home if course != "aid" else home[:-1]
        yield Viewing(When(-days, 18, 10), BRIDGE, course, "村党群服务中心", present, excused)
    yield from _studies(22, away[0], FOUR)
    yield from _studies(7, away[1], ("fraud",))
    for name in frail:
        yield _visit(16, name, BRIDGE, "fire")


def _north(people: Sequence[Someone]) -> Iterator[Event]:
    rows = [row for row in people if row.branch == NORTH]
    away = tuple((row.name, "外出流动") for row in rows if row.floating)
    for days, course in ((24, "fire"), (10, "fraud")):
        present = tuple(row.name for row in rows if not row.floating and not row.frail)
        yield Viewing(When(-days, 17, 45), NORTH, course, "村部会议室", present, away)
    yield from _studies(14, away[0][0], FOUR)
    yield from _studies(8, rows[0].name, ("rules", "aid"))


def _retired(people: Sequence[Someone]) -> Iterator[Event]:
    """离退休党支部: viewings for those who can come, home delivery for one who cannot."""
    rows = [row for row in people if row.branch == RETIRED]
    able = [row.name for row in rows if not row.frail]
    frail = [row.name for row in rows if row.frail]
    for days, course in zip((34, 27, 20, 13), FOUR, strict=True):
        present = (*able, frail[0]) if course in {"rules", "fraud"} else tuple(able)
        excused = tuple((name, "年老体弱") for name in frail if name not in present)
        yield Viewing(When(-days, 10, 40), RETIRED, course, "老干部活动室", present, excused)
        yield _visit(days - 2, frail[-1], RETIRED, course)


def _elsewhere(people: Sequence[Someone]) -> Iterator[Event]:
    """The other branches, one person after another: two in five have finished, others are on their way."""
    others = [row for row in people if row.branch in BRANCHES and row.branch not in {WILLOW, BRIDGE, NORTH, RETIRED} and row.online and row.is_member]
    for place, row in enumerate(others):
        start = 38 - place * 2 % 30
        if place % 5 in {0, 3}:
            yield from _studies(start, row.name, FOUR)
        elif place % 5 == 1:
            yield from _studies(start, row.name, ("fire", "fraud"), half="rules")
        elif place % 5 == 2:
            yield from _studies(start, row.name, ("fraud",))


def _studies(days: int, name: str, courses: Sequence[str], *, half: str = "") -> Iterator[Study]:
    """One course a day or two, in the evening; with `half`, another is begun and left in the middle."""
    for place, course in enumerate((*courses, *([half] if half else []))):
        minute = sum(map(ord, name)) % 50
        yield Study(When(min(-1, place - days), 19 + place % 2, minute), name, course, course != half, (minute + place) % 4 == 0)


def _visit(days: int, name: str, branch: str, course: str) -> Visit:
    return Visit(When(-days, 16, 20), name, branch, course, "带去大字版讲义，一起看完微课，讲解并当面答疑")
