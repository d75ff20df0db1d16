"""Reads about erasing a person's data: what there is of it, and what stands of those that were erased."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from learning.audit import people_queries
from learning.audit.models import Entry, EntryLine, Feedback
from learning.classes.models import HomeDelivery
from learning.organization import queries as organization
from learning.organization.models import Membership, Organization, Person
from learning.records.models import Certificate, Erasure, LogLeaf


@dataclass(frozen=True)
class Subject:
    """A person whose data may be erased, and how much there is of it."""

    person: Person
    certificates: int
    deliveries: int
    letters: int
    entries: int

    @property
    def holds_post(self) -> bool:
        """Whether they must leave their posts first."""
        return bool(self.person.posts)


@dataclass(frozen=True)
class Standing:
    """What stands of someone erased: the numbers of their papers, and the leaves of the log with their commitments."""

    erasure: Erasure
    person_id: int
    numbers: tuple[str, ...]
    leaves: tuple[LogLeaf, ...]


def subject(actor: Any, person_id: int) -> Subject:
    """Someone whose data `actor` may erase; raises `Missing` or `Forbidden`."""
    person = people_queries.other_for(actor, "revoke_records", person_id)
    entries = _count(Entry, Entry.about_person_id == person.id) + _count(EntryLine, EntryLine.about_person_id == person.id)
    return Subject(
        person,
        certificates=_count(Certificate, Certificate.person_id == person.id),
        deliveries=_count(HomeDelivery, HomeDelivery.person_id == person.id),
        letters=_count(Feedback, Feedback.person_id == person.id),
        entries=entries,
    )


def erasures(actor: Any) -> Select[Any]:
    """The erasures of people who last belonged to where `actor` sees the entries, newest first."""
    homes = select(Membership.person_id).join(Organization, Membership.organization_id == Organization.id).where(organization.within(actor, "see_entries"))
    return select(Erasure).where(Erasure.person_id.in_(homes)).options(joinedload(Erasure.by)).order_by(Erasure.id.desc())


def standing(rows: list[Erasure]) -> list[Standing]:
    """What stands of each of these."""
    found = db.session.execute(select(Certificate.person_id, Certificate.number).where(Certificate.person_id.in_([row.person_id for row in rows])))
    numbers: dict[int, list[str]] = {}
    for person_id, number in found:
        numbers.setdefault(person_id, []).append(number)
    wanted = [place for row in rows for place in row.leaves]
    leaves = {leaf.index: leaf for leaf in db.session.scalars(select(LogLeaf).where(LogLeaf.index.in_(wanted)))}
    return [
        Standing(row, row.person_id, tuple(numbers.get(row.person_id, ())), tuple(leaves[place] for place in row.leaves if place in leaves)) for row in rows
    ]


def _count(model: Any, condition: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(condition)) or 0
