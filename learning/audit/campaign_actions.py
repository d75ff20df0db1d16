"""Writes of campaigns with their entries: who changed a target, a required course or a share, and how it read before."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from courses.catalogue import queries as catalogue
from courses.kernel.errors import Forbidden
from learning.audit.actions import note
from learning.goals import actions as goals
from learning.goals.models import Campaign
from learning.organization import queries as organization
from learning.organization.models import Person


def launch(values: Mapping[str, Any], *, actor: Person, today: date, now: datetime) -> Campaign:
    """Start a campaign at the organization whose post lets `actor` run one, and count everyone it concerns."""
    tops = organization.tops(actor, "run_campaign")
    if not tops:
        raise Forbidden
    row = goals.launch(
        values["title"],
        tops[0],
        target=values["target"],
        since=values["since"],
        until=values["until"],
        course_ids=values["courses"],
        basis=values["basis"] or "",
        now=now,
    )
    goals.recount_all(now=now, today=today)
    note("launch_campaign", f"新建活动：{_words(row)}", actor=actor, organization_id=row.organization_id, now=now)
    return row


def revise(row: Campaign, values: Mapping[str, Any], *, actor: Person, today: date, now: datetime) -> None:
    """Change a campaign, and count everyone anew."""
    before = _words(row)
    goals.revise(row, title=values["title"], target=values["target"], since=values["since"], until=values["until"], basis=values["basis"] or "")
    goals.require(row, values["courses"])
    goals.recount_all(now=now, today=today)
    note("revise_campaign", f"修改活动：{before} 改为 {_words(row)}", actor=actor, organization_id=row.organization_id, now=now)


def share(row: Campaign, typed: Mapping[int, int] | None, *, actor: Person, today: date, now: datetime) -> None:
    """Set the shares as typed; None shares the target out in proportion to 应训."""
    if typed is None:
        goals.share_out(row, as_of=max(row.since, min(today, row.until)))
        words = "按应训人数比例分配"
    else:
        goals.set_shares(row, typed)
        words = f"填写 {len(typed)} 个组织的名额"
    note("set_shares", f"“{row.title}”分配名额：{words}", actor=actor, organization_id=row.organization_id, now=now)


def _words(row: Campaign) -> str:
    titles = catalogue.titles(one.course_id for one in row.required)
    courses = "、".join(titles.values()) or "未设必修课"
    return f"“{row.title}”目标 {row.target} 人，{row.since.isoformat()} 至 {row.until.isoformat()}，必修：{courses}"
