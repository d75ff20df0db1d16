"""Reads of campaigns and their standing: stored counts summed over the tree, or facts recounted for a past day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.goals import rules
from learning.goals.models import Campaign, CampaignCourse, Count, Share, Trained
from learning.goals.rules import Counts, Finished
from learning.organization.models import Membership, Organization
from learning.organization.queries import ancestors
from learning.organization.rules import Standing
from learning.progress.models import Enrolment
from learning.records.models import Certificate, CourseCompletion, Revocation


@dataclass(frozen=True)
class Row:
    """An organization's standing, all below it included. `share` is None where none was set."""

    organization: Organization
    depth: int
    share: int | None
    counts: Counts

    @property
    def percent_text(self) -> str:
        return rules.percent_text(self.counts.trained, self.counts.in_scope)


@dataclass(frozen=True)
class Figure:
    """One line of 'how we all stand' on a member's home."""

    name: str
    in_scope: int
    trained: int
    target: int | None


@dataclass(frozen=True)
class ProgressOf:
    """A person in a campaign, as their secretary sees it."""

    done: int
    required: int
    started: bool
    trained_on: date | None
    route: str | None

    @property
    def state(self) -> str:
        """'done', 'doing' or 'help'."""
        return "done" if self.trained_on else "doing" if self.started or self.done else "help"


def running(on: date) -> list[Campaign]:
    """The campaigns under way on a day."""
    statement = select(Campaign).where(Campaign.since <= on, Campaign.until >= on).options(selectinload(Campaign.required)).order_by(Campaign.id)
    return list(db.session.scalars(statement))


def campaign(campaign_id: int) -> Campaign:
    """A campaign; raises `Missing` for none."""
    row = db.session.get(Campaign, campaign_id)
    if row is None:
        raise Missing
    return row


def standing(campaign_id: int, *, as_of: date | None = None) -> list[Row]:
    """Every organization of the campaign in the order of the tree; O(organizations) for today, from facts for a past day."""
    tree = _tree(campaign(campaign_id).organization)
    own = stored(campaign_id) if as_of is None else recounted(campaign_id, [row.id for row in tree], on=as_of)
    shares = dict(db.session.execute(select(Share.organization_id, Share.people).where(Share.campaign_id == campaign_id)).all())
    sums: dict[int, Counts] = {row.id: own.get(row.id, Counts()) for row in tree}
    for row in sorted(tree, key=lambda one: -one.path.count("/")):
        if row.parent_id in sums:
            sums[row.parent_id] += sums[row.id]
    base = tree[0].path.count("/") if tree else 0
    return [Row(row, row.path.count("/") - base, shares.get(row.id), sums[row.id]) for row in tree]


def figures(person: Any, campaign_id: int) -> list[Figure]:
    """The branch's, the township's and the county's figures for a member's home; small organizations show nothing of single people."""
    membership = person.membership
    rows = {row.organization.id: row for row in standing(campaign_id)}
    top = campaign(campaign_id)
    line = [row.id for row in ancestors(membership.organization)] if membership else [top.organization_id]
    out = []
    for organization_id in [line[-1], line[0]] if len(line) > 1 else line:
        row = rows.get(organization_id)
        if row is not None and row.counts.in_scope >= 3:
            target = top.target if organization_id == top.organization_id else row.share
            out.append(Figure(row.organization.name, row.counts.in_scope, row.counts.trained, target))
    return out


def stored(campaign_id: int) -> dict[int, Counts]:
    """Each organization's own counts as stored."""
    rows = db.session.scalars(select(Count).where(Count.campaign_id == campaign_id))
    return {row.organization_id: Counts(*(getattr(row, name) for name in Counts.__dataclass_fields__)) for row in rows}


def recounted(campaign_id: int, organization_ids: Iterable[int], *, on: date) -> dict[int, Counts]:
    """Each organization's own counts on a day, from memberships and trainings."""
    trained = (Trained.campaign_id == campaign_id) & (Trained.person_id == Membership.person_id) & (Trained.on <= on) & Trained.ended_at.is_(None)
    statement = (
        select(Membership.organization_id, Membership.stage, Membership.expectation, Trained.route, func.count())
        .outerjoin(Trained, trained)
        .where(Membership.organization_id.in_(list(organization_ids)), Membership.since <= on, or_(Membership.until.is_(None), Membership.until > on))
        .group_by(Membership.organization_id, Membership.stage, Membership.expectation, Trained.route)
    )
    out: dict[int, Counts] = {}
    for organization_id, stage, expectation, route, people in db.session.execute(statement):
        out[organization_id] = out.get(organization_id, Counts()) + _counts(Standing(stage, expectation).group, route, people)
    return out


def finished(person_id: int, course_ids: Iterable[int]) -> list[Finished]:
    """The courses among these that a person has finished and whose certificate was not revoked."""
    revoked = select(Certificate.completion_id).join(Revocation, Revocation.certificate_id == Certificate.id)
    statement = select(CourseCompletion).where(
        CourseCompletion.person_id == person_id, CourseCompletion.course_id.in_(list(course_ids)), CourseCompletion.id.not_in(revoked)
    )
    return [Finished(row.course_id, row.route, row.completed_on, row.at) for row in db.session.scalars(statement)]


def progress_of(campaign_id: int, person_ids: Iterable[int]) -> dict[int, ProgressOf]:
    """Where each of these people stands in the campaign, with four queries however many there are."""
    ids = list(person_ids)
    required = list(db.session.scalars(select(CampaignCourse.course_id).where(CampaignCourse.campaign_id == campaign_id)))
    done = _per_person(
        select(CourseCompletion.person_id, func.count()).where(CourseCompletion.course_id.in_(required), CourseCompletion.person_id.in_(ids)),
        CourseCompletion.person_id,
    )
    begun = _per_person(select(Enrolment.person_id, func.count()).where(Enrolment.course_id.in_(required), Enrolment.person_id.in_(ids)), Enrolment.person_id)
    trained = select(Trained).where(Trained.campaign_id == campaign_id, Trained.person_id.in_(ids), Trained.ended_at.is_(None))
    met = {row.person_id: row for row in db.session.scalars(trained)}
    return {
        person_id: ProgressOf(
            done.get(person_id, 0),
            len(required),
            person_id in begun,
            met[person_id].on if person_id in met else None,
            met[person_id].route if person_id in met else None,
        )
        for person_id in ids
    }


def _per_person(statement: Any, key: Any) -> dict[int, int]:
    return dict(db.session.execute(statement.group_by(key)).all())


def _counts(group: str, route: str | None, people: int) -> Counts:
    if group == "required":
        return Counts(in_scope=people, **({f"trained_{route}": people} if route else {}))
    if group == "encouraged":
        return Counts(encouraged=people, encouraged_trained=people if route else 0)
    return Counts(others=people, others_trained=people if route else 0)


def _tree(top: Organization) -> list[Organization]:
    rows = list(db.session.scalars(select(Organization).where(Organization.path.like(f"{top.path}%"))))
    names = {row.id: row.code for row in rows}
    return sorted(rows, key=lambda row: [names.get(int(part), "") for part in row.path.strip("/").split("/")])
