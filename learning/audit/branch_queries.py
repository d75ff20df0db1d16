"""Reads for a branch's completion record, with a fixed number of queries however many people it has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select

from courses.catalogue import queries as catalogue
from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.audit import branch_rules, class_queries
from learning.audit.branch_rules import Gathering, Line
from learning.classes import queries as classes
from learning.classes.rules import SESSION_WORDS
from learning.goals import queries as goals
from learning.goals import scope_queries as scope
from learning.goals.models import Campaign
from learning.organization import queries as organization
from learning.organization.models import Membership, Organization
from learning.records.models import Certificate, CourseCompletion, Revocation

Value = TypeVar("Value")


@dataclass(frozen=True)
class Preview:
    """What a secretary is about to confirm."""

    branch: Organization
    campaign: Campaign
    as_of: date
    lines: tuple[Line, ...]
    counts: dict[str, Any]
    help: tuple[str, ...]

    def content(self, *, confirmed_by: str, confirmed_on: date) -> dict[str, Any]:
        """The record as it is kept."""
        return {
            "organization": self.branch.name,
            "organization_full": organization.full_name(self.branch),
            "campaign": self.campaign.title,
            "as_of": self.as_of.isoformat(),
            "counts": self.counts,
            "people": [branch_rules.person(line) for line in self.lines],
            "help": list(self.help),
            "confirmed_by": confirmed_by,
            "confirmed_on": confirmed_on.isoformat(),
        }


def campaign_of(branch: Organization, asked: int | None, *, on: date) -> Campaign:
    """The campaign asked for, or the first one under way, among those that concern the branch; raises `Missing` for none."""
    rows = [row for row in goals.begun(on) if row.concerns(branch)]
    under_way = [row for row in rows if row.until >= on]
    found = next((row for row in rows if row.id == asked), None) if asked else next(iter(under_way or rows[::-1]), None)
    if found is None:
        raise Missing("现在没有这个支部参加的学习活动。")
    return found


def preview(branch: Organization, campaign: Campaign, *, today: date) -> Preview:
    """The branch's standing today, or on the campaign's last day once it is over."""
    as_of = min(today, campaign.until)
    members = organization.members_on(branch.id, as_of)
    lines = _lines(members, campaign, as_of)
    return Preview(branch, campaign, as_of, lines, branch_rules.counts(lines), tuple(branch_rules.help_given(lines, _gatherings(branch, campaign))))


def _lines(members: list[Membership], campaign: Campaign, as_of: date) -> tuple[Line, ...]:
    ids = [row.person_id for row in members]
    courses = [row.course_id for row in campaign.required]
    progress, placed = goals.progress_of(campaign.id, ids), scope.groups(campaign, members, on=as_of)
    leaves = _by_person((person_id, (on, reason)) for person_id, on, reason in classes.leaves(ids, courses))
    brought = reversed(classes.deliveries_at(members[0].organization_id) if members else [])
    deliveries = _by_person((row.person_id, row.delivered_on) for row in brought if row.course_id in courses)
    numbers = _by_person(_numbers(ids, courses))
    return tuple(
        Line(
            name=row.person.name,
            stage=row.stage,
            group=placed[row.person_id],
            floating=row.floating,
            online=row.online,
            contact=row.contact,
            trained_on=progress[row.person_id].trained_on,
            route=progress[row.person_id].route,
            state=progress[row.person_id].state,
            number=branch_rules.number_text(numbers.get(row.person_id, [])),
            leaves=tuple(leaves.get(row.person_id, ())),
            deliveries=tuple(deliveries.get(row.person_id, ())),
        )
        for row in members
    )


def _by_person(rows: Iterable[tuple[int, Value]]) -> dict[int, list[Value]]:
    out: dict[int, list[Value]] = {}
    for person_id, value in rows:
        out.setdefault(person_id, []).append(value)
    return out


def _numbers(person_ids: list[int], course_ids: list[int]) -> Iterable[tuple[int, str]]:
    """The numbers of valid certificates, each with whose it is, in the order of completion."""
    statement = (
        select(Certificate.person_id, Certificate.number)
        .join(CourseCompletion, Certificate.completion_id == CourseCompletion.id)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .where(Certificate.person_id.in_(person_ids), CourseCompletion.course_id.in_(course_ids), Revocation.id.is_(None))
        .order_by(CourseCompletion.completed_on, CourseCompletion.id)
    )
    return ((person_id, number) for person_id, number in db.session.execute(statement))


def _gatherings(branch: Organization, campaign: Campaign) -> list[Gathering]:
    courses = {row.course_id for row in campaign.required}
    rows = [row for row in class_queries.held_at(branch.id) if row.session.course_id in courses]
    titles = catalogue.titles(courses)
    return [Gathering(row.session.held_on, titles[row.session.course_id], SESSION_WORDS[row.session.kind], row.present) for row in reversed(rows)]
