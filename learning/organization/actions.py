"""Writes of the tree, people, memberships and appointments. Each takes the actor and the moment, and commits nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.organization.models import Appointment, Membership, Organization, Person
from learning.organization.names import name_key
from learning.organization.rules import KIND_WORDS, may_stand_under


@dataclass(frozen=True)
class Belonging:
    """What a membership says of a person, apart from its dates."""

    stage: str = "full"
    expectation: str = "required"
    floating: bool = False
    online: bool = True
    contact: str = ""
    host: str = ""


@dataclass(frozen=True)
class Newcomer:
    """Someone to be put on a roster from the day `since`."""

    name: str
    organization_id: int
    belonging: Belonging
    since: date
    joined_on: date | None = None


def found(code: str, name: str, *, kind: str, parent: Organization | None, now: datetime) -> Organization:
    """Add an organization below `parent`; raises `Refused` for a code that is taken, or that no certificate number could carry."""
    if not re.fullmatch(r"[A-Za-z0-9]{1,20}", code):
        raise Refused("组织代码只用字母和数字，最多 20 个。", fields={"code": Words("只用字母和数字")})
    if db.session.scalar(select(Organization.id).where(Organization.code == code)):
        raise Refused("这个组织代码已经有了，请换一个。", fields={"code": Words("代码重复")})
    row = Organization(code=code, name=name, kind=kind, parent_id=parent.id if parent else None, path="", created_at=now)
    db.session.add(row)
    db.session.flush()
    row.path = f"{parent.path if parent else '/'}{row.id}/"
    db.session.flush()
    return row


def move(row: Organization, above: Organization) -> list[Organization]:
    """Put an organization with all below it under another; raises `Refused` for a place it cannot stand. Returns what moved, itself first."""
    if above.path.startswith(row.path) or not may_stand_under(row.kind, above.kind):
        raise Refused(
            "%(kind_words)s不能放在“%(name)s”下面，请另选上级。", kind_words=KIND_WORDS[row.kind], name=above.name, fields={"parent_id": Words("请另选")}
        )
    moved = list(db.session.scalars(select(Organization).where(Organization.path.like(f"{row.path}%")).order_by(Organization.path)))
    before, after = row.path, f"{above.path}{row.id}/"
    row.parent_id = above.id
    for one in moved:
        one.path = after + one.path.removeprefix(before)
    db.session.flush()
    return moved


def close(row: Organization, *, on: date) -> list[Appointment]:
    """Close an organization that nobody belongs to and nothing stands below; its posts end. Raises `Refused` otherwise. Returns the posts that ended."""
    below = select(Organization.id).where(Organization.parent_id == row.id, Organization.closed_on.is_(None))
    people = select(Membership.id).where(Membership.organization_id == row.id, Membership.until.is_(None))
    if db.session.scalar(below.limit(1)):
        raise Refused("下面还有没撤销的党组织，请先把它们移走或撤销。")
    if db.session.scalar(people.limit(1)):
        raise Refused("名册里还有同志，请先把他们的组织关系转出。")
    row.closed_on = on
    posts = list(db.session.scalars(select(Appointment).where(Appointment.organization_id == row.id, Appointment.until.is_(None))))
    for post in posts:
        dismiss(post, on=on)
    db.session.flush()
    return posts


def admit(name: str, organization: Organization, belonging: Belonging, *, since: date, actor: Person | None, now: datetime) -> Person:
    """Add a person to the roster of `organization` from the day `since`."""
    return db.session.get_one(Person, admit_many([Newcomer(name, organization.id, belonging, since)], actor=actor, now=now)[0])


def admit_many(newcomers: Iterable[Newcomer], *, actor: Person | None, now: datetime) -> list[int]:
    """Add people to rosters, by two statements (SQLite takes the first once for each, to say their order); returns their ids, in the order given."""
    told = list(newcomers)
    if not told:
        return []
    named = [{"name": one.name, "name_key": name_key(one.name), "joined_on": one.joined_on, "created_at": now} for one in told]
    ids = list(db.session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), named))
    said = [{"person_id": id_, **_said(one.organization_id, one.belonging, one.since, actor, now)} for id_, one in zip(ids, told, strict=True)]
    db.session.execute(insert(Membership), said)
    return ids


def revise(person: Person, organization: Organization, belonging: Belonging, *, on: date, actor: Person | None, now: datetime) -> Membership:
    """From the day `on`, `person` belongs to `organization` as `belonging` says; the membership before it is closed, not changed.

    Two revisions on the same day leave the first with an empty span, so no day is counted twice. Nothing happens when nothing differs.
    """
    return revise_many([(person, organization, belonging)], on=on, actor=actor, now=now)[0]


def revise_many(changes: Iterable[tuple[Person, Organization, Belonging]], *, on: date, actor: Person | None, now: datetime) -> list[Membership]:
    """`revise` for many, with two rounds to the database; returns the membership in force of each."""
    out: list[Membership] = []
    told = [(person, organization, belonging, person.membership) for person, organization, belonging in changes]
    differing = [not _is_same(standing, organization, belonging) for _, organization, belonging, standing in told]
    for (_, _, _, standing), differs in zip(told, differing, strict=True):
        if differs and standing is not None:
            standing.until = max(on, standing.since)
    db.session.flush()  # closed before the next is opened: nobody has two
    for (person, organization, belonging, standing), differs in zip(told, differing, strict=True):
        if differs or standing is None:
            out.append(_open(person, organization.id, belonging, since=on, actor=actor, now=now))
        else:
            out.append(standing)
    db.session.flush()
    return out


def rename(person: Person, name: str) -> tuple[str, str]:
    """Mend a name; returns (before, after). Records already issued keep theirs: a Correction says how it should read."""
    before = person.name
    person.name, person.name_key = name, name_key(name)
    return before, name


def appoint(
    person: Person, role: str, organization: Organization, *, since: date, actor: Person | None, now: datetime, note: str = "", ends_on: date | None = None
) -> Appointment:
    """Give `person` a post at `organization`, for a term up to and with `ends_on` if given; raises `Refused` for oneself, for a post that is
    already held, and for a term that is over before it begins."""
    if actor is not None and actor.id == person.id:
        raise Refused("不能任命自己，请由其他管理员办理。")
    if any(post.role == role and post.organization_id == organization.id for post in person.posts):
        raise Refused("这位同志已经担任这个职务。")
    if ends_on is not None and ends_on < since:
        raise Refused("聘期截止日已经过去了，请选今天或以后的日子。", fields={"ends_on": Words("请改成今天或以后的日子")})
    told = {"since": since, "ends_on": ends_on, "note": note, "appointed_by_id": actor.id if actor else None, "appointed_at": now}
    post = Appointment(person=person, role=role, organization=organization, **told)
    db.session.add(post)
    db.session.flush()
    return post


def dismiss(post: Appointment, *, on: date) -> None:
    """End a post; access ends with it, at once."""
    post.until = max(on, post.since)


def _is_same(standing: Membership | None, organization: Organization, belonging: Belonging) -> bool:
    same = standing is not None and all(getattr(standing, field) == getattr(belonging, field) for field in Belonging.__dataclass_fields__)
    return same and standing is not None and standing.organization_id == organization.id


def _open(person: Person, organization_id: int, belonging: Belonging, *, since: date, actor: Person | None, now: datetime) -> Membership:
    row = Membership(person=person, **_said(organization_id, belonging, since, actor, now))
    db.session.add(row)
    return row


def _said(organization_id: int, belonging: Belonging, since: date, actor: Person | None, now: datetime) -> dict[str, Any]:
    return {"organization_id": organization_id, "since": since, "entered_by_id": actor.id if actor else None, "entered_at": now, **vars(belonging)}
