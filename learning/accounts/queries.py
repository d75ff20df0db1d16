"""Reads of accounts, signed-in devices and cards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Select, String, any_, bindparam, exists, select
from sqlalchemy.orm import joinedload, selectinload

from courses.kernel.brief import Seats
from courses.kernel.db import Instant, db
from courses.kernel.prepared import Prepared
from learning.accounts import rules, sealing
from learning.accounts.models import Account, Failure, SignedIn, SignInCard
from learning.organization.models import Appointment, Membership, Person

_DEVICE = Prepared(
    select(SignedIn.id, SignedIn.person_id, Account.must_change, SignedIn.last_on)
    .outerjoin(Account, Account.person_id == SignedIn.person_id)
    .where(SignedIn.token_hash == bindparam("token_hash"), SignedIn.ended_at.is_(None), SignedIn.until > bindparam("now"))
)

_SEATS = Seats(
    select(SignedIn.person_id).distinct().where(SignedIn.token_hash == any_(bindparam("keys", type_=ARRAY(String(64))))).order_by(SignedIn.person_id)
)

_ASKING = (
    select(Person)
    .where(Person.id == bindparam("person"))
    .options(joinedload(Person.appointments).joinedload(Appointment.organization), joinedload(Person.memberships).joinedload(Membership.organization))
)


def held_by_device(statement: Select[Any], person_id: ColumnElement[int]) -> Select[Any]:
    """`statement`, of rows that are the person's who holds the device with the token hash :device at :now, and whose password is their own."""
    temporary = exists().where(Account.person_id == SignedIn.person_id, Account.must_change)
    mine = statement.join(SignedIn, SignedIn.person_id == person_id).where(SignedIn.token_hash == bindparam("device"), SignedIn.ended_at.is_(None))
    return mine.where(SignedIn.until > bindparam("now", type_=Instant), ~temporary)


def take_seats(driver: Any, devices: Iterable[str]) -> None:
    """Within a brief write, take the seats of whoever holds these devices, by their tokens' hashes."""
    _SEATS.take(driver, {"keys": list(devices)})


def account_named(name: str, *, key: bytes) -> Account | None:
    """The account of a user name or mobile number."""
    mobile = rules.normal_mobile(name)
    condition = Account.mobile_index == sealing.index(mobile, key) if mobile else Account.user_name == name.strip().lower()
    return db.session.scalar(select(Account).where(condition))


def account_of(person_id: int) -> Account | None:
    return db.session.scalar(select(Account).where(Account.person_id == person_id))


def with_password(person_ids: Iterable[int]) -> set[int]:
    """Those of these people who have a password of their own, not one that others gave them."""
    statement = select(Account.person_id).where(Account.person_id.in_(list(person_ids)), Account.password_hash.is_not(None), Account.must_change.is_(False))
    return set(db.session.scalars(statement))


def free_user_name(wanted: str) -> str:
    """`wanted`, or with the first number from 2 that makes it nobody's."""
    taken = set(db.session.scalars(select(Account.user_name).where(Account.user_name.startswith(wanted, autoescape=True))))
    return wanted if wanted not in taken else next(f"{wanted}{number}" for number in range(2, len(taken) + 3) if f"{wanted}{number}" not in taken)


def name_for(person: Person) -> str:
    """The user name that is offered to someone."""
    return free_user_name(rules.user_name_from(person.name_key, person.name))


def taken(hashes: Iterable[str]) -> set[str]:
    """Those of these numbers, by hash, that someone signs in by."""
    wanted = list(hashes)
    parts = (wanted[place : place + 500] for place in range(0, len(wanted), 500))
    return {one for part in parts for one in db.session.scalars(select(Account.mobile_index).where(Account.mobile_index.in_(part))) if one}


def owner_of_held(account: Account | None) -> Person | None:
    """Who signs in by the number that is held for this account."""
    if account is None or account.mobile_held is None:
        return None
    return db.session.scalar(select(Person).join(Account, Account.person_id == Person.id).where(Account.mobile_index == account.mobile_held))


@dataclass(frozen=True)
class Recognised:
    """The signed-in device that holds a token: its row, whose it is, whether their password is a temporary one, and the day it was last used."""

    id: int
    person_id: int
    must_change: bool
    last_on: date | None = None


def recognised(token: str, *, now: datetime) -> Recognised | None:
    """The device that holds this token; None when it was signed out or its time ran out. One read, since every request begins with it."""
    for device_id, person_id, must_change, last_on in _DEVICE.rows(token_hash=sealing.token_hash(token), now=now):
        return Recognised(device_id, person_id, bool(must_change), last_on)
    return None


def person_asking(person_id: int) -> Person:
    """A person with their posts and memberships, as pages ask for them."""
    return db.session.scalars(_ASKING, {"person": person_id}).unique().one()


def devices(person_id: int, *, now: datetime) -> list[SignedIn]:
    """The devices now signed in, newest first."""
    statement = select(SignedIn).where(SignedIn.person_id == person_id, SignedIn.ended_at.is_(None), SignedIn.until > now)
    return list(db.session.scalars(statement.order_by(SignedIn.id.desc())))


def tried_as(account: Account, *, key: bytes) -> list[str]:
    """What wrong passwords for the account are counted under: its user name, its mobile number."""
    names = [sealing.index(account.user_name, key)] if account.user_name else []
    return [*names, account.mobile_index] if account.mobile_index else names


def failures(whose: str, *, since: datetime) -> list[datetime]:
    return list(db.session.scalars(select(Failure.at).where(Failure.whose == whose, Failure.at > since)))


def card(token: str, *, now: datetime) -> SignInCard | None:
    """The live card of a token."""
    statement = select(SignInCard).where(
        SignInCard.token_hash == sealing.token_hash(token), SignInCard.used_at.is_(None), SignInCard.revoked_at.is_(None), SignInCard.until > now
    )
    return db.session.scalar(statement.options(selectinload(SignInCard.person)))


def waiting_from(giver_id: int, *, now: datetime) -> set[int]:
    """Those who hold a card not yet used, or a temporary password not yet changed, that this person gave out."""
    cards, passwords = _unused(now=now)
    return {*db.session.scalars(cards.where(SignInCard.issued_by_id == giver_id)), *db.session.scalars(passwords.where(Account.password_from_id == giver_id))}


def waiting_at(organization_ids: Iterable[int], *, now: datetime) -> set[int]:
    """Those who hold such a card or password and belong to one of these organizations."""
    here = select(Membership.person_id).where(Membership.organization_id.in_(list(organization_ids)), Membership.until.is_(None))
    cards, passwords = _unused(now=now)
    return {*db.session.scalars(cards.where(SignInCard.person_id.in_(here))), *db.session.scalars(passwords.where(Account.person_id.in_(here)))}


def live_card_of(person_id: int, *, now: datetime) -> SignInCard | None:
    """The card a person could still use."""
    statement = select(SignInCard).where(
        SignInCard.person_id == person_id, SignInCard.used_at.is_(None), SignInCard.revoked_at.is_(None), SignInCard.until > now
    )
    return db.session.scalar(statement)


def _unused(*, now: datetime) -> tuple[Select[int], Select[int]]:
    cards = select(SignInCard.person_id).where(SignInCard.used_at.is_(None), SignInCard.revoked_at.is_(None), SignInCard.until > now)
    return cards, select(Account.person_id).where(Account.must_change.is_(True), Account.password_hash.is_not(None))
