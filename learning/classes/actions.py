"""Writes of roll calls and home deliveries. A later line corrects an earlier one; none is erased."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from courses.catalogue.rules import Outline
from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.classes import queries, rules
from learning.classes.models import Attendance, ClassCourse, HomeDelivery, OfflineSession, TrainingClass
from learning.organization.models import Organization, Person


def hold(
    organization: Organization,
    outline: Outline,
    *,
    kind: str,
    held_on: date,
    venue: str,
    lecturer: str,
    issuer: str = "",
    makes_up_id: int | None = None,
    class_id: int | None = None,
    is_second: bool = False,
    actor: Person,
    today: date,
    now: datetime,
) -> OfflineSession:
    """Enter a session that was held; raises `Refused` for a day that cannot be, for one entered already, and for another of that day unless `is_second`."""
    _day_must_do(held_on, today)
    if kind in rules.ISSUED_ELSEWHERE and not issuer:
        raise Refused("外出轮训要写举办单位。", fields={"issuer": Words("请写举办单位")})
    same = {"organization_id": organization.id, "course_id": outline.course_id, "kind": kind, "held_on": held_on, "venue": venue, "lecturer": lecturer}
    standing = queries.on_day(organization.id, outline.course_id, held_on)
    if any((one.kind, one.venue, one.lecturer) == (kind, venue, lecturer) for one in standing):
        raise Refused("这一场已经登记过了，不用再登；有出入请到那一场里更正。", fields={"venue": Words("同一天、同一地点、同一门课已登记")})
    if standing and not is_second and makes_up_id not in {one.id for one in standing}:
        raise Refused("这一天、这门课已经登记过一场。填错了请到那一场里更正；确实又办了一场，请打勾再登记。", fields={"second": Words("确实又办了一场才打勾")})
    more = {"version_id": outline.version_id, "issuer": issuer, "makes_up_id": makes_up_id, "class_id": class_id}
    row = OfflineSession(**same, **more, entered_by_id=actor.id, entered_at=now)
    db.session.add(row)
    db.session.flush()
    return row


def open_class(organization: Organization, values: Mapping[str, Any], *, actor: Person, now: datetime) -> TrainingClass:
    """Enter a training class; its sessions are held and entered one by one."""
    row = TrainingClass(organization_id=organization.id, entered_by_id=actor.id, entered_at=now, since=values["since"], until=values["until"])
    revise_class(row, values)
    db.session.add(row)
    db.session.flush()
    return row


def revise_class(row: TrainingClass, values: Mapping[str, Any]) -> None:
    """Change what a class says of itself; what was held and who came is not its to change."""
    if values["until"] < values["since"]:
        raise Refused("结束日期要在开始日期之后。", fields={"until": Words("请核对日期")})
    for name in rules.CLASS_FIELDS:
        setattr(row, name, values[name] or "")
    row.since, row.until = values["since"], values["until"]
    standing, wanted = {one.course_id: one for one in row.planned}, dict.fromkeys(values.get("courses") or ())
    row.planned = [standing.get(course_id) or ClassCourse(course_id=course_id) for course_id in wanted]
    for place, one in enumerate(row.planned, 1):
        one.position = place


def take_roll(session: OfflineSession, states: Mapping[int, tuple[str, str]], *, actor: Person, now: datetime) -> list[int]:
    """Enter the roll, {person: (state, reason)}; only what differs from the line in force is written. Returns those newly present."""
    standing = queries.roll(session.id)
    newly = []
    for person_id, (state, reason) in states.items():
        before = standing.get(person_id)
        if before is not None and (before.state, before.reason) == (state, reason):
            continue
        line = before.line + 1 if before else 1
        db.session.add(Attendance(session_id=session.id, person_id=person_id, line=line, state=state, reason=reason, entered_by_id=actor.id, entered_at=now))
        if state == "present":
            newly.append(person_id)
    db.session.flush()
    return newly


def deliver(
    person: Person, organization: Organization, outline: Outline, *, delivered_on: date, delivered_by: str, what: str, actor: Person, today: date, now: datetime
) -> HomeDelivery:
    """Enter a home delivery; raises `Refused` for a day that cannot be, for oneself, or for one entered already."""
    _day_must_do(delivered_on, today)
    if actor.id == person.id:
        raise Refused("不能给自己登记送学上门，请由支部其他同志办理。")
    same = {"person_id": person.id, "course_id": outline.course_id, "delivered_on": delivered_on}
    if db.session.scalar(select(HomeDelivery.id).filter_by(**same)):
        raise Refused("这位同志当天的这门课已经登记过了，不用再登。")
    more = {"organization_id": organization.id, "version_id": outline.version_id, "delivered_by": delivered_by, "what": what}
    row = HomeDelivery(**same, **more, entered_by_id=actor.id, entered_at=now)
    db.session.add(row)
    db.session.flush()
    return row


def _day_must_do(on: date, today: date) -> None:
    fault = rules.day_fault(on, today=today)
    if fault:
        raise Refused(fault, fields={"held_on": fault, "delivered_on": fault})
