"""Reads of the policy and of the ledger."""

from datetime import date

from sqlalchemy import func, select

from courses.kernel.db import db
from courses.kernel.errors import Refused
from learning.hours import rules
from learning.hours.models import HoursEntry, HoursPolicy
from learning.hours.rules import YearHours
from learning.organization.models import Appointment


def policy(on: date) -> HoursPolicy:
    """The policy in force on a day, the first one for any day before it; raises `Refused` when the county has set none."""
    rows = db.session.scalars(select(HoursPolicy).order_by(HoursPolicy.since)).all()
    row = next((row for row in reversed(rows) if row.since <= on), rows[0] if rows else None)
    if row is None:
        raise Refused("还没有设定学时规则，请县委组织部管理员先设定。")
    return row


def year(person_id: int, number: int) -> YearHours:
    """A person's hours of a year, under the policy in force at its end."""
    rule = policy(date(number, 12, 31))
    totals = dict(
        db.session.execute(
            select(HoursEntry.kind, func.sum(HoursEntry.quarters)).where(HoursEntry.person_id == person_id, HoursEntry.year == number).group_by(HoursEntry.kind)
        ).all()
    )
    required = rule.secretary_quarters if _leads_a_branch(person_id, date(number, 12, 31)) else rule.annual_quarters
    return rules.year_hours(number, totals, counted=tuple(rule.counted_kinds), required=required, basis=rule.basis)


def entries(person_id: int, course_id: int) -> list[HoursEntry]:
    """The credit of a course and its corrections, in order."""
    statement = select(HoursEntry).where(HoursEntry.person_id == person_id, HoursEntry.course_id == course_id)
    return list(db.session.scalars(statement.order_by(HoursEntry.correction)))


def _leads_a_branch(person_id: int, on: date) -> bool:
    post = select(Appointment.id).where(
        Appointment.person_id == person_id,
        Appointment.role == "branch_secretary",
        Appointment.since <= on,
        Appointment.until.is_(None) | (Appointment.until > on),
    )
    return db.session.scalar(post) is not None
