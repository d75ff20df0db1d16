"""Reads of notes 请核对, within reach of a county's administrator or an auditor."""

from typing import Any

from sqlalchemy import Select, select

from learning.organization import queries as organization
from learning.organization.models import Membership, Organization, Person
from learning.progress.models import StudyNote


def notes(actor: Any) -> Select[Any]:
    """The notes about people of organizations within reach, by the person's name; never by how odd they are."""
    last = select(Membership.organization_id).where(Membership.person_id == StudyNote.person_id).order_by(Membership.id.desc()).limit(1).scalar_subquery()
    within = select(StudyNote).join(Organization, Organization.id == last).where(organization.within(actor, "see_notes"))
    return within.join(Person, Person.id == StudyNote.person_id).order_by(Person.name_key, StudyNote.id)
