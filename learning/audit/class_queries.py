"""Reads for roll calls and home deliveries, within reach of the person asking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from courses.catalogue import queries as catalogue
from courses.catalogue.rules import Outline
from courses.kernel.db import db
from courses.kernel.errors import Missing
from learning.classes import queries as classes
from learning.classes import rules
from learning.classes import sign_in_queries as sign_ins
from learning.classes.models import Attendance, HomeDelivery, OfflineSession, SelfSignIn, TrainingClass
from learning.organization import queries as organization
from learning.organization.models import Membership, Organization, Person
from learning.organization.rules import HOMES
from learning.records.models import CourseCompletion


@dataclass(frozen=True)
class Sheet:
    """A session with its roll in force, by name, and every line it was made of."""

    session: OfflineSession
    outline: Outline
    lines: tuple[Attendance, ...]
    history: tuple[Attendance, ...]
    tally: rules.Tally
    signed: Mapping[int, SelfSignIn]  # who signed in by themselves, by person
    resting: tuple[str, ...]  # names of those no longer present whose completion rests on this session

    @property
    def is_corrected(self) -> bool:
        return len(self.history) > len(self.lines)


@dataclass(frozen=True)
class Pupil:
    """One person of a class: how often they were expected and came, and the certificates of its courses."""

    person: Person
    home: str
    expected: int
    present: int
    numbers: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.person.name


@dataclass(frozen=True)
class Planned:
    """A course that a class plans to give, and on which days it was."""

    title: str
    held_on: tuple[date, ...]


@dataclass(frozen=True)
class ClassFile:
    """班次档案: a class with the rolls of its sessions, and its people by name."""

    row: TrainingClass
    planned: tuple[Planned, ...]
    sheets: tuple[Sheet, ...]
    pupils: tuple[Pupil, ...]


@dataclass(frozen=True)
class Held:
    """One line in the list of a branch's sessions."""

    session: OfflineSession
    title: str
    present: int


@dataclass(frozen=True)
class Brought:
    """One line in the list of a branch's home deliveries."""

    delivery: HomeDelivery
    title: str


def branch_for(actor: Any, capability: str, organization_id: int) -> Organization:
    """A branch where `actor` may do `capability`; raises `Missing` for any other organization."""
    row = organization.organization_for(actor, capability, organization_id)
    if row.kind not in HOMES:
        raise Missing
    return row


def session_for(actor: Any, capabilities: Iterable[str], session_id: int) -> OfflineSession:
    """A session of an organization where `actor` may do one of `capabilities`; raises `Missing` otherwise."""
    row = db.session.get(OfflineSession, session_id)
    if row is None or not any(actor.may(capability, row.organization) for capability in capabilities):
        raise Missing
    return row


def ties(branch: Organization) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """What a new session may belong to: the classes of the branch and of those above it, and the branch's own earlier sessions it may make up for."""
    known = [(row.id, row.title) for row in classes.classes_at(branch.line)[:30]]
    earlier = [(one.session.id, f"{one.session.held_on.isoformat()} {one.title}") for one in held_at(branch.id)[:30]]
    return known, earlier


def class_for(actor: Any, capability: str, class_id: int) -> TrainingClass:
    """A class of an organization where `actor` may do `capability`; raises `Missing` otherwise."""
    row = db.session.get(TrainingClass, class_id)
    if row is None or not actor.may(capability, row.organization):
        raise Missing
    return row


def class_file(row: TrainingClass) -> ClassFile:
    """Everything about a class: its sessions with their rolls, and what each person attended and was given for it."""
    sheets = tuple(sheet(session) for session in classes.sessions_in(row.id))
    people = {line.person_id: line.person for one in sheets for line in one.lines}
    courses = {one.session.course_id for one in sheets}
    found = select(CourseCompletion).where(CourseCompletion.person_id.in_(people), CourseCompletion.course_id.in_(courses))
    numbers: dict[int, list[str]] = {}
    for done in db.session.scalars(found.order_by(CourseCompletion.id)):
        if done.certificate is not None and done.certificate.revocation is None:
            numbers.setdefault(done.person_id, []).append(done.certificate.number)
    pupils = []
    for person in sorted(people.values(), key=lambda one: (one.name_key, one.id)):
        expected = [line for one in sheets for line in one.lines if line.person_id == person.id]
        home = person.membership.organization.name if person.membership else ""
        pupils.append(Pupil(person, home, len(expected), sum(line.state == "present" for line in expected), tuple(numbers.get(person.id, ()))))
    return ClassFile(row, _planned(row, sheets), sheets, tuple(pupils))


def _planned(row: TrainingClass, sheets: Iterable[Sheet]) -> tuple[Planned, ...]:
    titles = catalogue.titles(one.course_id for one in row.planned)
    days: dict[int, list[date]] = {}
    for one in sheets:
        days.setdefault(one.session.course_id, []).append(one.session.held_on)
    return tuple(Planned(titles.get(one.course_id, ""), tuple(days.get(one.course_id, ()))) for one in row.planned)


def sheet(session: OfflineSession) -> Sheet:
    """A session as it is shown and printed."""
    roll = classes.roll(session.id)
    lines = tuple(sorted(roll.values(), key=lambda line: (line.person.name_key, line.person_id)))
    away = [line.person_id for line in lines if line.state != "present"]
    statement = select(CourseCompletion).where(CourseCompletion.person_id.in_(away), CourseCompletion.course_id == session.course_id)
    resting = [roll[row.person_id].person.name for row in db.session.scalars(statement) if _rests_on(row, session.id)]
    tally = rules.tally(line.state for line in lines)
    history, signed = tuple(classes.history(session.id)), sign_ins.signed_in(session.id)
    return Sheet(session, catalogue.outline(session.version_id), lines, history, tally, signed, tuple(resting))


def people_of(session: OfflineSession, *, today: date) -> list[Person]:
    """Who may stand on the roll: those on it, those who belonged to the branch on its day, and those who do now; by name."""
    found = {line.person_id: line.person for line in classes.roll(session.id).values()}
    for day in (session.held_on, today):
        found |= {row.person_id: row.person for row in organization.members_on(session.organization_id, day)}
    return sorted(found.values(), key=lambda person: (person.name_key, person.id))


def held_at(organization_id: int) -> list[Held]:
    """The sessions of a branch, newest first."""
    rows = classes.sessions_of([organization_id])
    titles, present = catalogue.titles(row.course_id for row in rows), classes.presents(row.id for row in rows)
    return [Held(row, titles.get(row.course_id, ""), present.get(row.id, 0)) for row in rows]


def brought_at(organization_id: int) -> list[Brought]:
    """The home deliveries of a branch, newest first."""
    rows = classes.deliveries_at(organization_id)
    titles = catalogue.titles(row.course_id for row in rows)
    return [Brought(row, titles.get(row.course_id, "")) for row in rows]


def member_of(people: list[Membership], person_id: int) -> Person:
    """The person among a branch's members; raises `Missing` for anyone else."""
    row = next((one for one in people if one.person_id == person_id), None)
    if row is None:
        raise Missing
    return row.person


def _rests_on(completion: CourseCompletion, session_id: int) -> bool:
    revoked = completion.certificate is not None and completion.certificate.revocation is not None
    return completion.route == "class" and completion.evidence.get("session") == session_id and not revoked
