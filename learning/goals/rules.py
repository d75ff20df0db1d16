"""How a campaign counts: rates that cannot exceed 100 %, shares that add up to the target."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from courses.kernel.words import Words


@dataclass(frozen=True)
class Counts:
    """People of an organization in a campaign. 应训 is `in_scope`; the encouraged and the others stand in neither side of the rate."""

    in_scope: int = 0
    trained_online: int = 0
    trained_class: int = 0
    trained_home: int = 0
    encouraged: int = 0
    encouraged_trained: int = 0
    others: int = 0
    others_trained: int = 0

    @property
    def trained(self) -> int:
        return self.trained_online + self.trained_class + self.trained_home

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


def percent(trained: int, in_scope: int) -> int | None:
    """Whole percent, rounded down so that 100 means everyone; None when nobody is in scope."""
    return min(100, 100 * trained // in_scope) if in_scope else None


def percent_text(trained: int, in_scope: int) -> str:
    """'45%', or a dash where there is nobody to count."""
    share = percent(trained, in_scope)
    return "—" if share is None else f"{share}%"


def summed(own: Mapping[int, int], parents: Mapping[int, int | None]) -> dict[int, int]:
    """Each organization's number with all below it included; `parents` says who stands above whom."""
    out = dict.fromkeys(parents, 0)
    for key in parents:
        above: int | None = key
        while above in out:
            out[above] += own.get(key, 0)
            above = parents[above]
    return out


@dataclass(frozen=True)
class Sum:
    """How the shares directly below an organization stand against its own, or against the target."""

    total: int
    whole: int
    of_target: bool = False

    @property
    def fits(self) -> bool:
        return self.total == self.whole

    @property
    def words(self) -> str:
        """各单位名额合计 80，比目标 50 多 30。"""
        if self.of_target and self.fits:
            return Words("各单位名额合计 %(total)s，正好等于目标。", total=self.total)
        values = {"total": self.total, "whole": self.whole, "n": abs(self.total - self.whole)}
        if self.of_target and self.total > self.whole:
            return Words("各单位名额合计 %(total)s，比目标 %(whole)s 多 %(n)s。", **values)
        if self.of_target:
            return Words("各单位名额合计 %(total)s，比目标 %(whole)s 少 %(n)s。", **values)
        if self.fits:
            return Words("下级名额合计 %(total)s，正好分完。", total=self.total)
        return (
            Words("下级名额合计 %(total)s，比本级多 %(n)s。", **values)
            if self.total > self.whole
            else Words("下级名额合计 %(total)s，比本级少 %(n)s。", **values)
        )


def added_up(target: int, shares: Mapping[int, int], parents: Mapping[int, int | None]) -> dict[int, Sum]:
    """How it adds up for each organization below which shares are set; the first of `parents` shares out the target.

    One without a share stands for what is shared below it.
    """
    top = next(iter(parents))
    parts: dict[int, list[int]] = {key: [] for key in parents}
    own = {**shares, top: target}

    def stands_for(key: int) -> int | None:
        for one in below.get(key, []):
            part = stands_for(one)
            parts[key] += [] if part is None else [part]
        return own.get(key, sum(parts[key]) if parts[key] else None)

    below: dict[int | None, list[int]] = {}
    for key, above in parents.items():
        below.setdefault(above, []).append(key)
    stands_for(top)
    return {key: Sum(sum(parts[key]), own[key], key == top) for key in parents if parts[key] and key in own}


def target_text(trained: int, target: int) -> str:
    """How much of the target is reached, rounded down; it may pass 100 %, because a target is no scope."""
    share = 100 * trained // target
    return f"{share}%" if share or not trained else Words("不到 1%")


def day_shown(asked: date | None, *, since: date, until: date, today: date) -> date:
    """The day a standing is shown for: the one asked for, within the campaign and not after today."""
    last = min(today, until)
    return max(min(since, last), min(asked or last, last))


def shares(target: int, in_scope: Mapping[int, int]) -> dict[int, int]:
    """The target in proportion to 应训, by largest remainder; adds up to the target exactly unless nobody is in scope."""
    total = sum(in_scope.values())
    if total == 0:
        return dict.fromkeys(in_scope, 0)
    out = {key: target * number // total for key, number in in_scope.items()}
    by_remainder = sorted(in_scope, key=lambda key: (-(target * in_scope[key] % total), key))
    for key in by_remainder[: target - sum(out.values())]:
        out[key] += 1
    return out
