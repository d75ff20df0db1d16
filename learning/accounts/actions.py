"""Writes of accounts. A password is verified before the transaction, never inside it: hashing would hold up every writer."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.prepared import Prepared
from courses.kernel.words import Words
from learning.accounts import queries, rules, sealing
from learning.accounts.models import Account, Failure, SignedIn, SignInCard
from learning.organization.models import Person

_USED = Prepared(update(SignedIn).where(SignedIn.token_hash == bindparam("device")).values(last_on=bindparam("on", type_=SignedIn.last_on.type)))


def anyone(_person_id: int) -> bool:
    """Whoever enters a number may know of everyone in the county."""
    return True


def open_account(
    person: Person,
    *,
    user_name: str | None,
    mobile: str | None,
    password_hash: str | None,
    must_change: bool,
    key: bytes,
    now: datetime,
    knows: Callable[[int], bool] = anyone,
) -> Account:
    """Give a person a way to sign in; raises `Refused` for a name or number that is taken or malformed."""
    account = Account(person_id=person.id, created_at=now)
    db.session.add(account)
    set_names(account, user_name=user_name, mobile=mobile, key=key, knows=knows)
    account.password_hash, account.must_change = password_hash, must_change
    db.session.flush()
    return account


def open_many(mobiles: Iterable[tuple[int, str]], *, key: bytes, now: datetime) -> list[int]:
    """Give people without an account one that is found by their mobile number, eleven digits; returns those whose number is held, being someone else's."""
    told = [(person_id, sealing.index(number, key), sealing.seal(number, key)) for person_id, number in mobiles]
    taken = queries.taken(found for _, found, _ in told)
    rows = [
        {
            "person_id": one,
            "created_at": now,
            "mobile_index": None if found in taken else found,
            "mobile_held": found if found in taken else None,
            "mobile_sealed": sealed,
        }
        for one, found, sealed in told
    ]
    if rows:
        db.session.execute(insert(Account), rows)
    return [one for one, found, _ in told if found in taken]


def set_names(account: Account, *, user_name: str | None, mobile: str | None, key: bytes, knows: Callable[[int], bool] = anyone) -> None:
    """Set the user name and mobile number (None: leave as it is).

    A number that belongs to someone of whom whoever enters it does not know is held: it is kept, nobody signs in by it, and nothing tells of it.
    """
    if user_name:
        wanted = user_name.strip().lower()
        if not 2 <= len(wanted) <= 40 or not wanted.isprintable() or rules.normal_mobile(wanted):
            raise Refused("用户名要 2 到 40 个看得见的字，不能是手机号。", fields={"user_name": Words("请换一个")})
        if db.session.scalar(select(Account.id).where(Account.user_name == wanted, Account.person_id != account.person_id)):
            raise Refused("这个用户名已经有人用了，请换一个。", fields={"user_name": Words("已有人用")})
        account.user_name = wanted
    if mobile:
        number = rules.normal_mobile(mobile)
        if number is None:
            raise Refused("手机号要 11 位数字，请核对。", fields={"mobile": Words("请填 11 位手机号")})
        found = sealing.index(number, key)
        owner = db.session.scalar(select(Account.person_id).where(Account.mobile_index == found, Account.person_id != account.person_id))
        if owner is not None and knows(owner):
            raise Refused("这个手机号已经登记给别的同志，请核对。", fields={"mobile": Words("号码重复")})
        account.mobile_index, account.mobile_held = (found, None) if owner is None else (None, found)
        account.mobile_sealed = sealing.seal(number, key)


def name_someone(person: Person, *, key: bytes, now: datetime) -> str:
    """Give a user name to someone who has none and never signed in by a mobile number; returns it, or '' if none was needed.

    Whether a number that was entered for them can be signed in by makes no difference: it would tell whoever entered it whose it is.
    """
    account = queries.account_of(person.id)
    if account is not None and (account.user_name or (account.mobile_index and account.password_hash)):
        return ""
    wanted = queries.name_for(person)
    if account is None:
        open_account(person, user_name=wanted, mobile=None, password_hash=None, must_change=False, key=key, now=now)
    else:
        set_names(account, user_name=wanted, mobile=None, key=key)
    return wanted


def set_password(account: Account, password_hash: str) -> None:
    """Replace the password by one chosen with it; so whose way in it descends from stays as it was."""
    account.password_hash, account.must_change = password_hash, False


def hand_out_password(account: Account, password_hash: str, *, actor: Person) -> None:
    """Give a temporary password, to be changed at the next sign-in; whatever is chosen with it descends from `actor`."""
    account.password_hash, account.must_change, account.password_from_id = password_hash, True, actor.id


def start_session(person_id: int, *, token: str, device: str, days: int, now: datetime) -> SignedIn:
    """A device signs in."""
    row = SignedIn(person_id=person_id, token_hash=sealing.token_hash(token), device=device, since=now, until=now + timedelta(days=days))
    db.session.add(row)
    return row


def renew_session(device_id: int, *, token: str) -> None:
    """Give a device another token: whatever copy was made of the one before opens nothing any more. The device stays as it is, ended or not."""
    db.session.get_one(SignedIn, device_id).token_hash = sealing.token_hash(token)


def use_devices(driver: Any, used: Sequence[tuple[str, date]]) -> list[bool]:
    """Within a brief write: pages were opened with these devices (their tokens' hashes) on these days; their owners see the day."""
    queries.take_seats(driver, {device for device, _ in used})
    _USED.run(driver, [{"device": device, "on": on} for device, on in used])
    return [True] * len(used)


def end_session(device_id: int, *, now: datetime) -> None:
    """A device signs out."""
    row = db.session.get_one(SignedIn, device_id)
    row.ended_at = row.ended_at or now


def end_everywhere(person_id: int, *, now: datetime, but: int | None = None) -> int:
    """Sign every device out, apart from the session `but`; returns how many."""
    rows = [row for row in queries.devices(person_id, now=now) if row.id != but]
    for row in rows:
        row.ended_at = now
    return len(rows)


def note_failure(whose: str, *, now: datetime) -> Failure:
    """Remember a wrong password or PIN, and forget those older than any card."""
    row = Failure(whose=whose, at=now)
    db.session.add(row)
    db.session.execute(delete(Failure).where(Failure.at < now - timedelta(days=rules.CARD_DAYS)))
    db.session.flush()
    return row


def count_try(whose: str, *, limit: int, within: timedelta, now: datetime) -> int | None:
    """Count a try before it is made, so that many made at once are no more than many made in turn.

    Returns its id, for `forgive` if it turns out right; None when there were `limit` already, and no more may be made.
    """
    return None if len(queries.failures(whose, since=now - within)) >= limit else note_failure(whose, now=now).id


def forgive(tried: int) -> None:
    """A counted try was no failure."""
    db.session.execute(delete(Failure).where(Failure.id == tried))


def forget_failures(account: Account, *, key: bytes) -> None:
    """Let someone whose password was just reset try at once, instead of waiting out the rest."""
    db.session.execute(delete(Failure).where(Failure.whose.in_(queries.tried_as(account, key=key))))


def issue_card(person: Person, *, token: str, pin_hash: str, actor: Person, now: datetime) -> SignInCard:
    """Print a first sign-in card; any earlier card of the person dies with it."""
    revoke_cards(person.id, now=now)
    row = SignInCard(
        person_id=person.id,
        token_hash=sealing.token_hash(token),
        pin_hash=pin_hash,
        issued_by_id=actor.id,
        issued_at=now,
        until=now + timedelta(days=rules.CARD_DAYS),
    )
    db.session.add(row)
    return row


def revoke_cards(person_id: int, *, now: datetime) -> int:
    """Kill the person's cards; returns how many."""
    rows = list(db.session.scalars(select(SignInCard).where(SignInCard.person_id == person_id, SignInCard.used_at.is_(None), SignInCard.revoked_at.is_(None))))
    for row in rows:
        row.revoked_at = now
    return len(rows)


def close_unused_ways(person_id: int, *, trusted: Callable[[int | None], bool], now: datetime) -> bool:
    """Kill the card not yet used and the temporary password not yet changed, unless whoever gave it out is `trusted`; says whether there was any."""
    account = queries.account_of(person_id)
    temporary = account is not None and account.must_change and account.password_hash is not None and not trusted(account.password_from_id)
    if account is not None and temporary:
        _void_password(account, now=now)
    card = queries.live_card_of(person_id, now=now)
    doubtful = card is not None and not trusted(card.issued_by_id)
    return bool(doubtful and revoke_cards(person_id, now=now)) or temporary


def void_borrowed_password(person_id: int, *, trusted: Callable[[int | None], bool], now: datetime) -> bool:
    """Void a password that was chosen with a way in from someone not `trusted`, who could have chosen it themselves and still be signed in.

    No later change of the password clears it, since that is made with the password before. Says whether it was so.
    """
    account = queries.account_of(person_id)
    borrowed = account is not None and account.password_hash is not None and account.password_from_id is not None and not trusted(account.password_from_id)
    if account is not None and borrowed:
        _void_password(account, now=now)
    return borrowed


def kill_card(card: SignInCard, *, now: datetime) -> None:
    """Too many wrong PINs."""
    card.revoked_at = card.revoked_at or now


def use_card(card: SignInCard, *, password_hash: str, key: bytes, now: datetime) -> Account:
    """A person chose a password with their card; it can never be used again, and all devices are signed out."""
    card.used_at = now
    name_someone(card.person, key=key, now=now)
    account = db.session.scalars(select(Account).where(Account.person_id == card.person_id)).one()
    set_password(account, password_hash)
    account.password_from_id = card.issued_by_id
    end_everywhere(card.person_id, now=now)
    return account


def _void_password(account: Account, *, now: datetime) -> None:
    account.password_hash, account.must_change, account.password_from_id = None, False, None
    end_everywhere(account.person_id, now=now)
