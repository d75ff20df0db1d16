"""Writes of the county's policy of hours and of the closing of a year, each with its entry."""

from datetime import date, datetime

from courses.kernel.errors import Forbidden
from learning.audit.actions import note
from learning.hours import actions as hours
from learning.hours import queries, rules
from learning.hours.models import HoursPolicy, YearClosing
from learning.hours.rules import Terms
from learning.organization import queries as organization
from learning.organization.models import Organization, Person


def issue(since: date, terms: Terms, reason: str, *, actor: Person, now: datetime) -> HoursPolicy:
    """Issue a version of the policy; the entry says how each thing read before."""
    county, before = _county(actor), queries.terms(since)
    row = hours.issue_policy(since, terms, reason, actor=actor, now=now)
    said = "；".join(rules.differences(before, terms)) or "内容没有变化"
    note("issue_policy", f"发布 {since.isoformat()} 起的学时规则：{said}。原因：{reason}", actor=actor, organization_id=county.id, now=now)
    return row


def close_year(year: int, reason: str, *, actor: Person, today: date, now: datetime) -> YearClosing:
    """Close a year for good."""
    county = _county(actor)
    row = hours.close_year(year, reason, actor=actor, today=today, now=now)
    people = next(count for one, count in queries.closings() if one.id == row.id)
    words = f"{year} 年学时年度结账：{people} 人的学时和结转从此不变，以后的更正记在 {year + 1} 年。说明：{reason}"
    note("close_year", words, actor=actor, organization_id=county.id, now=now)
    return row


def _county(actor: Person) -> Organization:
    tops = organization.tops(actor, "set_hours")
    if not tops:
        raise Forbidden
    return tops[0]
