"""Reads of certificates by the many: of an organization and all below it, of one course, class or year."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from courses.kernel.db import db
from learning.classes.models import Attendance, OfflineSession
from learning.organization.models import Membership, Organization, Person
from learning.records.models import Certificate, CourseCompletion, Issuance

BATCH = 200  # certificates that are read, and typeset as one, at a time


@dataclass(frozen=True)
class Scope:
    """Whose completions: of everyone who now belongs to the organization at `path` or below, or of one person; narrowed by the rest."""

    path: str = ""
    person_id: int | None = None
    course_id: int | None = None
    class_id: int | None = None
    year: int | None = None


@dataclass(frozen=True)
class Tally:
    """How many certificates there are in a scope, and how many completions still have none."""

    issued: int
    waiting: int


def tally(scope: Scope) -> Tally:
    """How far a scope is."""
    counted = _completions(scope, select(func.count(Certificate.id), func.count())).outerjoin(Certificate, Certificate.completion_id == CourseCompletion.id)
    issued, completed = db.session.execute(counted).one()
    return Tally(issued, completed - issued)


def waiting(scope: Scope, *, after: int, most: int) -> list[CourseCompletion]:
    """The next completions without a certificate, beyond the one with the id `after`."""
    statement = _completions(scope, select(CourseCompletion)).outerjoin(Certificate, Certificate.completion_id == CourseCompletion.id)
    statement = statement.where(Certificate.id.is_(None), CourseCompletion.id > after).order_by(CourseCompletion.id).limit(most)
    whole = (
        joinedload(CourseCompletion.certificate),
        joinedload(CourseCompletion.person).selectinload(Person.memberships).joinedload(Membership.organization),
    )
    return list(db.session.scalars(statement.options(*whole)))


def certificate_ids(scope: Scope) -> list[int]:
    """The certificates of a scope that were not taken back, by branch, then name, then number."""
    statement = _completions(scope, select(Certificate.id)).join(Certificate, Certificate.completion_id == CourseCompletion.id)
    statement = statement.join(Person, Person.id == CourseCompletion.person_id).where(~Certificate.revocation.has())
    by = (Organization.code, Person.name_key, Person.id, Certificate.number)
    return list(db.session.scalars(statement.order_by(*by)))


def parts(ids: list[int]) -> Iterator[list[int]]:
    """The ids some at a time."""
    return (ids[place : place + BATCH] for place in range(0, len(ids), BATCH))


def certificates(part: list[int]) -> list[Certificate]:
    """These certificates in their order, with all that a page of theirs says."""
    wanted = select(Certificate).where(Certificate.id.in_(part)).join(Certificate.completion)
    whole = (contains_eager(Certificate.completion), joinedload(Certificate.revocation), selectinload(Certificate.corrections))
    found = {row.id: row for row in db.session.scalars(wanted.options(*whole)).unique()}
    return [found[one] for one in part]


def courses_in(scope: Scope) -> dict[int, int]:
    """The courses that were completed in a scope, each with how often."""
    statement = _completions(scope, select(CourseCompletion.course_id, func.count())).group_by(CourseCompletion.course_id)
    return dict(db.session.execute(statement).all())


def years_in(scope: Scope) -> list[int]:
    """The years in which something was completed in a scope, the latest first."""
    statement = _completions(scope, select(func.min(CourseCompletion.completed_on), func.max(CourseCompletion.completed_on)))
    first, last = db.session.execute(statement).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def issuances(organization_id: int, most: int = 5) -> list[Issuance]:
    """What was issued many at once at an organization, newest first."""
    statement = select(Issuance).where(Issuance.organization_id == organization_id).options(joinedload(Issuance.job), joinedload(Issuance.asked_by))
    return list(db.session.scalars(statement.order_by(Issuance.id.desc()).limit(most)))


def _completions(scope: Scope, statement: Any) -> Any:
    membership = and_(Membership.person_id == CourseCompletion.person_id, Membership.until.is_(None))
    found = statement.select_from(CourseCompletion).join(Membership, membership).join(Organization, Membership.organization_id == Organization.id)
    return found.where(*_conditions(scope))


def _conditions(scope: Scope) -> list[ColumnElement[bool]]:
    out: list[ColumnElement[bool]] = [Organization.path.like(f"{scope.path}%")] if scope.path else []
    if scope.person_id is not None:
        out.append(CourseCompletion.person_id == scope.person_id)
    if scope.course_id is not None:
        out.append(CourseCompletion.course_id == scope.course_id)
    if scope.class_id is not None:
        out.append(_came(scope.class_id))
    if scope.year is not None:
        out.append(func.extract("year", CourseCompletion.completed_on) == scope.year)
    return out


def _came(class_id: int) -> ColumnElement[bool]:
    """Whether they were present, by the line in force, at a session of the class about this course."""
    later = aliased(Attendance)
    corrected = select(later.id).where(later.session_id == Attendance.session_id, later.person_id == Attendance.person_id, later.line > Attendance.line)
    at = select(Attendance.id).join(OfflineSession, Attendance.session_id == OfflineSession.id)
    here = at.where(OfflineSession.class_id == class_id, OfflineSession.course_id == CourseCompletion.course_id)
    return here.where(Attendance.person_id == CourseCompletion.person_id, Attendance.state == "present", ~corrected.exists()).exists()
