"""What a branch's completion record says: counts with their composition, the named list, reasons and the help given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from learning.goals.rules import percent_text
from learning.organization.rules import is_member


@dataclass(frozen=True)
class Line:
    """One person of the branch in a campaign."""

    name: str
    stage: str
    group: str  # where the campaign counts them
    floating: bool
    online: bool
    contact: str
    trained_on: date | None
    route: str | None
    state: str
    number: str
    leaves: tuple[tuple[date, str], ...] = ()
    deliveries: tuple[date, ...] = ()

    @property
    def shown(self) -> str:
        """'done', 'doing', 'help', or 'free' for someone of whom nothing is asked and who has not begun."""
        return "free" if self.state == "help" and self.group != "required" else self.state

    @property
    def is_trained(self) -> bool:
        return self.trained_on is not None


@dataclass(frozen=True)
class Gathering:
    """A session that the branch held for the campaign."""

    on: date
    title: str
    kind: str
    present: int


def counts(lines: Sequence[Line]) -> dict[str, Any]:
    """The figures of the record. `total` are members; the encouraged and the others stand in neither side of the rate."""
    required = [line for line in lines if line.group == "required"]
    trained = [line for line in required if line.is_trained]
    encouraged = [line for line in lines if line.group == "encouraged"]
    others = [line for line in lines if line.group == "other"]
    floating = [line for line in lines if line.floating and is_member(line.stage)]
    by_route = {route: sum(line.route == route for line in trained) for route in ("online", "class", "home")}
    return {
        "total": sum(is_member(line.stage) for line in lines),
        "in_scope": len(required),
        "trained": len(trained),
        **by_route,
        "encouraged": len(encouraged),
        "encouraged_trained": sum(line.is_trained for line in encouraged),
        "others": len(others),
        "others_trained": sum(line.is_trained for line in others),
        "floating": len(floating),
        "floating_trained": sum(line.is_trained for line in floating),
        "rate_text": percent_text(len(trained), len(required)),
    }


def person(line: Line) -> dict[str, Any]:
    """One person of the named list, as it is kept."""
    return {
        "name": line.name,
        "stage": line.stage,
        "state": "自愿学习" if line.shown == "free" else line.shown,
        "route": line.route or "",
        "on": line.trained_on.isoformat() if line.trained_on else "",
        "number": line.number,
        "note": "；".join(notes(line)),
    }


def notes(line: Line) -> list[str]:
    """Reasons and help in words: categories only, nothing about health."""
    out = []
    if line.group == "encouraged":
        out.append("不作硬性要求")
    if line.floating:
        out.append(f"外出流动（联系人{line.contact}）" if line.contact else "外出流动")
    if not line.online:
        out.append("不上网，参加集中收看或送学上门")
    if not line.is_trained:
        out += [f"{on.isoformat()} {'请假' if reason == '请假' else f'请假（{reason}）'}" for on, reason in line.leaves]
    if line.deliveries:
        out.append(f"送学上门 {len(line.deliveries)} 次（{'、'.join(day.isoformat() for day in sorted(set(line.deliveries)))}）")
    return out


def help_given(lines: Sequence[Line], gatherings: Iterable[Gathering]) -> list[str]:
    """What the branch did for its people, and who still needs help."""
    out = [f"{one.on.isoformat()} {one.kind}《{one.title}》，实到 {one.present} 人" for one in gatherings]
    visited = [line for line in lines if line.deliveries]
    if visited:
        out.append(f"送学上门 {sum(len(line.deliveries) for line in visited)} 次，{len(visited)} 位同志：{_names(visited)}")
    floating = [line for line in lines if line.floating]
    if floating:
        out.append(f"流动党员 {len(floating)} 人，其中已指定联系人 {sum(bool(line.contact) for line in floating)} 人")
    waiting = [line for line in lines if line.group == "required" and not line.is_trained]
    if waiting:
        out.append(f"还在学和需要帮助的 {len(waiting)} 人：{_names(waiting)}；下一步用集中收看、送学上门或结对辅导补学")
    return out


def number_text(numbers: Sequence[str]) -> str:
    """A person's certificate numbers in one cell: the latest, and how many in all."""
    if len(numbers) < 2:
        return "".join(numbers)
    return f"{numbers[-1]} 等 {len(numbers)} 份"


def _names(lines: Iterable[Line]) -> str:
    return "、".join(line.name for line in lines)
