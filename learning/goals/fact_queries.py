"""What people did that a campaign may count: courses finished, hours credited for them, sessions of a class attended. Nothing revoked or corrected away."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from courses.kernel.db import db
from learning.classes.models import Attendance, OfflineSession
from learning.goals.models import Campaign
from learning.goals.terms_rules import Fact, route_of
from learning.hours.models import HoursEntry
from learning.records.models import Certificate, CourseCompletion, Revocation

Facts = dict[int, list[Fact]]


def facts(campaign: Campaign, person_ids: Iterable[int] | None = None) -> Facts:
    """By person, all that some version of the campaign's terms looks at, up to its last day; None asks about everyone."""
    ids = None if person_ids is None else list(person_ids)
    every = [terms for terms, _ in campaign.all_terms]
    courses = {key for terms in every if terms.names_courses for key in terms.course_ids}
    kinds = {kind for terms in every if terms.means == "hours" for kind in terms.kinds}
    classes = {terms.class_id for terms in every if terms.means == "class"}
    out: Facts = {}
    if courses:
        _finished(out, campaign, courses, ids)
    if kinds:
        _credited(out, campaign, kinds, ids)
    if classes:
        _attended(out, campaign, classes, ids)
    return out


def _finished(out: Facts, campaign: Campaign, courses: set[int], ids: list[int] | None) -> None:
    done = CourseCompletion
    statement = _valid(select(done.person_id, done.course_id, done.route, done.completed_on, done.at), ids)
    statement = statement.where(done.course_id.in_(courses), done.completed_on <= campaign.until)
    for person_id, course_id, route, on, at in db.session.execute(statement.order_by(done.id)):
        out.setdefault(person_id, []).append(Fact("course", course_id, on, at, route))


def _credited(out: Facts, campaign: Campaign, kinds: set[str], ids: list[int] | None) -> None:
    """The hours of a course are one fact of its day, their corrections included."""
    done, row = CourseCompletion, HoursEntry
    columns = (done.person_id, done.course_id, row.kind, done.completed_on, done.at)
    statement = _valid(select(*columns, func.sum(row.quarters)), ids)
    statement = statement.join(row, (row.person_id == done.person_id) & (row.course_id == done.course_id))
    statement = statement.where(row.kind.in_(kinds), done.completed_on >= campaign.since, done.completed_on <= campaign.until)
    for person_id, course_id, kind, on, at, quarters in db.session.execute(statement.group_by(*columns)):
        if quarters > 0:
            out.setdefault(person_id, []).append(Fact("hours", course_id, on, at, route_of(kind), kind, int(quarters)))


def _attended(out: Facts, campaign: Campaign, classes: set[int | None], ids: list[int] | None) -> None:
    """Of a roll the last line stands."""
    columns = (Attendance.person_id, Attendance.session_id, Attendance.state, Attendance.entered_at, OfflineSession.class_id, OfflineSession.held_on)
    statement = select(*columns).join(OfflineSession, Attendance.session_id == OfflineSession.id)
    statement = statement.where(OfflineSession.class_id.in_(classes), OfflineSession.held_on <= campaign.until)
    if ids is not None:
        statement = statement.where(Attendance.person_id.in_(ids))
    lines = {(row.person_id, row.session_id): row for row in db.session.execute(statement.order_by(Attendance.line))}
    for row in lines.values():
        if row.state == "present":
            out.setdefault(row.person_id, []).append(Fact("class", row.class_id, row.held_on, row.entered_at, "class"))


def _valid(statement: Any, ids: list[int] | None) -> Any:
    """Without the completions whose certificate was revoked."""
    statement = statement.outerjoin(Certificate, Certificate.completion_id == CourseCompletion.id)
    statement = statement.outerjoin(Revocation, Revocation.certificate_id == Certificate.id).where(Revocation.id.is_(None))
    return statement if ids is None else statement.where(CourseCompletion.person_id.in_(ids))
