"""Writes of campaigns and their counts. Each organization has its own count row; there is no county-wide one that all would wait for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import select, update

from courses.kernel.db import db, insert_once, lock_row
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.goals import fact_queries, queries, rules, terms_rules
from learning.goals.models import Campaign, CampaignCourse, CampaignTerms, Count, Share, Trained
from learning.goals.rules import Counts
from learning.goals.terms_rules import Terms
from learning.organization.models import Organization


def launch(
    title: str,
    organization: Organization,
    *,
    target: int,
    since: date,
    until: date,
    course_ids: Sequence[int] = (),
    terms: Terms | None = None,
    basis: str = "",
    actor_id: int | None = None,
    now: datetime,
) -> Campaign:
    """Start a campaign whose terms are those given, or that all of these courses be finished; raises `Refused` for what makes no sense."""
    campaign = Campaign(organization_id=organization.id, title=title, target=1, since=since, until=until, basis=basis, created_at=now)
    db.session.add(campaign)
    revise(campaign, title=title, target=target, since=since, until=until, basis=basis)
    db.session.flush()
    set_terms(campaign, terms or Terms(course_ids=tuple(dict.fromkeys(course_ids))), reason="新建活动", actor_id=actor_id, now=now)
    return campaign


def revise(campaign: Campaign, *, title: str, target: int, since: date, until: date, basis: str) -> None:
    """Change what a campaign sets out to do."""
    if target < 1:
        raise Refused("目标人数至少是 1 人。", fields={"target": Words("请填人数")})
    if until < since:
        raise Refused("结束日期要在开始日期之后。", fields={"until": Words("请核对日期")})
    campaign.title, campaign.target, campaign.since, campaign.until, campaign.basis = title, target, since, until, basis


def set_terms(campaign: Campaign, terms: Terms, *, reason: str, actor_id: int | None, now: datetime) -> bool:
    """Add a version of what the campaign asks; says whether it differs from the one in force. Whoever met that one stays trained.

    Raises `Refused` for terms that make no sense, and for a change without a reason.
    """
    if campaign.versions and campaign.terms == terms:
        return False
    faults = terms_rules.faults(terms)
    if faults:
        raise Refused(terms_rules.unsaid_words(faults), fields=faults)
    if not reason.strip():
        raise Refused("范围或“已训”的规则有改动，请写明原因。", fields={"reason": Words("请写原因")})
    lists = {name: list(value) for name, value in vars(terms).items() if isinstance(value, tuple)}
    plain = {name: value for name, value in vars(terms).items() if not isinstance(value, tuple)}
    number = len(campaign.versions) + 1
    campaign.versions.append(CampaignTerms(campaign_id=campaign.id, number=number, reason=reason.strip(), at=now, by_id=actor_id, **plain, **lists))
    _name_courses(campaign, terms.named_courses)
    return True


def share_out(campaign: Campaign, *, as_of: date) -> None:
    """Set every share below the campaign's organization in proportion to 应训; each level adds up to the target."""
    rows = queries.standing(campaign.id, as_of=as_of)
    own = queries.recounted(campaign.id, [row.organization.id for row in rows], on=as_of)
    parts = rules.shares(campaign.target, {row.organization.id: own.get(row.organization.id, Counts()).in_scope for row in rows})
    set_shares(campaign, rules.summed(parts, {row.organization.id: row.organization.parent_id for row in rows}))


def set_shares(campaign: Campaign, people: Mapping[int, int]) -> None:
    """Set the share of organizations, {organization: people}; raises `Refused` for a negative one."""
    for organization_id, number in people.items():
        if number < 0:
            raise Refused("名额不能是负数。", fields={"share": Words("请核对")})
        insert_once(Share, {"campaign_id": campaign.id, "organization_id": organization_id, "people": number}, unique=("campaign_id", "organization_id"))
        db.session.execute(update(Share).where(Share.campaign_id == campaign.id, Share.organization_id == organization_id).values(people=number))


def count(person_id: int, *, now: datetime, today: date) -> None:
    """After a completion or a revocation: decide whether the person is trained in each campaign, and recount their organization."""
    count_people([person_id], now=now, today=today)


def count_people(person_ids: Iterable[int], *, now: datetime, today: date) -> None:
    """`count` for many at once, as after a roll call; each organization is recounted once."""
    ids = sorted(set(person_ids))
    for campaign in queries.begun(today):
        _decide(campaign, ids, now=now)
    recount(queries.organizations_of(ids), now=now, today=today)


def recount(organization_ids: Iterable[int], *, now: datetime, today: date) -> None:
    """Recompute the stored counts of these organizations from facts: as of today, or of a campaign's last day once it is over."""
    ids = sorted(set(organization_ids))
    for campaign in queries.begun(today):
        rows = [_count_row(campaign.id, organization_id, now=now) for organization_id in ids]
        facts = queries.recounted(campaign.id, ids, on=min(today, campaign.until))
        for row in rows:
            for name, number in asdict(facts.get(row.organization_id, Counts())).items():
                setattr(row, name, number)
            row.counted_at = now
    db.session.flush()


def recount_all(*, now: datetime, today: date) -> int:
    """The repair: decide every person anew and recount every organization; returns how many organizations."""
    for campaign in queries.begun(today):
        _decide(campaign, None, now=now)
    ids = list(db.session.scalars(select(Organization.id)))
    recount(ids, now=now, today=today)
    return len(ids)


def _name_courses(campaign: Campaign, course_ids: Sequence[int]) -> None:
    """The courses of the terms in force as rows, in order."""
    for row in list(campaign.required):
        if row.course_id not in course_ids:
            campaign.required.remove(row)
            db.session.delete(row)
    standing = {row.course_id: row for row in campaign.required}
    for place, course_id in enumerate(course_ids, 1):
        if course_id not in standing:
            standing[course_id] = CampaignCourse(campaign_id=campaign.id, course_id=course_id, position=place)
            campaign.required.append(standing[course_id])
        standing[course_id].position = place
    db.session.flush()


def _decide(campaign: Campaign, person_ids: Sequence[int] | None, *, now: datetime) -> None:
    """Who of these people (None: of all) is trained, from facts alone; what a revocation or a correction took away ends a training."""
    versions = campaign.all_terms
    facts = fact_queries.facts(campaign, person_ids)
    standing = queries.trained(campaign.id, person_ids)
    for person_id in sorted(facts.keys() | standing.keys()):
        training, row = terms_rules.decided(versions, facts.get(person_id, [])), standing.get(person_id)
        if training is None:
            if row is not None and row.ended_at is None:
                row.ended_at = now
        elif row is None:
            values = {"campaign_id": campaign.id, "person_id": person_id, "route": training.route, "on": training.on, "at": now}
            insert_once(Trained, values, unique=("campaign_id", "person_id"))
        elif row.ended_at is not None or (row.route, row.on) != (training.route, training.on):
            row.ended_at, row.route, row.on, row.at = None, training.route, training.on, now
    db.session.flush()


def _count_row(campaign_id: int, organization_id: int, *, now: datetime) -> Count:
    values = {"campaign_id": campaign_id, "organization_id": organization_id, "counted_at": now, **asdict(Counts())}
    insert_once(Count, values, unique=("campaign_id", "organization_id"))
    row = db.session.scalars(select(Count).where(Count.campaign_id == campaign_id, Count.organization_id == organization_id)).one()
    lock_row(row)
    return row
