"""Reads of roll calls and home deliveries; of a roll, only the lines in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from courses.kernel.db import db
from learning.classes.models import Attendance, HomeDelivery, OfflineSession, TrainingClass
from learning.organization.models import Organization


@dataclass(frozen=True)
class Attended:
    """Someone was present when a course was shown or given."""

    on: date
    session_id: int
    version_id: int
    entered_by_id: int
    entered_at: datetime
    kind: str
    in_class: bool


@dataclass(frozen=True)
class Delivered:
    """A course was brought to someone's home."""

    on: date
    delivery_id: int
    version_id: int
    entered_by_id: int
    entered_at: datetime


def roll(session_id: int) -> dict[int, Attendance]:
    """The lines in force of a session, by person."""
    rows = db.session.scalars(select(Attendance).where(Attendance.session_id == session_id).options(joinedload(Attendance.person)).order_by(Attendance.line))
    return {row.person_id: row for row in rows}


def attended(person_id: int, course_id: int) -> list[Attended]:
    """The sessions of a course at which the person was present, by day."""
    statement = (
        select(Attendance, OfflineSession)
        .join(OfflineSession, Attendance.session_id == OfflineSession.id)
        .where(Attendance.person_id == person_id, OfflineSession.course_id == course_id)
        .order_by(Attendance.line)
    )
    in_force = {session.id: (line, session) for line, session in db.session.execute(statement)}
    out = [
        Attended(session.held_on, session.id, session.version_id, line.entered_by_id, line.entered_at, session.kind, session.class_id is not None)
        for line, session in in_force.values()
        if line.state == "present"
    ]
    return sorted(out, key=lambda row: (row.on, row.entered_at))


def delivered(person_id: int, course_id: int) -> list[Delivered]:
    """The home deliveries of a course to the person, by day."""
    statement = select(HomeDelivery).where(HomeDelivery.person_id == person_id, HomeDelivery.course_id == course_id)
    rows = db.session.scalars(statement.order_by(HomeDelivery.delivered_on, HomeDelivery.id))
    return [Delivered(row.delivered_on, row.id, row.version_id, row.entered_by_id, row.entered_at) for row in rows]


def lines_of(person_id: int, course_id: int) -> list[tuple[Attendance, OfflineSession]]:
    """Every line of a roll about the person and course, those corrected since too, for whoever audits."""
    statement = select(Attendance, OfflineSession).join(OfflineSession, Attendance.session_id == OfflineSession.id)
    found = statement.where(Attendance.person_id == person_id, OfflineSession.course_id == course_id).order_by(Attendance.id)
    return [(line, session) for line, session in db.session.execute(found)]


def deliveries_of(person_id: int, course_id: int) -> list[HomeDelivery]:
    """The home deliveries of a course to the person, whole."""
    statement = select(HomeDelivery).where(HomeDelivery.person_id == person_id, HomeDelivery.course_id == course_id)
    return list(db.session.scalars(statement.order_by(HomeDelivery.id)))


def session(session_id: int) -> OfflineSession | None:
    """A session, whoever asks: for a screen whose address is its own authority."""
    return db.session.get(OfflineSession, session_id)


def in_force_of(person_id: int) -> list[tuple[Attendance, OfflineSession]]:
    """The lines in force about a person, of every session."""
    statement = select(Attendance, OfflineSession).join(OfflineSession, Attendance.session_id == OfflineSession.id).where(Attendance.person_id == person_id)
    by = (joinedload(Attendance.entered_by), joinedload(OfflineSession.organization))
    return list({session.id: (line, session) for line, session in db.session.execute(statement.options(*by).order_by(Attendance.line))}.values())


def all_deliveries_of(person_id: int) -> list[HomeDelivery]:
    """Every home delivery to a person."""
    statement = select(HomeDelivery).where(HomeDelivery.person_id == person_id).options(joinedload(HomeDelivery.entered_by))
    return list(db.session.scalars(statement.order_by(HomeDelivery.id)))


def sessions_of(organization_ids: Iterable[int]) -> list[OfflineSession]:
    """The sessions of these organizations, newest first."""
    statement = select(OfflineSession).where(OfflineSession.organization_id.in_(list(organization_ids)))
    return list(db.session.scalars(statement.options(joinedload(OfflineSession.entered_by)).order_by(OfflineSession.held_on.desc(), OfflineSession.id.desc())))


def on_day(organization_id: int, course_id: int, held_on: date) -> list[OfflineSession]:
    """The sessions that an organization held of a course on a day, in the order in which they were entered."""
    statement = select(OfflineSession).where(OfflineSession.organization_id == organization_id, OfflineSession.course_id == course_id)
    return list(
        db.session.scalars(statement.where(OfflineSession.held_on == held_on).options(joinedload(OfflineSession.entered_by)).order_by(OfflineSession.id))
    )


def history(session_id: int) -> list[Attendance]:
    """Every line of a session's roll, those corrected since too, in the order in which they were entered."""
    statement = select(Attendance).where(Attendance.session_id == session_id).options(joinedload(Attendance.person), joinedload(Attendance.entered_by))
    return list(db.session.scalars(statement.order_by(Attendance.id)))


def leaves(person_ids: Iterable[int], course_ids: Iterable[int]) -> list[tuple[int, date, str]]:
    """(person, day, reason) of each leave in force at a session of one of these courses, by day."""
    statement = (
        select(Attendance, OfflineSession)
        .join(OfflineSession, Attendance.session_id == OfflineSession.id)
        .where(Attendance.person_id.in_(list(person_ids)), OfflineSession.course_id.in_(list(course_ids)))
        .order_by(Attendance.line)
    )
    in_force = {(line.person_id, session.id): (line, session) for line, session in db.session.execute(statement)}
    rows = [(line.person_id, session.held_on, line.reason) for line, session in in_force.values() if line.state == "leave"]
    return sorted(rows, key=lambda row: (row[1], row[0]))


def presents(session_ids: Iterable[int]) -> dict[int, int]:
    """How many were present at each session."""
    statement = select(Attendance).where(Attendance.session_id.in_(list(session_ids))).order_by(Attendance.line)
    in_force = {(line.session_id, line.person_id): line.state for line in db.session.scalars(statement)}
    out: dict[int, int] = {}
    for (session_id, _), state in in_force.items():
        out[session_id] = out.get(session_id, 0) + (state == "present")
    return out


def deliveries_at(organization_id: int) -> list[HomeDelivery]:
    """The home deliveries entered by an organization, newest first."""
    statement = (
        select(HomeDelivery)
        .where(HomeDelivery.organization_id == organization_id)
        .options(joinedload(HomeDelivery.person), joinedload(HomeDelivery.entered_by))
    )
    return list(db.session.scalars(statement.order_by(HomeDelivery.delivered_on.desc(), HomeDelivery.id.desc())))


def classes_at(organization_ids: Iterable[int]) -> list[TrainingClass]:
    """The training classes of these organizations, newest first."""
    statement = select(TrainingClass).where(TrainingClass.organization_id.in_(list(organization_ids)))
    return list(db.session.scalars(statement.order_by(TrainingClass.since.desc(), TrainingClass.id.desc())))


def classes_below(path: str, *, most: int = 100) -> list[TrainingClass]:
    """The newest training classes at or below an organization, given by its path."""
    statement = select(TrainingClass).join(TrainingClass.organization).where(Organization.path.like(f"{path}%"))
    return list(db.session.scalars(statement.order_by(TrainingClass.since.desc(), TrainingClass.id.desc()).limit(most)))


def sessions_in(class_id: int) -> list[OfflineSession]:
    """The sessions of a class in the order in which they were held."""
    statement = select(OfflineSession).where(OfflineSession.class_id == class_id).options(joinedload(OfflineSession.organization))
    return list(db.session.scalars(statement.order_by(OfflineSession.held_on, OfflineSession.id)))
