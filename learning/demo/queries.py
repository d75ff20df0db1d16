"""Reads by which the seeding finds what stands already."""

from sqlalchemy import select

from courses.catalogue import queries as catalogue
from courses.catalogue.models import CourseVersion, Series
from courses.catalogue.rules import Outline
from courses.kernel.db import db
from courses.kernel.models import Installation
from courses.media.models import Asset
from learning.audit.models import Feedback
from learning.goals.models import Campaign
from learning.organization.models import Organization, Person


def installation() -> Installation | None:
    """What this database was set up as; None before that."""
    return db.session.scalar(select(Installation))


def is_inhabited() -> bool:
    """Whether any organization stands."""
    return db.session.scalar(select(Organization.id).limit(1)) is not None


def place(code: str) -> Organization:
    """The organization of this code."""
    return db.session.scalars(select(Organization).where(Organization.code == code)).one()


def person(name: str) -> Person | None:
    """The first person of this name; None for one renamed since."""
    return db.session.scalars(select(Person).where(Person.name == name).order_by(Person.id)).first()


def holder(role: str, code: str) -> Person:
    """Whoever holds the post at the organization of this code."""
    return next(
        row for row in db.session.scalars(select(Person).order_by(Person.id)) for post in row.posts if (post.role, post.organization.code) == (role, code)
    )


def series(title: str) -> Series | None:
    """The lecture series of this title."""
    return db.session.scalars(select(Series).where(Series.title == title)).first()


def version(title: str) -> CourseVersion | None:
    """The first version of the course of this title."""
    return db.session.scalars(select(CourseVersion).where(CourseVersion.title == title).order_by(CourseVersion.id)).first()


def outline(title: str) -> Outline | None:
    """The course of this title as learners see it; None while it is not published."""
    row = version(title)
    return catalogue.current(row.course_id) if row else None


def assets() -> list[Asset]:
    """Every recording, in the order they came in."""
    return list(db.session.scalars(select(Asset).order_by(Asset.id)))


def campaign(title: str) -> Campaign | None:
    """The campaign of this title."""
    return db.session.scalars(select(Campaign).where(Campaign.title == title)).first()


def has_written(person_id: int) -> bool:
    """Whether the person has sent feedback."""
    return db.session.scalar(select(Feedback.id).where(Feedback.person_id == person_id).limit(1)) is not None
