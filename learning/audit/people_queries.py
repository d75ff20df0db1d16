"""Reads of rosters, of one person's record, and of posts, within reach of the person asking."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from courses.catalogue import queries as catalogue
from courses.kernel.db import db
from courses.kernel.errors import Forbidden, Missing, Refused
from learning.accounts import queries as accounts
from learning.accounts.models import Account, SignInCard
from learning.audit.people_rules import Line, Post, belonging_words, grouped, may_help_sign_in
from learning.goals import queries as goals
from learning.goals import scope_queries as scope
from learning.goals.models import Campaign
from learning.goals.queries import ProgressOf
from learning.hours import queries as hours
from learning.hours.rules import YearHours
from learning.organization import queries as organization
from learning.organization.models import Appointment, Membership, Organization, Person
from learning.records import queries as records
from learning.records.models import CourseCompletion


@dataclass(frozen=True)
class Roster:
    """A branch's people in groups, relative to a campaign."""

    branch: Organization
    campaign: Campaign | None
    campaigns: tuple[Campaign, ...]
    groups: dict[str, list[Line]]
    posts: tuple[Appointment, ...]

    @property
    def in_scope(self) -> int:
        return sum(len(self.groups[name]) for name in ("help", "doing", "done"))

    @property
    def is_empty(self) -> bool:
        return not any(self.groups.values())


@dataclass(frozen=True)
class Record:
    """One person's record as their secretary or committee may see it."""

    person: Person
    campaigns: tuple[tuple[Campaign, ProgressOf], ...]
    completions: tuple[CourseCompletion, ...]
    titles: dict[int, str]
    names: dict[int, str]
    year: YearHours | None
    history: tuple[tuple[Membership, str], ...]


@dataclass(frozen=True)
class WayIn:
    """How a person signs in, without the number itself."""

    account: Account | None
    card: SignInCard | None

    @property
    def has_mobile(self) -> bool:
        return self.account is not None and self.account.mobile_hash is not None


def campaigns_of(where: Organization, *, on: date) -> list[Campaign]:
    """The campaigns under way that concern an organization."""
    return [row for row in goals.running(on) if row.concerns(where)]


def roster(branch: Organization, asked: int | None, *, today: date) -> Roster:
    """The roster of a branch, relative to the campaign asked for or the first under way."""
    campaigns = campaigns_of(branch, on=today)
    campaign = next((row for row in campaigns if row.id == asked), next(iter(campaigns), None))
    members = organization.members_on(branch.id, today)
    standing = goals.progress_of(campaign.id, [row.person_id for row in members]) if campaign else {}
    placed = scope.groups(campaign, members, on=today) if campaign else {}
    lines = [_line(row, standing.get(row.person_id), placed.get(row.person_id)) for row in members]
    return Roster(branch, campaign, tuple(campaigns), grouped(lines), tuple(organization.holders(branch.id)))


def record(person: Person, *, today: date) -> Record:
    """Everything that is shown of a person: never when they were here, nor for how long."""
    where = person.membership.organization if person.membership else None
    campaigns = campaigns_of(where, on=today) if where else []
    done = records.completions_of(person.id)
    history = [
        (row, belonging_words(row.stage, row.expectation, floating=row.floating, online=row.online, contact=row.contact, host=row.host))
        for row in reversed(person.memberships)
        if row.until != row.since
    ]
    return Record(
        person,
        tuple((row, goals.progress_of(row.id, [person.id])[person.id]) for row in campaigns),
        tuple(done),
        catalogue.titles(row.course_id for row in done),
        organization.names(row.entered_by_id for row in done),
        _year(person.id, today.year),
        tuple(history),
    )


def found(actor: Any, words: str) -> Select[Any]:
    """Those whom `actor` may see, by name; `words` are found in a name, its pinyin or its initials."""
    return matching(organization.people(actor, "see_people"), words)


def matching(statement: Select[Any], words: str) -> Select[Any]:
    """`statement` on people, narrowed to a name, its pinyin or its initials."""
    wanted = words.strip().lower()
    return statement.where(Person.name_key.contains(wanted, autoescape=True)) if wanted else statement


def namesakes(organization_id: int, name: str, *, on: date) -> list[Membership]:
    """Those of the same name in the organization."""
    return [row for row in organization.members_on(organization_id, on) if row.person.name == name.strip()]


def other_for(actor: Any, capability: str, person_id: int) -> Person:
    """A person within reach who is not the one asking; raises `Forbidden` for oneself."""
    person = organization.person_for(actor, capability, person_id)
    if person.id == actor.id:
        raise Forbidden("不能办理自己的记录和账号，请由其他同志办理。自己的密码可以在“我的”里换。")
    return person


def helped_for(actor: Any, person_id: int) -> Person:
    """A person whom `actor` may help to sign in; raises `Forbidden` where the person's posts ask for someone higher."""
    person = other_for(actor, "help_sign_in", person_id)
    if not helps(actor, person):
        raise Forbidden("这位同志担任着职务，登录方面的事请由上级管理员办理。")
    return person


def helps(actor: Any, person: Person) -> bool:
    """Whether `actor` helps people where `person` belongs, and their posts suffice for the posts that person holds."""
    standing = person.membership
    if standing is None or not actor.may("help_sign_in", standing.organization):
        return False
    mine = [post for post in actor.posts if actor.may("help_sign_in", post.organization)]
    return may_help_sign_in(_posts(mine), _posts(person.posts))


@dataclass(frozen=True)
class Helped:
    """Someone who may be helped to sign in: whether they are online, and whether they have a password of their own."""

    person: Person
    online: bool
    ready: bool


def helped_at(actor: Any, branch: Organization, *, on: date) -> list[Helped]:
    """Those of a branch whom `actor` may help to sign in, by name."""
    rows = [row for row in organization.members_on(branch.id, on) if row.person_id != actor.id and row.until is None and helps(actor, row.person)]
    ready = accounts.with_password(row.person_id for row in rows)
    return [Helped(row.person, row.online, row.person_id in ready) for row in rows]


def chosen(actor: Any, branch: Organization, person_ids: Iterable[int], *, on: date) -> list[Person]:
    """These people of the branch, all of whom `actor` may help, by name; raises `Missing` when one is not."""
    wanted = set(person_ids)
    found = [one.person for one in helped_at(actor, branch, on=on) if one.person.id in wanted]
    if len(found) != len(wanted):
        raise Missing
    return found


def way_in(person: Person, *, now: datetime) -> WayIn:
    """How a person signs in now."""
    return WayIn(accounts.account_of(person.id), accounts.live_card_of(person.id, now=now))


def rival(actor: Any, person: Person) -> Person | None:
    """Who signs in by the number that was entered for `person`, if `actor` may see them both."""
    owner = accounts.owner_of_held(accounts.account_of(person.id))
    return owner if owner is not None and knows(actor, owner.id) else None


def knows(actor: Any, person_id: int) -> bool:
    """Whether someone belongs where `actor` sees who is there."""
    standing = db.session.get_one(Person, person_id).membership
    return standing is not None and bool(actor.may("see_people", standing.organization))


def giver_of(person: Person) -> Person | None:
    """Who handed out the card or temporary password from which the person's password descends."""
    account = accounts.account_of(person.id)
    return account.password_from if account else None


def homes(actor: Any) -> list[Organization]:
    """The branches in which `actor` may keep the roster, by code."""
    return organization.homes(actor, "edit_people")


def places(actor: Any) -> list[Organization]:
    """The organizations at which `actor` may appoint, by code."""
    return list(db.session.scalars(select(Organization).where(organization.within(actor, "appoint")).order_by(Organization.code)))


def posts(actor: Any, words: str) -> Select[Any]:
    """The posts in force where `actor` may appoint, by organization; narrowed by the holder's name."""
    statement = (
        select(Appointment)
        .join(Appointment.organization)
        .join(Appointment.person)
        .where(Appointment.until.is_(None), organization.within(actor, "appoint"))
        .options(joinedload(Appointment.organization), joinedload(Appointment.person))
        .order_by(Organization.code, Appointment.role, Appointment.id)
    )
    return matching(statement, words)


def post_for(actor: Any, appointment_id: int) -> Appointment:
    """A post in force where `actor` may appoint; raises `Missing` otherwise."""
    row: Appointment | None = db.session.scalar(posts(actor, "").where(Appointment.id == appointment_id))
    if row is None:
        raise Missing
    return row


def _line(row: Membership, standing: ProgressOf | None, placed: str | None) -> Line:
    return Line(
        person_id=row.person_id,
        name=row.person.name,
        stage=row.stage,
        expectation=row.expectation,
        floating=row.floating,
        online=row.online,
        contact=row.contact,
        state=standing.state if standing else None,
        progress=standing.words if standing else "",
        placed=placed,
    )


def _year(person_id: int, number: int) -> YearHours | None:
    try:
        return hours.year(person_id, number)
    except Refused:  # the county has set no policy yet
        return None


def _posts(rows: list[Appointment]) -> list[Post]:
    return [Post(row.role, row.organization.path) for row in rows]
