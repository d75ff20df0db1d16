"""Erases a person's data for the county's administrator: from the records, the ways in, letters and entries, with an entry that says so."""

from sqlalchemy import select

from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.accounts.models import Account, SignedIn, SignInCard
from learning.audit.actions import note
from learning.audit.models import Entry, EntryLine, Feedback
from learning.audit.people_actions import Moment
from learning.classes.models import HomeDelivery
from learning.exports import actions as exports
from learning.goals import actions as goals
from learning.organization.models import Person
from learning.organization.names import name_key
from learning.records import erasure_actions as records
from learning.records.models import CorrectionRequest, Erasure
from learning.records.rules import ERASED


def erase(person: Person, reason: str, *, actor: Person, when: Moment) -> Erasure:
    """Erase a person who holds no post; numbers, courses, hours and the log stay. Cannot be undone.

    Raises `Refused` for oneself, for someone who holds a post, for a second time, without a reason, and for whoever may not.
    """
    must_be_erasable(person, reason, actor=actor)
    home = person.membership
    row = records.erase(person, reason.strip(), actor=actor, now=when.now)
    _close_ways_in(person, when)
    _empty_words(person)
    exports.forget(person.id, {place for row in person.memberships for place in row.organization.line}, now=when.now)
    person.name, person.name_key = ERASED, name_key(ERASED)
    for membership in person.memberships:
        membership.contact = ""
    if home is not None:
        home.until = max(home.since, when.today)
        db.session.flush()
        goals.recount({home.organization_id}, now=when.now, today=when.today)
    where = home.organization_id if home else None
    words = f"删除了一位同志（编号 {person.id}）的个人信息：{row.reason}；登记簿的 {len(row.leaves)} 条只留承诺值"
    note("erase_person", words, actor=actor, organization_id=where, now=when.now)
    return row


def must_be_erasable(person: Person, reason: str, *, actor: Person) -> None:
    """Raises `Refused` for all that `erase` refuses; changes nothing."""
    home = person.membership
    if not actor.may("revoke_records", home.organization if home else None) or person.id == actor.id:
        raise Refused("只有县级管理员能删除别人的个人信息，不能删除自己的。")
    if person.posts:
        raise Refused("这位同志还担任职务，请先免去职务再删除个人信息。")
    if db.session.scalar(select(Erasure.id).where(Erasure.person_id == person.id)):
        raise Refused("这位同志的个人信息已经删除过了。")
    if not reason.strip() or person.name in reason:
        raise Refused("请写明删除的依据或原因，不要写姓名：原因会一直留着。", fields={"reason": Words("写明原因，不要写姓名")})


def _close_ways_in(person: Person, when: Moment) -> None:
    for account in db.session.scalars(select(Account).where(Account.person_id == person.id)):
        account.user_name = account.mobile_index = account.mobile_held = account.mobile_sealed = account.password_hash = account.password_from_id = None
    for device in db.session.scalars(select(SignedIn).where(SignedIn.person_id == person.id)):
        device.device, device.last_on, device.ended_at = "", None, device.ended_at or when.now
    for card in db.session.scalars(select(SignInCard).where(SignInCard.person_id == person.id)):
        card.revoked_at = card.revoked_at or when.now


def _empty_words(person: Person) -> None:
    for letter in db.session.scalars(select(Feedback).where(Feedback.person_id == person.id)):
        letter.text, letter.answer = ERASED, letter.answer and ERASED
    for asked in db.session.scalars(select(CorrectionRequest).where(CorrectionRequest.person_id == person.id)):
        asked.text = ERASED
        for answer in asked.answers:
            answer.words = ERASED
    for delivery in db.session.scalars(select(HomeDelivery).where(HomeDelivery.person_id == person.id)):
        delivery.what = ERASED
    entries = db.session.scalars(select(Entry).where(Entry.about_person_id == person.id))
    lines = db.session.scalars(select(EntryLine).where(EntryLine.about_person_id == person.id))
    for row in (*entries, *lines):
        row.words = ERASED
