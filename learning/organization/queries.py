"""Reads of the tree and its people. The only place where an appointment becomes the set of rows it may reach."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from courses.kernel.db import db
from courses.kernel.errors import Missing, Refused
from courses.kernel.words import Words
from learning.organization.models import Appointment, Membership, Organization, Person
from learning.organization.names import name_key
from learning.organization.rules import HOMES, grants


def within(actor: Any, capability: str) -> ColumnElement[bool]:
    """The condition on `Organization` that holds for every organization at or below a post of `actor` granting `capability`."""
    paths = [post.organization.path for post in getattr(actor, "posts", ()) if grants(post.role, capability)]
    return or_(*(Organization.path.like(f"{path}%") for path in paths)) if paths else false()


def tops(actor: Any, capability: str) -> list[Organization]:
    """The organizations at which `actor` holds a post granting `capability`, by code, each once."""
    found = {post.organization_id: post.organization for post in getattr(actor, "posts", ()) if grants(post.role, capability)}
    return sorted(found.values(), key=lambda row: row.code)


def organization_for(actor: Any, capability: str, organization_id: int) -> Organization:
    """The organization, if `actor` may do `capability` there; raises `Missing` otherwise."""
    row = db.session.scalar(select(Organization).where(Organization.id == organization_id, within(actor, capability)))
    if row is None:
        raise Missing
    return row


def person_for(actor: Any, capability: str, person_id: int) -> Person:
    """The person, if they belong (now) to an organization where `actor` may do `capability`; raises `Missing` otherwise."""
    statement = people(actor, capability).where(Person.id == person_id)
    row: Person | None = db.session.scalars(statement).unique().first()
    if row is None:
        raise Missing
    return row


def people(actor: Any, capability: str) -> Select[Any]:
    """Everyone who now belongs to an organization where `actor` may do `capability`, by name."""
    return (
        select(Person)
        .join(Membership, (Membership.person_id == Person.id) & Membership.until.is_(None))
        .join(Organization, Membership.organization_id == Organization.id)
        .where(within(actor, capability))
        .options(selectinload(Person.memberships).joinedload(Membership.organization))
        .order_by(Person.name_key, Person.id)
    )


def home_for(actor: Any, capability: str, organization_id: int) -> Organization:
    """An organization that people belong to, not closed, where `actor` may do `capability`; raises `Missing` otherwise."""
    row = organization_for(actor, capability, organization_id)
    if row.kind not in HOMES or row.closed_on is not None:
        raise Missing
    return row


def children(organization: Organization) -> list[Organization]:
    """What stands directly below, closed ones last, by code."""
    statement = select(Organization).where(Organization.parent_id == organization.id)
    return list(db.session.scalars(statement.order_by(Organization.closed_on.is_not(None), Organization.code)))


def below(actor: Any, capability: str, organization_id: int) -> Organization:
    """An organization that stands below one where `actor` may do `capability`, and so is not itself the top of what they keep."""
    row = organization_for(actor, capability, organization_id)
    if row.parent is None or not actor.may(capability, row.parent):
        raise Missing
    return row


def subtree(organization: Organization) -> list[Organization]:
    """`organization` and all below it, by code."""
    return list(db.session.scalars(select(Organization).where(Organization.path.like(f"{organization.path}%")).order_by(Organization.code)))


def names(person_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of people, by id."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    return dict(db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))).all())


def ids_named(name: str, *, most: int = 50) -> list[int]:
    """Everyone of exactly this name, found by its key, which is indexed; wherever they belong, so only to search by among what may be seen."""
    return list(db.session.scalars(select(Person.id).where(Person.name_key == name_key(name), Person.name == name).order_by(Person.id).limit(most)))


def named_below(top: Organization, words: str, *, field: str) -> list[int]:
    """The organizations at or below `top` that are named or coded so, one a line; raises `Refused`, naming the field, for a line that finds none or several."""
    out: dict[int, None] = {}
    for line in filter(None, (one.strip() for one in words.splitlines())):
        statement = select(Organization.id).where(Organization.path.like(f"{top.path}%"), or_(Organization.code == line, Organization.name == line))
        found = list(db.session.scalars(statement.limit(2)))
        if len(found) != 1:
            several = Words("“%(line)s”在下属党组织里不止一个，请写组织代码。", line=line)
            told = several if found else Words("“%(line)s”在下属党组织里没有找到，请写组织代码或全称，一行一个。", line=line)
            raise Refused(told, fields={field: told})
        out[found[0]] = None
    return list(out)


def codes(organization_ids: Iterable[int]) -> list[str]:
    """The codes of organizations, in order."""
    return list(db.session.scalars(select(Organization.code).where(Organization.id.in_(list(organization_ids))).order_by(Organization.code)))


def all_within(actor: Any, capability: str) -> list[Organization]:
    """Every organization, not closed, where `actor` may do `capability`, by code."""
    statement = select(Organization).where(within(actor, capability), Organization.closed_on.is_(None))
    return list(db.session.scalars(statement.order_by(Organization.code)))


def homes(actor: Any, capability: str) -> list[Organization]:
    """The organizations that people belong to, not closed, where `actor` may do `capability`, each with what stands above it, by code."""
    statement = select(Organization).where(within(actor, capability), Organization.kind.in_(HOMES), Organization.closed_on.is_(None))
    return list(db.session.scalars(statement.options(joinedload(Organization.parent)).order_by(Organization.code)))


def in_force(of: type[Membership] | type[Appointment], on: Any) -> ColumnElement[bool]:
    """Which memberships, or which posts, are in force on the day `on`: a date, or a parameter that will be one."""
    return and_(of.since <= on, or_(of.until.is_(None), of.until > on))


def belonging(on: date) -> Select[Any]:
    """The memberships in force on the day `on`, each with its person and organization, by name; to be narrowed by whoever asks."""
    return (
        select(Membership)
        .join(Membership.person)
        .join(Membership.organization)
        .where(in_force(Membership, on))
        .options(joinedload(Membership.person), joinedload(Membership.organization))
        .order_by(Person.name_key, Person.id)
    )


def members_below(top: Organization, on: date) -> list[Membership]:
    """Those who belonged to `top` or below it on the day `on`, with their person and organization, by name."""
    return list(db.session.scalars(belonging(on).where(Organization.path.like(f"{top.path}%"))))


def members_on(organization_id: int, on: date) -> list[Membership]:
    """Those who belonged to the organization itself on the day `on`, with their person, by name."""
    return list(db.session.scalars(belonging(on).where(Membership.organization_id == organization_id)))


def ancestors(organization: Organization) -> list[Organization]:
    """From the root down to `organization` itself."""
    return sorted(db.session.scalars(select(Organization).where(Organization.id.in_(organization.line))), key=lambda row: len(row.path))


def full_name(organization: Organization) -> str:
    """The name as it stands on a certificate: the grassroots committee's name, then its own."""
    line = [row.name for row in ancestors(organization) if row.kind != "county"]
    return "".join(line[-2:]) if len(line) > 1 else organization.name


def over(today: date) -> list[int]:
    """The posts still in force whose term was over before this day, oldest first."""
    return list(db.session.scalars(select(Appointment.id).where(Appointment.until.is_(None), Appointment.ends_on < today).order_by(Appointment.id)))


def holders(organization_id: int) -> list[Appointment]:
    """The posts in force at the organization."""
    statement = select(Appointment).where(Appointment.organization_id == organization_id, Appointment.until.is_(None)).options(joinedload(Appointment.person))
    return list(db.session.scalars(statement.order_by(Appointment.role, Appointment.id)))
