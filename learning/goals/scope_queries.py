"""Whom a campaign's terms are for: organizations, and the posts that people hold on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import case, literal, select

from courses.kernel.db import db
from learning.goals import terms_rules
from learning.goals.models import Campaign
from learning.goals.terms_rules import Terms
from learning.organization.models import Appointment, Membership, Organization
from learning.organization.queries import in_force


def groups(row: Campaign, members: Iterable[Membership], *, on: date) -> dict[int, str]:
    """Where each member is counted on a day: 应训, encouraged or beside both."""
    found, terms = list(members), row.terms
    posts = select(Appointment.person_id).where(Appointment.person_id.in_([one.person_id for one in found]), Appointment.role.in_(terms.roles))
    holders = set(db.session.scalars(posts.where(in_force(Appointment, on)))) if terms.roles else {one.person_id for one in found}
    return {one.person_id: terms_rules.group(terms, one.stage, one.expectation, holds_role=one.person_id in holders) for one in found}


def holds(terms: Terms, on: date) -> Any:
    """Whether a member holds one of the posts that the terms name, on a day."""
    if not terms.roles:
        return literal(1)
    post = select(Appointment.id).where(Appointment.person_id == Membership.person_id, Appointment.role.in_(terms.roles))
    return case((post.where(in_force(Appointment, on)).exists(), 1), else_=0)


def places(terms: Terms, organization_ids: Iterable[int]) -> list[int]:
    """Those of the organizations that the terms are for."""
    ids = list(organization_ids)
    if not terms.organization_ids:
        return ids
    rows = db.session.execute(select(Organization.id, Organization.path).where(Organization.id.in_(ids)))
    return [row.id for row in rows if terms.concerns(row.path)]
