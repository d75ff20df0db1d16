"""Reads of the entries that say what was done to whose data, within reach of the person asking."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.audit.models import Entry, EntryLine
from learning.organization import queries as organization
from learning.organization.models import Organization, Person


def entries(actor: Any, words: str) -> Select[Any]:
    """The entries that `actor` may see, newest first; `words` are found in what an entry says."""
    statement = (
        select(Entry)
        .join(Organization, Entry.organization_id == Organization.id)
        .where(organization.within(actor, "see_entries"))
        .options(joinedload(Entry.actor), joinedload(Entry.about), joinedload(Entry.organization))
        .order_by(Entry.id.desc())
    )
    wanted = words.strip()
    return statement.where(or_(Entry.words.contains(wanted, autoescape=True), Entry.actor.has(Person.name == wanted))) if wanted else statement


def entry_for(actor: Any, entry_id: int) -> Entry:
    """An entry that `actor` may see; raises `Missing` otherwise."""
    row: Entry | None = db.session.scalar(entries(actor, "").where(Entry.id == entry_id))
    if row is None:
        raise Missing
    return row


def lines(entry: Entry) -> Select[Any]:
    """The lines of an entry about many people, in the order in which they were written."""
    return select(EntryLine).where(EntryLine.entry_id == entry.id).options(joinedload(EntryLine.about)).order_by(EntryLine.id)


def with_lines(rows: Iterable[Entry]) -> set[int]:
    """Which of these entries are about many people and have a line for each."""
    return set(db.session.scalars(select(EntryLine.entry_id).where(EntryLine.entry_id.in_([row.id for row in rows])).distinct()))


@dataclass(frozen=True)
class Told:
    """What an entry, or one line of it, says of a person."""

    at: datetime
    actor: Person | None
    words: str


def about(actor: Any, person: Person, *, most: int = 50) -> list[Told]:
    """The newest entries about a person that `actor` may see, lines of imports among them; none for a post that sees no entries."""
    own = db.session.scalars(entries(actor, "").where(Entry.about_person_id == person.id).limit(most))
    told = [Told(row.at, row.actor, row.words) for row in own]
    lines = (
        select(EntryLine)
        .join(EntryLine.entry)
        .join(Organization, EntryLine.organization_id == Organization.id)
        .where(EntryLine.about_person_id == person.id, organization.within(actor, "see_entries"))
        .options(joinedload(EntryLine.entry).joinedload(Entry.actor))
        .order_by(EntryLine.id.desc())
        .limit(most)
    )
    told += [Told(row.entry.at, row.entry.actor, f"导入名册：{row.words}") for row in db.session.scalars(lines)]
    return sorted(told, key=lambda one: one.at, reverse=True)[:most]
