"""Reads of campaigns and their standing: stored counts summed over the tree, or facts recounted for a past day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from courses.catalogue import queries as catalogue
from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.classes.models import TrainingClass
from learning.goals import fact_queries, rules, scope_queries, terms_rules
from learning.goals.models import Campaign, CampaignTerms, Count, Share, Trained
from learning.goals.rules import Counts
from learning.goals.terms_rules import Terms
from learning.hours.rules import KINDS
from learning.organization.models import Membership, Organization
from learning.organization.queries import in_force, organization_for
from learning.progress.models import Enrolment


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
class Board:
    """A campaign's standing as one person may see it; `top` is the whole campaign, `rows` what is theirs below it."""

    campaign: Campaign
    day: date
    last_day: date
    top: Row
    rows: tuple[Row, ...]
    scope_words: str
    means_words: str

    @property
    def left(self) -> int:
        """People still missing to the target."""
        return max(0, self.campaign.target - self.top.counts.trained)

    @property
    def target_text(self) -> str:
        return rules.target_text(self.top.counts.trained, self.campaign.target)

    @property
    def history(self) -> list[tuple[CampaignTerms, tuple[str, str]]]:
        """Every version of the terms, the newest first, with its words."""
        return [(one, words_of(one.terms)) for one in reversed(self.campaign.versions)]

    @property
    def has_shares(self) -> bool:
        return any(row.share is not None for row in self.rows)


@dataclass(frozen=True)
class ProgressOf:
    """A person in a campaign, as their secretary sees it."""

    done: int  # in courses, quarters or sessions, as the terms measure
    required: int
    words: str
    started: bool
    trained_on: date | None
    route: str | None

    @property
    def state(self) -> str:
        """'done', 'doing' or 'help'."""
        return "done" if self.trained_on else "doing" if self.started or self.done else "help"


_BEGUN = (
    select(Campaign)
    .where(Campaign.since <= bindparam("day"))
    .options(selectinload(Campaign.required), selectinload(Campaign.versions), joinedload(Campaign.organization))
    .order_by(Campaign.id)
)


def running(on: date) -> list[Campaign]:
    """The campaigns under way on a day."""
    return [row for row in begun(on) if row.until >= on]


def begun(on: date) -> list[Campaign]:
    """The campaigns under way or over by a day."""
    return list(db.session.scalars(_BEGUN, {"day": on}))


def visible(actor: Any) -> list[Campaign]:
    """The campaigns in which `actor` may see standing: those of an organization at, above or below a post, newest first."""
    paths = actor.reach("see_campaign")
    rows = db.session.scalars(select(Campaign).options(joinedload(Campaign.organization)).order_by(Campaign.since.desc(), Campaign.id.desc()))
    return [row for row in rows if any(path.startswith(row.organization.path) or row.organization.path.startswith(path) for path in paths)]


def campaign_for(actor: Any, campaign_id: int) -> Campaign:
    """A campaign whose standing `actor` may see; raises `Missing` otherwise."""
    row = next((one for one in visible(actor) if one.id == campaign_id), None)
    if row is None:
        raise Missing
    return row


def run_by(actor: Any, campaign_id: int) -> Campaign:
    """A campaign that `actor` runs: of an organization at or below a post that allows it; raises `Missing` otherwise."""
    row = campaign(campaign_id)
    organization_for(actor, "run_campaign", row.organization_id)
    return row


def campaign(campaign_id: int) -> Campaign:
    """A campaign; raises `Missing` for none."""
    row = db.session.get(Campaign, campaign_id)
    if row is None:
        raise Missing
    return row


def standing(campaign_id: int, *, as_of: date | None = None) -> list[Row]:
    """Every organization the campaign is for, and those above them, in the order of the tree; O(organizations) for today, from facts for a past day."""
    tree = _tree(campaign(campaign_id))
    own = stored(campaign_id) if as_of is None else recounted(campaign_id, [row.id for row in tree], on=as_of)
    shares = dict(db.session.execute(select(Share.organization_id, Share.people).where(Share.campaign_id == campaign_id)).all())
    sums: dict[int, Counts] = {row.id: own.get(row.id, Counts()) for row in tree}
    for row in sorted(tree, key=lambda one: -one.path.count("/")):
        if row.parent_id in sums:
            sums[row.parent_id] += sums[row.id]
    base = tree[0].path.count("/") if tree else 0
    return [Row(row, row.path.count("/") - base, shares.get(row.id), sums[row.id]) for row in tree]


def added_up(row: Campaign, rows: Iterable[Row]) -> dict[int, rules.Sum]:
    """How the shares of a campaign's standing add up, by organization; the campaign's own against its target."""
    listed = list(rows)
    shares = {one.organization.id: one.share for one in listed[1:] if one.share is not None}
    return rules.added_up(row.target, shares, {one.organization.id: one.organization.parent_id for one in listed}) if listed else {}


def board(row: Campaign, actor: Any, *, asked: date | None, today: date) -> Board:
    """The standing of a campaign for `actor` on the day asked for, as far as the campaign had such a day."""
    last = rules.day_shown(None, since=row.since, until=row.until, today=today)
    day = rules.day_shown(asked, since=row.since, until=row.until, today=today)
    rows = standing(row.id, as_of=None if day == last else day)
    return Board(row, day, last, rows[0], tuple(within_reach(rows, actor)[1:]), *words_of(row.terms))


def words_of(terms: Terms) -> tuple[str, str]:
    """Whom terms concern and what makes someone trained, in words."""
    named = db.session.execute(select(Organization.name).where(Organization.id.in_(terms.organization_ids)).order_by(Organization.code)).scalars()
    titles = catalogue.titles(terms.course_ids) if terms.names_courses else {}
    held = db.session.get(TrainingClass, terms.class_id) if terms.class_id else None
    means = terms_rules.means_words(terms, titles=titles, kinds=KINDS, class_title=held.title if held else "")
    return terms_rules.scope_words(terms, named), means


def within_reach(rows: list[Row], actor: Any) -> list[Row]:
    """The rows that `actor` may see: the whole campaign's line first, then their own subtrees."""
    paths = actor.reach("see_campaign")
    return [row for place, row in enumerate(rows) if place == 0 or any(row.organization.path.startswith(path) for path in paths)]


def stored(campaign_id: int) -> dict[int, Counts]:
    """Each organization's own counts as stored."""
    rows = db.session.scalars(select(Count).where(Count.campaign_id == campaign_id))
    return {row.organization_id: Counts(*(getattr(row, name) for name in Counts.__dataclass_fields__)) for row in rows}


def recounted(campaign_id: int, organization_ids: Iterable[int], *, on: date) -> dict[int, Counts]:
    """Each organization's own counts on a day, from memberships, posts and trainings, under the terms in force."""
    terms = campaign(campaign_id).terms
    trained = (Trained.campaign_id == campaign_id) & (Trained.person_id == Membership.person_id) & (Trained.on <= on) & Trained.ended_at.is_(None)
    columns = (Membership.organization_id, Membership.stage, Membership.expectation, Trained.route, scope_queries.holds(terms, on).label("holds"))
    people = (
        select(*columns)
        .outerjoin(Trained, trained)
        .where(
            Membership.organization_id.in_(scope_queries.places(terms, organization_ids)),
            in_force(Membership, on),
        )
        .subquery()
    )
    out: dict[int, Counts] = {}
    counted: Select[Any] = select(*people.c, func.count()).group_by(*people.c)
    for organization_id, stage, expectation, route, holds, number in db.session.execute(counted):
        group = terms_rules.group(terms, stage, expectation, holds_role=bool(holds))
        out[organization_id] = out.get(organization_id, Counts()) + _counts(group, route, number)
    return out


def trained(campaign_id: int, person_ids: Iterable[int] | None = None) -> dict[int, Trained]:
    """The rows of those who are or were trained, by person; None asks about everyone."""
    statement = select(Trained).where(Trained.campaign_id == campaign_id)
    if person_ids is not None:
        statement = statement.where(Trained.person_id.in_(list(person_ids)))
    return {row.person_id: row for row in db.session.scalars(statement)}


def organizations_of(person_ids: Iterable[int]) -> list[int]:
    """Where these people belong now, each organization once."""
    statement = select(Membership.organization_id).where(Membership.person_id.in_(list(person_ids)), Membership.until.is_(None))
    return list(db.session.scalars(statement.distinct().order_by(Membership.organization_id)))


def progress_of(campaign_id: int, person_ids: Iterable[int]) -> dict[int, ProgressOf]:
    """Where each of these people stands in the campaign, with a handful of queries however many there are."""
    ids, row = list(person_ids), campaign(campaign_id)
    terms, facts = row.terms, fact_queries.facts(row, ids)
    required = [one.course_id for one in row.required]
    begun = set(db.session.scalars(select(Enrolment.person_id).where(Enrolment.course_id.in_(required), Enrolment.person_id.in_(ids))))
    met = {person_id: one for person_id, one in trained(campaign_id, ids).items() if one.ended_at is None}
    out = {}
    for person_id in ids:
        done, asked = terms_rules.progress(terms, facts.get(person_id, []))
        words, standing = terms_rules.progress_words(terms, done, asked), met.get(person_id)
        on, route = (standing.on, standing.route) if standing else (None, None)
        out[person_id] = ProgressOf(done, asked, words, person_id in begun, on, route)
    return out


def _counts(group: str, route: str | None, people: int) -> Counts:
    if group == "required":
        return Counts(in_scope=people, **({f"trained_{route}": people} if route else {}))
    if group == "encouraged":
        return Counts(encouraged=people, encouraged_trained=people if route else 0)
    return Counts(others=people, others_trained=people if route else 0)


def _tree(row: Campaign) -> list[Organization]:
    rows = list(db.session.scalars(select(Organization).where(Organization.path.like(f"{row.organization.path}%"))))
    names = {one.id: one.code for one in rows}
    if row.terms.organization_ids:
        meant = [one.path for one in rows if row.terms.concerns(one.path)]
        rows = [one for one in rows if one.id == row.organization_id or any(path.startswith(one.path) for path in meant)]
    return sorted(rows, key=lambda one: [names.get(int(part), "") for part in one.path.strip("/").split("/")])
