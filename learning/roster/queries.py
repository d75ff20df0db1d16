"""Reads for a roster's file: what its headers meant before, the branches within reach, and who stands on their rosters."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from courses.kernel.db import db
from courses.kernel.errors import Missing, Refused
from learning.accounts.models import Account
from learning.organization import queries as organization
from learning.organization.models import Appointment, Membership, Organization, Person
from learning.organization.rules import HOMES
from learning.roster import plan_rules
from learning.roster.models import RosterColumns, RosterDraft
from learning.roster.plan_rules import KEPT, Home, Standing

_AT_ONCE = 500  # values in one question


def remembered(where: Organization) -> dict[str, str]:
    """What headers were last taken to mean here, or at the nearest organization above."""
    rows = db.session.scalars(select(RosterColumns).where(RosterColumns.organization_id.in_(where.line)).order_by(RosterColumns.id))
    newest = {row.organization_id: row.headers for row in rows}
    return next((dict(newest[one]) for one in reversed(where.line) if one in newest), {})


def draft_for(actor: Any, roster_id: int) -> RosterDraft:
    """A file that is looked over, at an organization whose people `actor` keeps; raises `Missing` otherwise, or once it is done."""
    statement = select(RosterDraft).join(RosterDraft.organization).where(RosterDraft.id == roster_id, organization.within(actor, "edit_people"))
    row = db.session.scalar(statement)
    if row is None or row.sealed is None:
        raise Missing("这份名册已经导入，或者放了太久，请重新上传文件。")
    return row


def homes(where: Organization) -> list[Home]:
    """The organizations at or below `where` that people belong to, by code."""
    rows = [row for row in organization.subtree(where) if row.kind in HOMES and row.closed_on is None]
    names = dict(db.session.execute(select(Organization.id, Organization.name)).all())
    full = {row.id: "".join(names[one] for one in row.line) for row in rows}
    alone = [row.name for row in rows]
    return [Home(row.id, row.code, row.name, full[row.id], row.name if alone.count(row.name) == 1 else full[row.id]) for row in rows]


def branch_named(near: Organization, words: str) -> Organization:
    """The branch of the same county that `words` mean, within reach or not; raises `Refused` for none or several."""
    found = plan_rules.branch_named(words.strip(), homes(organization.ancestors(near)[0]))
    if isinstance(found, str):
        raise Refused("没有找到这个支部，或者有几个同名的。请写上级和支部的全称，例如 样例镇党委柳荫村党支部，或写支部代码。")
    return db.session.get_one(Organization, found.id)


def branch_near(person: Person, words: str) -> Organization:
    """`branch_named` for where someone could go from where they belong."""
    if person.membership is None:
        raise Missing
    return branch_named(person.membership.organization, words)


def standing(home_ids: Iterable[int], *, asking: int, guarded: Collection[int]) -> list[Standing]:
    """Everyone who belongs to these now, by name; `guarded` hold posts for which someone higher is needed."""
    statement = (
        select(Membership, Person.name, Person.joined_on, func.coalesce(Account.mobile_index, Account.mobile_held))
        .join(Person, Membership.person_id == Person.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Membership.organization_id.in_(list(home_ids)), Membership.until.is_(None))
        .order_by(Person.name_key, Person.id)
    )
    return [
        Standing(
            row.person_id,
            name,
            row.organization_id,
            {**{field: getattr(row, field) for field in KEPT}, "joined_on": joined_on, "since": row.since},
            mobile=mobile,
            untouchable=row.person_id == asking,
            guarded=row.person_id in guarded,
        )
        for row, name, joined_on, mobile in db.session.execute(statement)
    ]


def holders(home_ids: Iterable[int]) -> list[Person]:
    """Those who belong to these now and hold a post anywhere."""
    statement = (
        select(Person)
        .join(Membership, (Membership.person_id == Person.id) & Membership.until.is_(None))
        .where(Membership.organization_id.in_(list(home_ids)), Person.id.in_(select(Appointment.person_id).where(Appointment.until.is_(None))))
    )
    return list(db.session.scalars(statement))


def owners(actor: Any, hashes: Iterable[str]) -> dict[str, int]:
    """Whose these numbers are, of those that are someone's whose roster `actor` keeps; of anyone else nothing is told. Who signs in by a number comes first."""
    out: dict[str, int] = {}
    for column in (Account.mobile_held, Account.mobile_index):
        near = select(column, Account.person_id).join(Membership, (Membership.person_id == Account.person_id) & Membership.until.is_(None))
        near = near.join(Organization, Membership.organization_id == Organization.id).where(organization.within(actor, "edit_people"))
        for part in _parts(sorted(set(hashes))):
            out.update({str(hashed): person_id for hashed, person_id in db.session.execute(near.where(column.in_(part)))})
    return out


def people(person_ids: Iterable[int]) -> dict[int, Person]:
    """These people with their memberships, by id."""
    out: dict[int, Person] = {}
    for part in _parts(sorted(set(person_ids))):
        statement = select(Person).where(Person.id.in_(part)).options(selectinload(Person.memberships).joinedload(Membership.organization))
        out.update({row.id: row for row in db.session.scalars(statement)})
    return out


def _parts(values: list[Any]) -> Iterator[list[Any]]:
    return (values[place : place + _AT_ONCE] for place in range(0, len(values), _AT_ONCE))
