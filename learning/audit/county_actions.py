"""How a real county begins: its database is marked as real, and its first organizations and administrator are entered from a terminal."""

from datetime import date, datetime

from sqlalchemy import select

from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.models import Installation
from learning.accounts import actions as accounts
from learning.audit.actions import note
from learning.hours import actions as hours
from learning.organization import actions as organization
from learning.organization.actions import Belonging
from learning.organization.models import Organization, Person


def begin(*, today: date, now: datetime) -> bool:
    """Mark this database as a real county's, with the usual policy of hours; says whether it was new. Raises `Refused` for a demo."""
    standing = db.session.get(Installation, 1)
    if standing is not None and standing.kind == "demo":
        raise Refused("这里是演示数据，不能改作真实的县。请另用一个空文件夹（DATA_DIR）。 / this database is a demo: use another DATA_DIR")
    if standing is not None:
        return False
    db.session.add(Installation(id=1, kind="real", created_at=now))
    hours.set_policy(date(today.year, 1, 1), now=now)
    return True


def add_organization(code: str, name: str, *, kind: str, under: str | None, now: datetime) -> Organization:
    """Add an organization below the one whose code is `under`; only the county stands below none."""
    if (under is None) != (kind == "county"):
        raise Refused("县委没有上级，其他组织都要写明上级的代码。 / only the county has nothing above it")
    parent = _by_code(under) if under else None
    if parent is None and db.session.scalar(select(Organization.id).where(Organization.parent_id.is_(None))):
        raise Refused("县委已经有了。 / the county exists already")
    row = organization.found(code, name, kind=kind, parent=parent, now=now)
    note("found", f"登记组织“{name}”（{code}）", actor=None, organization_id=row.id, now=now)
    return row


def add_administrator(name: str, code: str, *, user_name: str, password_hash: str, key: bytes, today: date, now: datetime) -> Person:
    """Enter a person who administers the county from the organization of this code, and who is counted in no campaign until put on a roster."""
    where = _by_code(code)
    if where.kind != "county":
        raise Refused("管理员要设在县委。 / the administrator's post is at the county")
    person = organization.admit(name, where, Belonging(expectation="encouraged"), since=today, actor=None, now=now)
    accounts.open_account(person, user_name=user_name, mobile=None, password_hash=password_hash, must_change=False, key=key, now=now)
    organization.appoint(person, "county_admin", where, since=today, actor=None, now=now)
    note("appoint", f"在终端设立县委组织部管理员：{name}", actor=None, organization_id=where.id, about_person_id=person.id, now=now)
    return person


def _by_code(code: str) -> Organization:
    row = db.session.scalar(select(Organization).where(Organization.code == code))
    if row is None:
        raise Refused(f"没有代码为 {code} 的组织。 / no organization has the code {code}")
    return row
