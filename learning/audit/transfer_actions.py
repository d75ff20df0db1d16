"""Writes of transfers with their entries on both sides, and of what an accepted one does: a new membership and the recount of both."""

from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.audit import people_actions
from learning.audit.actions import note
from learning.audit.people_actions import Moment
from learning.organization import transfer_actions as transfers
from learning.organization import transfer_queries
from learning.organization.actions import Belonging
from learning.organization.models import Organization, Person, Transfer


def send(person: Person, target: Organization, *, actor: Person, when: Moment) -> Transfer:
    """转出: ask another branch to take someone on."""
    row = transfers.send(person, target, actor=actor, now=when.now)
    _noted(row, f"申请把{person.name}的组织关系由{row.source.name}转到{target.name}", actor=actor, when=when)
    return row


def ask_for(name: str, source: Organization, target: Organization, *, actor: Person, when: Moment) -> Transfer:
    """转入: ask the branch where someone is registered to let them go."""
    row = transfers.ask_for(name, source, target, actor=actor, now=when.now)
    _noted(row, f"申请把{name}的组织关系由{source.name}转入{target.name}", actor=actor, when=when)
    return row


def accept(row: Transfer, *, actor: Person, when: Moment) -> Person:
    """The other side agrees: from today the new branch is responsible; the hours and records go with the person. Nobody accepts what they asked for."""
    if row.asked_by_id == actor.id:
        raise Refused("自己提出的转接要由对方支部办理，不能自己接收。")
    person = row.person or _meant(row)
    if person.id == actor.id:
        raise Refused("不能办理自己的组织关系，请由其他同志办理。")
    standing = person.membership
    if standing is None or standing.organization_id != row.source_id:
        raise Refused("这位同志已经不在原来的支部了，请退回。")
    row.person_id = person.id
    transfers.answer(row, "accepted", "", actor=actor, now=when.now)
    said = Belonging(**{field: getattr(standing, field) for field in Belonging.__dataclass_fields__})
    people_actions.revise(person, row.target, said, actor=actor, when=when)
    return person


def refuse(row: Transfer, reason: str, *, actor: Person, when: Moment) -> None:
    """The other side does not agree, and says why."""
    if not reason.strip():
        raise Refused("请写明退回的原因，让对方知道怎样办。")
    transfers.answer(row, "refused", reason.strip(), actor=actor, now=when.now)
    _noted(row, f"退回{row.person_name}由{row.source.name}到{row.target.name}的组织关系转接：{reason.strip()}", actor=actor, when=when)


def withdraw(row: Transfer, *, actor: Person, when: Moment) -> None:
    """The side that asked takes it back."""
    transfers.answer(row, "withdrawn", "", actor=actor, now=when.now)
    _noted(row, f"撤回{row.person_name}由{row.source.name}到{row.target.name}的组织关系转接", actor=actor, when=when)


def _meant(row: Transfer) -> Person:
    found = transfer_queries.members_named(row.source_id, row.person_name)
    if len(found) != 1:
        several = Words("名册里有几位同名的同志，请退回，改由本支部对那一位办理转出。")
        raise Refused(several if found else Words("名册里没有这个姓名的同志，请核对后退回。"))
    return found[0]


def _noted(row: Transfer, words: str, *, actor: Person, when: Moment) -> None:
    for where in (row.source_id, row.target_id):
        note("transfer", words, actor=actor, organization_id=where, about_person_id=row.person_id, now=when.now)
