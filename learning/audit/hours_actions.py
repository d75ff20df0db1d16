"""Writes of the county's policy of hours and of the closing of a year, each with its entry."""

from datetime import date, datetime

from courses.kernel.errors import Forbidden, Refused
from courses.kernel.words import Words
from learning.audit import hours_queries
from learning.audit.actions import note
from learning.audit.people_actions import Moment
from learning.goals import actions as goals
from learning.hours import actions as hours
from learning.hours import queries, rules
from learning.hours.models import HoursEntry, HoursPolicy, YearClosing
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


def correct(person: Person, course_id: int, quarters: int, reason: str, *, actor: Person, when: Moment) -> HoursEntry:
    """Let a course that was credited come to so many quarters, by a line that adds or takes away; the lines before stand as they are.

    Raises `Refused` for a course never credited, for what it comes to already, and for the hours of someone who belongs nowhere. No closed year is touched.
    """
    found = next((one for one in hours_queries.credited(person) if one.course_id == course_id), None)
    if found is None or person.membership is None:
        raise Refused("这门课没有记过学时，不能更正。", fields={"course_id": Words("请另选")})
    if found.quarters == quarters:
        raise Refused("和现在的学时一样，不用更正。", fields={"hours": Words("和现在一样")})
    before, after = rules.hours_text(found.quarters), rules.hours_text(quarters)
    row = hours.correct(person.id, course_id, quarters - found.quarters, reason.strip(), actor_id=actor.id, now=when.now)
    late = f"（{row.about_year} 年已结账，记在 {row.year} 年）" if row.about_year else ""
    words = f"{person.name}的“{found.title}”由 {before} 学时更正为 {after} 学时{late}。原因：{reason.strip()}"
    note("correct_hours", words, actor=actor, organization_id=person.membership.organization_id, about_person_id=person.id, now=when.now)
    goals.count(person.id, now=when.now, today=when.today)
    return row


def _county(actor: Person) -> Organization:
    tops = organization.tops(actor, "set_hours")
    if not tops:
        raise Forbidden
    return tops[0]
