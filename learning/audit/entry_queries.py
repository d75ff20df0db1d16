"""Reads of the entries that say what was done to whose data, within reach of the person asking."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, false, literal, or_, select, tuple_
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.audit.entry_rules import Asked
from learning.audit.models import Entry, EntryLine
from learning.organization import queries as organization
from learning.organization.models import Organization, Person

FEW = 100  # organizations
ANYTHING = Asked()


@dataclass(frozen=True)
class Found:
    """One page of entries, newest first; `before` is where the next one begins, None at the end."""

    rows: list[Entry]
    before: int | None


def found(actor: Any, asked: Asked, *, zone: str, size: int = 50) -> Found:
    """A page of what was asked for. It is never counted: each page costs the same, whether there are a hundred entries or a million."""
    rows = list(db.session.scalars(entries(actor, asked, zone=zone).limit(size + 1)))
    return Found(_each_once(rows[:size]), rows[size - 1].id if len(rows) > size else None)


def entries(actor: Any, asked: Asked = ANYTHING, *, zone: str = "UTC") -> Select[Any]:
    """The entries that `actor` may see, newest first. Each restriction has an index that keeps this order, but for `words`, which are read."""
    statement = (
        select(Entry)
        .where(_placed(organization.within(actor, "see_entries")))
        .options(joinedload(Entry.actor), joinedload(Entry.about), joinedload(Entry.organization))
    )
    for condition in _conditions(actor, asked, zone):
        statement = statement.where(condition)
    return statement.order_by(Entry.at.desc(), Entry.id.desc())


def entry_for(actor: Any, entry_id: int) -> Entry:
    """An entry that `actor` may see; raises `Missing` otherwise."""
    row: Entry | None = db.session.scalar(entries(actor).where(Entry.id == entry_id))
    if row is None:
        raise Missing
    return row


def lines_of(entry: Entry) -> list[EntryLine]:
    """The lines of an entry about many people, all of them."""
    return list(db.session.scalars(lines(entry)))


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
    own = _each_once(list(db.session.scalars(entries(actor).where(Entry.about_person_id == person.id).limit(most))))
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


def _each_once(rows: list[Entry]) -> list[Entry]:
    """What was entered for two organizations at once, as a transfer is, shown once to whoever sees both."""
    told = [(row.at, row.act, row.words) for row in rows]
    return [row for place, row in enumerate(rows) if place == 0 or told[place] != told[place - 1]]


def _placed(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of an organization for which `condition` holds. Few are named, so that each one's index is read; many are looked up for each entry
    in turn, newest first, since then a page is soon full."""
    ids = list(db.session.scalars(select(Organization.id).where(condition).order_by(Organization.id).limit(FEW + 1)))
    if len(ids) <= FEW:
        return _one_of(Entry.organization_id, ids)
    return select(Organization.id).where(Organization.id == Entry.organization_id, condition).exists()


def _conditions(actor: Any, asked: Asked, zone: str) -> Iterator[ColumnElement[bool]]:
    if asked.person:
        yield Entry.id.in_(_about(organization.ids_named(asked.person)))
    if asked.by:
        yield _one_of(Entry.actor_id, organization.ids_named(asked.by))
    if asked.place:
        yield _at(actor, asked.place)
    if asked.act:
        yield Entry.act == asked.act
    if asked.since:
        yield Entry.at >= _start(asked.since, zone)
    if asked.until:
        yield Entry.at < _start(asked.until + timedelta(days=1), zone)
    if asked.words:
        yield Entry.words.contains(asked.words, autoescape=True)
    last = db.session.get(Entry, asked.before) if asked.before else None
    if last is not None:
        yield tuple_(Entry.at, Entry.id) < tuple_(literal(last.at), literal(last.id))


def _start(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def _about(person_ids: list[int]) -> Any:
    """The entries about these people, and those about many of which a line is about them."""
    own = select(Entry.id).where(Entry.about_person_id.in_(person_ids))
    return own.union(select(EntryLine.entry_id).where(EntryLine.about_person_id.in_(person_ids)))


def _at(actor: Any, place: str) -> ColumnElement[bool]:
    """At the organizations named or coded so within reach, or below them."""
    named = select(Organization).where(organization.within(actor, "see_entries"), or_(Organization.code == place, Organization.name == place))
    return _placed(or_(false(), *(Organization.path.startswith(row.path) for row in db.session.scalars(named))))


def _one_of(column: Any, ids: list[int]) -> ColumnElement[bool]:
    """Equality where there is one: its index is then read in the order of time."""
    found: ColumnElement[bool] = column == ids[0] if len(ids) == 1 else column.in_(ids)
    return found
