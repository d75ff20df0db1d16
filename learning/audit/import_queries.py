"""Reads for importing and exporting rosters, within reach of the person asking."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from courses.kernel.errors import Missing, Refused
from learning.accounts import sealing
from learning.audit import people_queries
from learning.organization import queries as organization
from learning.organization.models import Organization
from learning.organization.rules import HOMES
from learning.records import glyphs
from learning.roster import export_rules, files, plan_rules, queries, table_rules
from learning.roster.models import RosterDraft
from learning.roster.plan_rules import Change, Complaint, Plan
from learning.roster.table_rules import NoRoster, Table


@dataclass(frozen=True)
class Item:
    """One line of a preview: a change, or a complaint."""

    row: int
    name: str
    change: Change | None
    complaint: Complaint | None


@dataclass(frozen=True)
class Preview:
    """A file as it is looked over. `plan` is None while nobody has said which column holds the names."""

    draft: RosterDraft
    table: Table
    plan: Plan | None

    @property
    def items(self) -> list[Item]:
        """What would be done and what would not, refusals first, each by row."""
        if self.plan is None:
            return []
        told = [Item(one.row, one.name, None, one) for one in self.plan.complaints] + [Item(one.row, one.name, one, None) for one in self.plan.changes]
        return sorted(told, key=lambda item: (item.complaint is None or not item.complaint.refused, item.row))


def place_for(actor: Any, organization_id: int) -> Organization:
    """An organization with branches at or below it whose rosters `actor` keeps; raises `Missing` otherwise."""
    where = organization.organization_for(actor, "edit_people", organization_id)
    if not queries.homes(where):
        raise Missing("这里还没有党支部，请先登记党支部，再导入名册。")
    return where


def home_for(actor: Any, organization_id: int) -> Organization:
    """One branch or group whose roster `actor` keeps, short enough to be written out at once; raises `Missing` for what holds branches."""
    return organization.home_for(actor, "edit_people", organization_id)


def preview(draft: RosterDraft, *, actor: Any, key: bytes, today: date) -> Preview:
    """What importing the file would do now."""
    if draft.sealed is None:
        raise Missing
    table = files.unseal(draft.sealed, key)
    try:
        lines = table_rules.lines(table, draft.columns, today=today)
    except NoRoster:
        return Preview(draft, table, None)
    homes = queries.homes(draft.organization)
    ids = [home.id for home in homes]
    guarded = {person.id for person in queries.holders(ids) if not people_queries.helps(actor, person)}
    numbers = {line.values["mobile"]: sealing.index(line.values["mobile"], key) for line in lines if "mobile" in line.values}
    planned = plan_rules.plan(
        lines,
        homes=homes,
        default=next((home for home in homes if home.id == draft.organization_id), None),
        people=queries.standing(ids, asking=actor.id, guarded=guarded),
        taken=queries.owners(actor, numbers.values()),
        hashed=numbers.__getitem__,
    )
    return Preview(draft, table, replace(planned, complaints=(*planned.complaints, *_unprintable(planned))))


def _unprintable(planned: Plan) -> list[Complaint]:
    """A word about each name that would be entered and that no paper could show."""
    named = [(change.row, change.name if change.person_id is None else str(change.values.get("name", ""))) for change in planned.changes]
    return [Complaint(row, name, words, refused=False) for row, name in named if (words := glyphs.warning(name))]


def exported(where: Organization, *, asking: int) -> tuple[list[tuple[str, ...]], str]:
    """The lines of the rosters at and below an organization, and the title of the file."""
    homes = queries.homes(where)
    if not homes:
        raise Refused("这里还没有党支部。")
    people = queries.standing([home.id for home in homes], asking=asking, guarded=())
    return export_rules.rows(people, homes), f"{where.name}名册"


def is_branch(where: Organization) -> bool:
    """Whether people belong to the organization itself."""
    return where.kind in HOMES
