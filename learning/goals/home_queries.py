"""What a member's home shows of campaigns: those that ask something of them, and how their branch and the county stand."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from courses.kernel.db import db
from courses.kernel.kept import Kept
from courses.kernel.prepared import Prepared
from learning.goals.models import Campaign, CampaignTerms, Count, Share
from learning.goals.rules import Counts
from learning.goals.terms_rules import Terms
from learning.organization.models import Organization


@dataclass(frozen=True)
class Figure:
    """One line of 'how we all stand' on a member's home."""

    name: str
    in_scope: int
    trained: int
    target: int | None


@dataclass(frozen=True)
class Asked:
    """A campaign as those see it of whom it asks something. The path, id and name are those of its organization."""

    terms: Terms
    id: int
    title: str
    target: int
    organization_id: int
    path: str
    organization_name: str


_other = aliased(CampaignTerms)
_NEWEST = select(func.max(_other.number)).where(_other.campaign_id == Campaign.id).scalar_subquery()
_UNDER_WAY = Prepared(
    select(CampaignTerms.id, Campaign.id, Campaign.title, Campaign.target, Organization.id, Organization.path, Organization.name)
    .join(Campaign.organization)
    .join(CampaignTerms, (CampaignTerms.campaign_id == Campaign.id) & (CampaignTerms.number == _NEWEST))
    .where(Campaign.since <= bindparam("day"), Campaign.until >= bindparam("day"))
    .order_by(Campaign.id)
)
_TERMS = Kept(lambda version_id: db.session.get_one(CampaignTerms, version_id).terms)


def concerning(person: Any, on: date) -> list[Asked]:
    """The campaigns under way that ask something of a person, where they belong and with the posts they hold."""
    membership = person.membership
    path, held = (membership.organization.path, {post.role for post in person.posts}) if membership else ("", set())
    rows = [Asked(_TERMS.of(row[0]), *row[1:]) for row in _UNDER_WAY.rows(day=on)]
    rows = [row for row in rows if path.startswith(row.path) and row.terms.concerns(path)]
    return [row for row in rows if not row.terms.roles or held.intersection(row.terms.roles)]


def figures(where: Organization | None, campaign: Asked) -> list[Figure]:
    """The branch's and the county's figures for a member's home, with two sums; small organizations show nothing of single people."""
    shown = [(campaign.organization_id, campaign.path, campaign.organization_name)]
    if where is not None and where.id != campaign.organization_id and where.path.startswith(campaign.path):
        shown.insert(0, (where.id, where.path, where.name))
    out = []
    for organization_id, path, name in shown:
        counts = _total(campaign.id, path)
        if counts.in_scope >= 3:
            target = campaign.target if organization_id == campaign.organization_id else _share(campaign.id, organization_id)
            out.append(Figure(name, counts.in_scope, counts.trained, target))
    return out


_TOTAL = Prepared(
    select(*(func.coalesce(func.sum(getattr(Count, name)), 0) for name in Counts.__dataclass_fields__))
    .join(Organization, Count.organization_id == Organization.id)
    .where(Count.campaign_id == bindparam("campaign"), Organization.path.like(bindparam("below")))
)


_SHARE = Prepared(select(Share.people).where(Share.campaign_id == bindparam("campaign"), Share.organization_id == bindparam("organization")))


def _total(campaign_id: int, path: str) -> Counts:
    [row] = _TOTAL.rows(campaign=campaign_id, below=f"{path}%")
    return Counts(*map(int, row))


def _share(campaign_id: int, organization_id: int) -> int | None:
    return next(iter(_SHARE.column(campaign=campaign_id, organization=organization_id)), None)
