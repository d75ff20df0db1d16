"""Reads of the entries that say what was done to whose data, within reach of the person asking."""

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from learning.audit.models import Entry
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


def about(actor: Any, person: Person, *, most: int = 50) -> list[Entry]:
    """The newest entries about a person that `actor` may see; none for a post that sees no entries."""
    return list(db.session.scalars(entries(actor, "").where(Entry.about_person_id == person.id).limit(most)))
