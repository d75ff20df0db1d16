"""Arithmetic of credit hours in quarters, the terms of a policy, and what is carried from a year into the next; all pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from courses.kernel.words import Words, joined

KINDS = {
    "centralized_training": Words("集中培训"),
    "collective_study": Words("集体学习（含集中收看）"),
    "online_training": Words("网络培训"),
    "home_delivery": Words("送学上门"),
    "self_study": Words("个人自学"),
}
ROUNDINGS = {"nearest": Words("四舍五入到四分之一学时"), "down": Words("不满四分之一学时的舍去"), "up": Words("不满四分之一学时的进一")}
LEADING = {"branch_secretary": Words("党支部书记"), "branch_clerk": Words("支部委员（党务工作者）")}  # posts of which a county may ask the hours of 书记和委员
CENTRALIZED = ("study_visit", "rotation")  # sessions that are 集中培训 wherever they are held; others are when they belong to a class
# The defaults of a new county. Basis: 《党员教育管理工作条例》 article 20 (32 hours); 2019-2023 plan (56 hours); 45 minutes is local choice.
DEFAULT_BASIS = "《党员教育管理工作条例》第二十条：党员每年集中学习培训时间一般不少于32学时；支部书记和委员一般不少于56学时。1学时按45分钟，由县委组织部确定。"
DEFAULT_COUNTED = ("centralized_training", "collective_study", "online_training", "home_delivery")
DEFAULT_BASES = {
    "minutes": "国家没有统一规定，按一节课 45 分钟，由县委组织部确定。",
    "day": "脱产培训一天 8 学时、半天 4 学时，由县委组织部确定。",
    "annual": "《党员教育管理工作条例》第二十条：党员每年集中学习培训时间一般不少于32学时。",
    "secretary": "《2019—2023年全国党员教育培训工作规划》：党支部书记和委员每年集中培训和集体学习一般不少于56学时。新规划有新规定的，从其规定。",
    "kinds": "《党员教育管理工作条例》第三十七条：坚持网上和网下相结合。哪些形式计入年度学时由县委组织部确定，个人自学只作记录。",
    "carry": "按自然年度计算，是否结转由县委组织部确定。",
}
TOPICS = {
    "minutes": Words("1 学时的分钟数和取整"),
    "day": Words("一天和半天"),
    "annual": Words("党员全年学时"),
    "secretary": Words("书记和委员全年学时"),
    "kinds": Words("计入年度的学习形式"),
    "carry": Words("结转"),
}


@dataclass(frozen=True)
class Terms:
    """What one version of the county's policy says; hours in quarters. `bases` holds the 依据 of each topic, `basis` the sentence for papers."""

    minutes_per_hour: int = 45
    rounding: str = "nearest"
    day_quarters: int = 32
    half_day_quarters: int = 16
    annual_quarters: int = 128
    secretary_quarters: int = 224
    leading_roles: tuple[str, ...] = ("branch_secretary",)
    counted_kinds: tuple[str, ...] = DEFAULT_COUNTED
    carry_quarters: int = 0
    basis: str = DEFAULT_BASIS
    bases: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_BASES))

    def basis_of(self, topic: str) -> str:
        """The basis of a topic; a version from before topics had their own says it for all."""
        return self.bases.get(topic) or self.basis


@dataclass(frozen=True)
class KindHours:
    """Quarters of one kind in a year, and whether the county counts that kind."""

    kind: str
    words: str
    quarters: int
    counts: bool


@dataclass(frozen=True)
class Figures:
    """A person's year in quarters, and how many courses were credited in it. `required` is 0 for whoever is asked for nothing."""

    quarters: Mapping[str, int]
    counted: int
    required: int
    carried_in: int = 0
    carried_out: int = 0
    courses: int = 0

    @property
    def done(self) -> int:
        """What stands against the year's number: counted, and carried over from the year before."""
        return max(0, self.counted) + self.carried_in

    @property
    def remaining(self) -> int:
        return max(0, self.required - self.done)

    @property
    def is_fulfilled(self) -> bool:
        return bool(self.required) and not self.remaining


@dataclass(frozen=True)
class YearHours:
    """A person's year as it is shown: figures, rows by kind, and the terms by which it was counted; `is_closed` once they are frozen."""

    year: int
    rows: tuple[KindHours, ...]
    figures: Figures
    terms: Terms
    is_closed: bool = False

    @property
    def counted(self) -> int:
        return self.figures.counted

    @property
    def required(self) -> int:
        return self.figures.required

    @property
    def basis(self) -> str:
        """What the hours asked of this person rest on."""
        return self.terms.basis_of("secretary" if self.required > self.terms.annual_quarters else "annual")


def hours_text(quarters: int) -> str:
    """Quarters as hours: 1 as 0.25, 4 as 1, 6 as 1.5."""
    return f"{quarters / 4:.2f}".rstrip("0").rstrip(".")


def quarters_for(minutes: int, terms: Terms) -> int:
    """So many minutes of a lesson in quarters of an hour, rounded as the county rounds; a lesson of any length is worth one quarter at least."""
    exact = Fraction(4 * minutes, terms.minutes_per_hour)
    rounded = {"down": exact.__floor__, "up": exact.__ceil__, "nearest": (exact + Fraction(1, 2)).__floor__}[terms.rounding]()
    return max(1, rounded)


def span_text(since: date, until: date, terms: Terms) -> str:
    """What a class of these days comes to at most, as the county counts days, with the basis: to be held against the approved hours of its courses."""
    days = (until - since).days + 1
    return Words(
        "共 %(days)s 天，脱产一天 %(day)s 学时、半天 %(half)s 学时，最多折 %(most)s 学时；实际按各门课程的核定学时记（依据：%(basis)s）",
        days=days,
        day=hours_text(terms.day_quarters),
        half=hours_text(terms.half_day_quarters),
        most=hours_text(days * terms.day_quarters),
        basis=terms.basis_of("day").rstrip("。"),
    )


def required(terms: Terms, *, group: str, leads: bool) -> int:
    """What a year asks of a person in this group of `Standing`: nothing of those who are only encouraged, nor of activists and candidates."""
    if group != "required":
        return 0
    return terms.secretary_quarters if leads else terms.annual_quarters


def carried_over(counted: int, *, carried_in: int, required: int, most: int) -> int:
    """What goes into the next year: earned this year beyond what it asked, up to the county's limit.

    What came from the year before is used first, and lapses if it is not needed: an hour is carried once. Nothing is carried by whoever is asked for nothing.
    """
    needed = max(0, required - carried_in)
    return min(most, max(0, counted - needed)) if required else 0


def figures(totals: Mapping[str, int], terms: Terms, *, required: int, carried_in: int = 0, courses: int = 0) -> Figures:
    """A year from the totals of its ledger by kind."""
    counted = sum(quarters for kind, quarters in totals.items() if kind in terms.counted_kinds)
    out = carried_over(counted, carried_in=carried_in, required=required, most=terms.carry_quarters)
    return Figures({kind: totals.get(kind, 0) for kind in KINDS}, counted, required, carried_in, out, courses)


def year_hours(year: int, found: Figures, terms: Terms, *, is_closed: bool = False) -> YearHours:
    """A year with every kind in it, those without hours too."""
    rows = tuple(KindHours(kind, words, found.quarters.get(kind, 0), kind in terms.counted_kinds) for kind, words in KINDS.items())
    return YearHours(year, rows, found, terms, is_closed)


def kind_of_session(kind: str, *, in_class: bool) -> str:
    """Attendance is 集中培训 at a training class and away from home, and 集体学习 where a branch meets."""
    return "centralized_training" if in_class or kind in CENTRALIZED else "collective_study"


def year_of(year: int, *, last_closed: int | None) -> int:
    """The year into which hours of `year` are written: itself, or the first one that is still open."""
    return year if last_closed is None else max(year, last_closed + 1)


def later_text(quarters: int, into: int, reason: str = "") -> str:
    """What stands beside a closed year's figures: '结账后 -0.25 学时，记在 2027 年：…'."""
    said = Words("结账后 %(hours)s 学时，记在 %(year)s 年", hours=hours_text(quarters), year=into)
    return joined((said, reason), "：") if reason else said


def closable(first: int | None, *, last_closed: int | None, this_year: int) -> int | None:
    """The year that may be closed now: the earliest open one that has hours, once it is over; years are closed in their order."""
    following = last_closed + 1 if last_closed is not None else first
    return following if following is not None and following < this_year else None


def faults(terms: Terms) -> dict[str, str]:
    """What is wrong with terms, by field; empty when they will do."""
    wrong = {
        "minutes_per_hour": not 10 <= terms.minutes_per_hour <= 120 and Words("1 学时请填 10 到 120 分钟"),
        "half_day_hours": not 0 < terms.half_day_quarters <= terms.day_quarters and Words("半天的学时要大于 0，不能多于一天的"),
        "secretary_hours": terms.secretary_quarters < terms.annual_quarters and Words("书记和委员的学时不能少于党员的"),
        "carry_hours": terms.carry_quarters > terms.annual_quarters and Words("结转的学时不能多于党员全年学时"),
        "counted_kinds": not terms.counted_kinds and Words("至少要有一种形式计入年度学时"),
        **{f"basis_{topic}": not terms.bases.get(topic, "").strip() and Words("请写依据") for topic in TOPICS},
    }
    return {name: words for name, words in wrong.items() if words}


def lines(terms: Terms) -> list[tuple[str, str, str]]:
    """What terms say, as (topic, value, basis) in words."""
    leading = joined((LEADING[role] for role in terms.leading_roles), "、") or Words("没有职务按此要求")
    values = {
        "minutes": Words("%(minutes)s 分钟折 1 学时，%(rounding)s", minutes=terms.minutes_per_hour, rounding=ROUNDINGS[terms.rounding]),
        "day": Words("一天 %(day)s 学时，半天 %(half)s 学时", day=hours_text(terms.day_quarters), half=hours_text(terms.half_day_quarters)),
        "annual": Words("一般不少于 %(hours)s 学时", hours=hours_text(terms.annual_quarters)),
        "secretary": Words("一般不少于 %(hours)s 学时（%(leading)s）", hours=hours_text(terms.secretary_quarters), leading=leading),
        "kinds": joined((words for kind, words in KINDS.items() if kind in terms.counted_kinds), "、"),
        "carry": _carry(terms.carry_quarters),
    }
    return [(words, values[topic], terms.basis_of(topic)) for topic, words in TOPICS.items()]


def sentences(said: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    """What `lines` say, each with its basis; one that rests on the same as the line before it says so."""
    bases = [basis.rstrip("。") for _topic, _value, basis in said]
    named = ["依据同上" if basis == earlier else f"依据：{basis}" for basis, earlier in zip(bases, ["", *bases], strict=False)]
    return tuple(f"{topic}：{value}（{basis}）" for (topic, value, _), basis in zip(said, named, strict=True))


def _carry(quarters: int) -> str:
    if not quarters:
        return Words("不结转")
    return Words("超出全年要求的部分，最多结转 %(hours)s 学时到下一年，只转一次", hours=hours_text(quarters))


def differences(before: Terms | None, after: Terms) -> list[str]:
    """How a new version reads where it differs from the one before it, for the entry that tells of it."""
    earlier = {topic: value for topic, value, _ in lines(before)} if before else {}
    said = [
        f"{topic}：{value}（原为：{earlier[topic]}）" if topic in earlier else f"{topic}：{value}"
        for topic, value, _ in lines(after)
        if earlier.get(topic) != value
    ]
    bases = [topic for (topic, _, basis), old in zip(lines(after), lines(before) if before else (), strict=False) if basis != old[2]]
    return said + ([f"改了依据：{'、'.join(bases)}"] if bases else [])
