"""Writes about people, each with its entry and the recount it calls for. Nobody acts on themselves; the queries see to that."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.accounts import actions as accounts
from learning.accounts import queries as account_queries
from learning.accounts.models import Account, SignInCard
from learning.accounts.rules import CARD_DAYS
from learning.audit import people_queries
from learning.audit.actions import note
from learning.audit.people_rules import POST_KINDS, belonging_words
from learning.goals import actions as goals
from learning.organization import actions as organization
from learning.organization.actions import Belonging
from learning.organization.models import Appointment, Membership, Organization, Person
from learning.organization.rules import ROLE_WORDS

_UNUSED_WORDS = "；没用过的登录卡和临时密码作废"


@dataclass(frozen=True)
class Moment:
    """When something is done: the instant, and the day it falls on in the county."""

    now: datetime
    today: date


def belonging(values: Mapping[str, Any]) -> Belonging:
    """What a form says of a membership."""
    return Belonging(**{name: values[name] for name in Belonging.__dataclass_fields__ if values.get(name) is not None})


def add(branch: Organization, values: Mapping[str, Any], *, actor: Person, key: bytes, when: Moment) -> Person:
    """Put someone on the roster, with an account if a mobile number or user name was given."""
    person = organization.admit(values["name"], branch, belonging(values), since=when.today, actor=actor, now=when.now)
    if values["mobile"] or values["user_name"]:
        _enter_names(person, values["user_name"], values["mobile"], actor=actor, key=key, when=when)
    words = f"在{branch.name}名册中加入 {person.name}：{_said(person.membership)}"
    note("add_person", words, actor=actor, organization_id=branch.id, about_person_id=person.id, now=when.now)
    goals.recount([branch.id], now=when.now, today=when.today)
    return person


def rename(person: Person, name: str, *, actor: Person, when: Moment) -> bool:
    """Mend a name; says whether it differs."""
    if person.name == name:
        return False
    before, after = organization.rename(person, name)
    note("rename", f"姓名由“{before}”改为“{after}”", actor=actor, organization_id=_home(person), about_person_id=person.id, now=when.now)
    return True


def revise(person: Person, branch: Organization, said: Belonging, *, actor: Person, when: Moment) -> bool:
    """Change what is said of a membership, or move it to another branch; says whether anything differs."""
    before = person.membership
    after = organization.revise(person, branch, said, on=when.today, actor=actor, now=when.now)
    if after is before:
        return False
    touched = {after.organization_id} | ({before.organization_id} if before else set())
    moved = before is not None and before.organization_id != after.organization_id
    where = f"，组织关系由{before.organization.name}转到{branch.name}" if moved and before else ""
    where += _UNUSED_WORDS if moved and close_stale_ways([person.id], when=when) else ""
    words = f"{person.name}的情况由“{_said(before)}”改为“{_said(after)}”{where}"
    for organization_id in sorted(touched):
        note("revise_person", words, actor=actor, organization_id=organization_id, about_person_id=person.id, now=when.now)
    goals.recount(touched, now=when.now, today=when.today)
    return True


def set_names(person: Person, *, user_name: str, mobile: str, actor: Person, key: bytes, when: Moment) -> None:
    """Set the user name or mobile number by which someone signs in; the entry never holds the number. Raises `Refused` when neither is given."""
    if not (user_name or mobile):
        raise Refused("请填手机号或用户名，再点保存。")
    account = account_queries.account_of(person.id)
    before, number = (account.user_name, account.mobile_hash) if account else (None, None)
    account = _enter_names(person, user_name, mobile, actor=actor, key=key, when=when)
    named = [f"用户名由“{before or '没有'}”改为“{account.user_name}”"] if account.user_name != before else []
    numbered = [f"手机号{'已更换' if number else '由没有改为已登记'}"] if account.mobile_hash != number else []
    if named or numbered:
        _noted(person, "set_names", f"{person.name}的{'，'.join(named + numbered)}", actor=actor, when=when)


def note_held(person_ids: Iterable[int], *, actor: Person, when: Moment) -> None:
    """Tell the county alone of numbers that were entered and are someone else's: whoever entered them must not learn it."""
    for person in [db.session.get_one(Person, person_id) for person_id in person_ids]:
        words = f"为{person.name}登记的手机号已经是另一位同志的登录号，没有用来登录；请到“帮助登录”核对是谁的"
        top = person.membership.organization.line[0] if person.membership else None
        note("hold_mobile", words, actor=actor, organization_id=top, about_person_id=person.id, now=when.now)


def reset_password(person: Person, password_hash: str, *, actor: Person, key: bytes, when: Moment) -> None:
    """Give someone a temporary password, to be changed at the next sign-in; every device is signed out."""
    account = account_queries.account_of(person.id)
    if account is None or not (account.user_name or account.mobile_hash):
        raise Refused("请先登记手机号或用户名，再给临时密码；也可以打印首次登录卡。")
    name_someone(person, actor=actor, key=key, when=when)
    accounts.hand_out_password(account, password_hash, actor=actor)
    accounts.forget_failures(account, key=key)
    ended = accounts.end_everywhere(person.id, now=when.now)
    _noted(person, "reset_password", f"为{person.name}重设密码（临时密码，登录后要换），退出了 {ended} 台设备", actor=actor, when=when)


def name_someone(person: Person, *, actor: Person, key: bytes, when: Moment) -> None:
    """Give a user name to whoever has no name to sign in by."""
    named = accounts.name_someone(person, key=key, now=when.now)
    if named:
        _noted(person, "set_names", f"为{person.name}起用户名“{named}”", actor=actor, when=when)


def issue_card(person: Person, *, token: str, pin_hash: str, actor: Person, key: bytes, when: Moment) -> SignInCard:
    """Print a first sign-in card; one printed before is dead from now on. Whoever has no name to sign in by later is given a user name."""
    named = accounts.name_someone(person, key=key, now=when.now)
    row = accounts.issue_card(person, token=token, pin_hash=pin_hash, actor=actor, now=when.now)
    words = (
        f"为{person.name}打印首次登录卡，有效到 {(when.today + timedelta(days=CARD_DAYS)).isoformat()}；以前的卡作废{f'；起用户名“{named}”' if named else ''}"
    )
    _noted(person, "issue_card", words, actor=actor, when=when)
    return row


def revoke_card(person: Person, *, actor: Person, when: Moment) -> int:
    """Kill the card someone could still use; returns how many."""
    count = accounts.revoke_cards(person.id, now=when.now)
    if count:
        _noted(person, "revoke_card", f"撤销了{person.name}的首次登录卡", actor=actor, when=when)
    return count


def appoint(person: Person, role: str, where: Organization, remark: str, *, ends_on: date | None = None, actor: Person, when: Moment) -> bool:
    """Give someone a post, for a term up to and with `ends_on` if given; raises `Refused` where such a post does not belong. Says whether they now need a new way in.

    Whoever handed out the card or password with which they come in could come in too, and with the new post. Unless that one may help the holder of
    such a post, what they handed out dies: used or not, with every device that is signed in.
    """
    if where.kind not in POST_KINDS[role]:
        raise Refused(
            "“%(role_words)s”不能设在%(name)s，请重新选择党组织。",
            role_words=ROLE_WORDS[role],
            name=where.name,
            fields={"organization_id": Words("请换一个党组织")},
        )
    organization.appoint(person, role, where, since=when.today, actor=actor, now=when.now, note=remark, ends_on=ends_on)
    unused = close_stale_ways([person.id], when=when)
    borrowed = accounts.void_borrowed_password(person.id, trusted=_trusted_with(person), now=when.now)
    words = f"任命{person.name}为{where.name}{ROLE_WORDS[role]}{f'（{remark}）' if remark else ''}{f'，聘期至 {ends_on.isoformat()}' if ends_on else ''}"
    words += (_UNUSED_WORDS if unused else "") + ("；凭别人发的登录卡或临时密码所设的密码作废，设备全部退出" if borrowed else "")
    note("appoint", words, actor=actor, organization_id=where.id, about_person_id=person.id, now=when.now)
    goals.count(person.id, now=when.now, today=when.today)  # a campaign may be for those who hold such a post
    return borrowed or bool(unused)


def dismiss(post: Appointment, *, actor: Person, when: Moment) -> None:
    """End a post, and with it what it allowed, and what was handed out by it and not yet used; raises `Refused` for one's own."""
    if post.person_id == actor.id:
        raise Refused("不能免去自己的职务，请由其他管理员办理。")
    _end(post, f"免去{_held_words(post)}", actor=actor, when=when)


def end_term(post: Appointment, *, when: Moment) -> None:
    """End a post whose term (聘期) is over, as if someone had dismissed its holder today."""
    _end(post, f"聘期已满，自动免去{_held_words(post)}", actor=None, when=when)


def _held_words(post: Appointment) -> str:
    return f"{post.person.name}的{post.organization.name}{ROLE_WORDS[post.role]}职务（自 {post.since.isoformat()} 起担任）"


def _end(post: Appointment, words: str, *, actor: Person | None, when: Moment) -> None:
    organization.dismiss(post, on=when.today)
    stale = close_ways_from([post], when=when)
    words += f"；其发出、还没用过的 {stale} 份登录卡和临时密码作废" if stale else ""
    note("dismiss", words, actor=actor, organization_id=post.organization_id, about_person_id=post.person_id, now=when.now)
    goals.count(post.person_id, now=when.now, today=when.today)


def close_ways_from(posts: Iterable[Appointment], *, when: Moment) -> int:
    """Once these posts have ended, kill what their holders handed out to people whom they may no longer help; returns for how many people."""
    return sum(close_stale_ways(account_queries.waiting_from(giver_id, now=when.now), when=when) for giver_id in {post.person_id for post in posts})


def close_stale_ways(person_ids: Iterable[int], *, when: Moment) -> int:
    """Kill the unused cards and temporary passwords of these people that come from someone who may not help them now; returns of how many people."""
    people = [db.session.get_one(Person, person_id) for person_id in person_ids]
    return sum(accounts.close_unused_ways(person.id, trusted=_trusted_with(person), now=when.now) for person in people)


def _trusted_with(person: Person) -> Callable[[int | None], bool]:
    return lambda giver_id: giver_id is not None and people_queries.helps(db.session.get_one(Person, giver_id), person)


def _enter_names(person: Person, user_name: str, mobile: str, *, actor: Person, key: bytes, when: Moment) -> Account:
    """Whoever is given a number has a user name from now on as well, since the number may turn out to be held."""
    account = account_queries.account_of(person.id)
    before = account.mobile_held if account else None
    if mobile and not user_name and not (account and account.user_name):
        user_name = account_queries.name_for(person)
    names: dict[str, Any] = {"user_name": user_name, "mobile": mobile, "key": key, "knows": partial(people_queries.knows, actor)}
    if account is None:
        account = accounts.open_account(person, password_hash=None, must_change=False, now=when.now, **names)
    else:
        accounts.set_names(account, **names)
    if account.mobile_held and account.mobile_held != before:
        note_held([person.id], actor=actor, when=when)
    return account


def _said(row: Membership | None) -> str:
    if row is None:
        return "没有登记"
    return belonging_words(row.stage, row.expectation, floating=row.floating, online=row.online, contact=row.contact, host=row.host)


def _home(person: Person) -> int | None:
    return person.membership.organization_id if person.membership else None


def _noted(person: Person, act: str, words: str, *, actor: Person, when: Moment) -> None:
    note(act, words, actor=actor, organization_id=_home(person), about_person_id=person.id, now=when.now)
