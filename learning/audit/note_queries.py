"""Reads of notes 请核对, within reach of a county's administrator or an auditor."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select

from courses.kernel.db import db
from learning.organization import queries as organization
from learning.organization.models import Membership, Organization, Person
from learning.progress.models import StudyNote


def notes(actor: Any) -> Select[Any]:
    """The notes about people of organizations within reach, by the person's name; never by how odd they are."""
    last = select(Membership.organization_id).where(Membership.person_id == StudyNote.person_id).order_by(Membership.id.desc()).limit(1).scalar_subquery()
    within = select(StudyNote).join(Organization, Organization.id == last).where(organization.within(actor, "see_notes"))
    return within.join(Person, Person.id == StudyNote.person_id).order_by(Person.name_key, StudyNote.id)


def names(rows: Iterable[StudyNote]) -> dict[int, str]:
    """The names of those the notes are about, by id."""
    return dict(db.session.execute(select(Person.id, Person.name).where(Person.id.in_({row.person_id for row in rows}))).all())
