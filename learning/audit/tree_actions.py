"""Writes of the tree of organizations by committees, each with its entry: added, renamed, moved, closed."""

from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.accounts import queries as accounts
from learning.audit.actions import note
from learning.audit.people_actions import Moment, close_stale_ways, close_ways_from
from learning.goals import actions as goals
from learning.organization import actions as organization
from learning.organization.models import Organization, Person
from learning.organization.rules import KIND_WORDS, ROLE_WORDS, TYPE_WORDS, may_stand_under


def add(above: Organization, code: str, name: str, *, kind: str, type_: str, actor: Person, when: Moment) -> Organization:
    """Add an organization directly below `above`; raises `Refused` where such a one cannot stand."""
    if above.closed_on is not None or not may_stand_under(kind, above.kind):
        raise Refused("%(kind_words)s不能放在“%(name)s”下面，请另选。", kind_words=KIND_WORDS[kind], name=above.name, fields={"kind": Words("请另选")})
    row = organization.found(code, name, kind=kind, parent=above, now=when.now)
    row.type = type_
    note("found", f"在{above.name}下登记{KIND_WORDS[kind]}“{name}”（{code}）", actor=actor, organization_id=row.id, now=when.now)
    goals.recount([row.id], now=when.now, today=when.today)
    return row


def revise(row: Organization, name: str, type_: str, above: Organization, *, actor: Person, when: Moment) -> bool:
    """Rename, set the type, or move with all below; says whether anything differs. Papers already issued keep the name they have."""
    changes = []
    if row.name != name:
        changes.append(f"名称由“{row.name}”改为“{name}”")
        row.name = name
    if row.type != type_:
        changes.append(f"类型由“{TYPE_WORDS.get(row.type, '没有')}”改为“{TYPE_WORDS.get(type_, '没有')}”")
        row.type = type_
    if row.parent_id != above.id:
        before = row.parent.name if row.parent else ""
        moved = organization.move(row, above)
        changes.append(f"上级由“{before}”改为“{above.name}”，连同下面 {len(moved) - 1} 个组织")
        close_stale_ways(accounts.waiting_at([one.id for one in moved], now=when.now), when=when)
        goals.recount([one.id for one in moved], now=when.now, today=when.today)
    if changes:
        note("revise_organization", f"{row.name}：{'；'.join(changes)}", actor=actor, organization_id=row.id, now=when.now)
    return bool(changes)


def close(row: Organization, *, actor: Person, when: Moment) -> None:
    """Close an organization that is empty; what it did stays to be read."""
    ended = organization.close(row, on=when.today)
    close_ways_from(ended, when=when)
    goals.count_people([post.person_id for post in ended], now=when.now, today=when.today)
    posts = "，".join(f"{post.person.name}的{ROLE_WORDS[post.role]}职务随之免去" for post in ended)
    note("close_organization", f"撤销{row.name}{f'；{posts}' if posts else ''}", actor=actor, organization_id=row.id, now=when.now)
