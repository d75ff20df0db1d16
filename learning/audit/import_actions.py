"""Writes of an import: people put on rosters and what is said of them, their accounts, one entry with a line for each, and the recount."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from courses.kernel.errors import Refused
from learning.accounts import actions as accounts
from learning.accounts import queries as account_queries
from learning.audit import people_actions, people_queries
from learning.audit.actions import note, note_many
from learning.audit.import_queries import Preview
from learning.audit.people_actions import Moment
from learning.exports import actions as exports
from learning.exports.models import Export
from learning.exports.rules import Wish
from learning.goals import actions as goals
from learning.organization import actions as organization
from learning.organization.actions import Belonging, Newcomer
from learning.organization.models import Organization, Person
from learning.roster import actions as roster
from learning.roster import queries
from learning.roster.plan_rules import KEPT, Change, Plan

WORKBOOK, TEXT = "roster_xlsx", "roster_csv"


def export(where: Organization, ending: str, *, actor: Person, now: datetime) -> Export:
    """Have the rosters at and below a place written to a file, 'xlsx' or 'csv'."""
    kind = TEXT if ending == "csv" else WORKBOOK
    row = exports.ask(Wish(kind, f"{where.name}名册", kind.rpartition("_")[2], where.id, "edit_people", {}), actor=actor, now=now)
    note("export", f"导出{row.title}", actor=actor, organization_id=where.id, now=now)
    return row


def apply(preview: Preview, fingerprint: str, *, actor: Person, key: bytes, when: Moment) -> Plan:
    """Do what was shown, all of it; raises `Refused` when the rosters have changed since, or nothing is to be done."""
    plan = preview.plan
    if plan is None or plan.fingerprint != fingerprint:
        raise Refused("名册在这期间有变化，请重新看一遍，再点导入。")
    if not plan.changes:
        raise Refused("没有要导入的变化。")
    new = [change for change in plan.changes if change.person_id is None]
    known = [change for change in plan.changes if change.person_id is not None]
    people = {change.row: person_id for change, person_id in zip(new, _admit(new, actor=actor, when=when), strict=True)}
    people |= _revise(known, actor=actor, when=when)
    _enter_mobiles(plan.changes, people, actor=actor, key=key, when=when)
    where, by_row = preview.draft.organization, plan.changes
    words = f"从文件“{preview.draft.file_name}”导入名册：新加入 {plan.added} 人，修改 {len(known)} 人"
    entry = note("import_roster", words, actor=actor, organization_id=where.id, now=when.now)
    note_many(entry, [(people[change.row], change.home.id, change.words) for change in by_row])
    roster.finish(preview.draft, now=when.now)
    goals.recount({change.home.id for change in plan.changes}, now=when.now, today=when.today)
    return plan


def _admit(changes: Sequence[Change], *, actor: Person, when: Moment) -> list[int]:
    newcomers = [
        Newcomer(
            change.name,
            change.home.id,
            Belonging(**{field: change.values[field] for field in KEPT}),
            change.values.get("since", when.today),
            change.values.get("joined_on"),
        )
        for change in changes
    ]
    return organization.admit_many(newcomers, actor=actor, now=when.now)


def _revise(changes: Sequence[Change], *, actor: Person, when: Moment) -> dict[int, int]:
    rows = {change.row: change.person_id for change in changes if change.person_id is not None}
    known = queries.people(rows.values())
    revised: list[tuple[Person, Organization, Belonging]] = []
    for change in changes:
        person = known[rows[change.row]]
        if "name" in change.values:
            organization.rename(person, change.values["name"])
        if "joined_on" in change.values:
            person.joined_on = change.values["joined_on"]
        standing = person.membership
        if standing is not None and any(field in change.values for field in KEPT):
            said: dict[str, Any] = {field: change.values.get(field, getattr(standing, field)) for field in KEPT}
            revised.append((person, standing.organization, Belonging(**said)))
    organization.revise_many(revised, on=when.today, actor=actor, now=when.now)
    return rows


def _enter_mobiles(changes: Sequence[Change], people: dict[int, int], *, actor: Person, key: bytes, when: Moment) -> None:
    """Numbers were found to be nobody's within reach when the plan was made, in this same transaction; those of people beyond it are held."""
    numbered = [(people[change.row], change.values["mobile"], change.person_id) for change in changes if "mobile" in change.values]
    standing = {person_id: account for person_id, _, known in numbered if known is not None and (account := account_queries.account_of(person_id))}
    held = accounts.open_many([(person_id, mobile) for person_id, mobile, _ in numbered if person_id not in standing], key=key, now=when.now)
    for person_id, mobile, _ in numbered:
        if person_id in standing:
            account = standing[person_id]
            wanted = account.user_name or account_queries.name_for(account.person)
            accounts.set_names(account, user_name=wanted, mobile=mobile, key=key, knows=partial(people_queries.knows, actor))
            held += [person_id] if account.mobile_held else []
    people_actions.note_held(held, actor=actor, when=when)
