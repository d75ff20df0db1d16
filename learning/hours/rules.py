"""Arithmetic of credit hours in quarters, and the words of their kinds."""

from collections.abc import Mapping
from dataclasses import dataclass

KINDS = {
    "centralized_training": "集中培训",
    "collective_study": "集体学习（含集中收看）",
    "online_training": "网络培训",
    "home_delivery": "送学上门",
    "self_study": "个人自学",
}
# The defaults of a new county. Basis: 《党员教育管理工作条例》 article 20 (32 hours); 2019-2023 plan (56 hours); 45 minutes is local choice.
DEFAULT_BASIS = "《党员教育管理工作条例》第二十条：党员每年集中学习培训时间一般不少于32学时；支部书记和委员一般不少于56学时。1学时按45分钟，由县委组织部确定。"
DEFAULT_COUNTED = ("centralized_training", "collective_study", "online_training", "home_delivery")


@dataclass(frozen=True)
class KindHours:
    """Quarters of one kind in a year, and whether the county counts that kind."""

    kind: str
    words: str
    quarters: int
    counts: bool


@dataclass(frozen=True)
class YearHours:
    """A person's year: `counted` and `required` in quarters, with the basis of the policy in force."""

    year: int
    rows: tuple[KindHours, ...]
    required: int
    basis: str

    @property
    def counted(self) -> int:
        return sum(row.quarters for row in self.rows if row.counts)


def hours_text(quarters: int) -> str:
    """Quarters as hours: 1 as 0.25, 4 as 1, 6 as 1.5."""
    return f"{quarters / 4:.2f}".rstrip("0").rstrip(".")


def year_hours(year: int, totals: Mapping[str, int], *, counted: tuple[str, ...], required: int, basis: str) -> YearHours:
    """A year with every kind in it, those without hours too."""
    rows = tuple(KindHours(kind, words, totals.get(kind, 0), kind in counted) for kind, words in KINDS.items())
    return YearHours(year, rows, required, basis)
