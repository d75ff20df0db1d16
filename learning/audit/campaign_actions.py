"""Writes of campaigns with their entries: who changed a target, a required course or a share, and how it read before."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from courses.catalogue.rules import quarters
from courses.kernel.errors import Forbidden, Refused
from learning.audit.actions import note
from learning.goals import actions as goals
from learning.goals import queries as goal_queries
from learning.goals import terms_rules
from learning.goals.models import Campaign
from learning.goals.terms_rules import Terms
from learning.hours.rules import KINDS
from learning.organization import queries as organization
from learning.organization.models import Organization, Person
from learning.organization.rules import ROLES, STAGES


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
        terms=_said(_terms(values, tops[0])),
        basis=values["basis"] or "",
        actor_id=actor.id,
        now=now,
    )
    goals.recount_all(now=now, today=today)
    note("launch_campaign", f"新建活动：{_words(row)}", actor=actor, organization_id=row.organization_id, now=now)
    return row


def revise(row: Campaign, values: Mapping[str, Any], *, actor: Person, today: date, now: datetime) -> None:
    """Change a campaign, and count everyone anew."""
    before = _words(row)
    goals.revise(row, title=values["title"], target=values["target"], since=values["since"], until=values["until"], basis=values["basis"] or "")
    terms = _terms(values, row.organization)
    changed = goals.set_terms(row, terms if terms == row.terms else _said(terms), reason=values.get("reason") or "", actor_id=actor.id, now=now)
    goals.recount_all(now=now, today=today)
    why = f"，原因：{row.versions[-1].reason}" if changed else ""
    note("revise_campaign", f"修改活动：{before} 改为 {_words(row)}{why}", actor=actor, organization_id=row.organization_id, now=now)


def share(row: Campaign, typed: Mapping[int, int] | None, *, actor: Person, today: date, now: datetime) -> None:
    """Set the shares as typed; None shares the target out in proportion to 应训."""
    if typed is None:
        goals.share_out(row, as_of=max(row.since, min(today, row.until)))
        words = "按应训人数比例分配"
    else:
        goals.set_shares(row, typed)
        words = f"填写 {len(typed)} 个组织的名额"
    note("set_shares", f"“{row.title}”分配名额：{words}", actor=actor, organization_id=row.organization_id, now=now)


def _said(terms: Terms) -> Terms:
    """The terms as they were typed; raises `Refused` where they leave out what is asked."""
    left_out = terms_rules.unsaid(terms)
    if left_out:
        raise Refused(terms_rules.unsaid_words(left_out), fields=left_out)
    return terms


def _terms(values: Mapping[str, Any], top: Organization) -> Terms:
    """What was typed as terms; what is not asked for keeps to the usual: everyone below who is a member, and all of these courses."""
    usual, means = Terms(), values.get("means") or "all"
    return Terms(
        means=means,
        course_ids=tuple(dict.fromkeys(values["courses"])) if means in {"all", "any"} else (),
        quarters=(quarters(values.get("hours") or "", most=terms_rules.MOST_QUARTERS) or 0) if means == "hours" else 0,
        kinds=_ordered(values.get("kinds"), KINDS) if means == "hours" else (),
        class_id=(values.get("class_id") or None) if means == "class" else None,
        times=(values.get("times") or 1) if means == "class" else 1,
        organization_ids=tuple(sorted(organization.named_below(top, values.get("places") or "", field="places"))),
        stages=_ordered(values.get("stages", usual.stages), STAGES),
        roles=_ordered(values.get("roles"), ROLES),
    )


def _ordered(ticked: Iterable[str] | None, known: Iterable[str]) -> tuple[str, ...]:
    """What was ticked in the order in which it is known, so that the same ticks are the same terms."""
    ticks = set(ticked or ())
    return tuple(one for one in known if one in ticks)


def _words(row: Campaign) -> str:
    scope, means = goal_queries.words_of(row.terms)
    return f"“{row.title}”目标 {row.target} 人，{row.since.isoformat()} 至 {row.until.isoformat()}，应训：{scope}，已训：{means}"
