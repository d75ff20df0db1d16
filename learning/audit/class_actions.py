"""Writes of shared viewings and home deliveries: the fact, the record it earns, the campaign's count, and an entry, in one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from courses.catalogue.rules import Outline
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.audit.actions import note
from learning.classes import actions as classes
from learning.classes import queries as class_queries
from learning.classes import rules
from learning.classes import sign_in_queries as sign_ins
from learning.classes.models import OfflineSession, TrainingClass
from learning.goals import actions as goals
from learning.organization.models import Organization, Person
from learning.records import actions as records

Roll = Mapping[int, tuple[str, str]]


@dataclass(frozen=True)
class Outcome:
    """What a roll call came to: the session, how many were present, and how many finished the course by it."""

    session_id: int
    present: int
    finished: int


def prepare(branch: Organization, outline: Outline, values: Mapping[str, Any], *, actor: Person, today: date, now: datetime) -> OfflineSession:
    """Enter a session of today whose roll comes later, so that those in the room can sign in by themselves until then."""
    if values["held_on"] != today:
        raise Refused("自己签到只能在当天用；别的日子请直接点名。", fields={"held_on": Words("自己签到只能选今天")})
    session = _held(branch, outline, values, actor=actor, today=today, now=now)
    note("prepare_session", f"开始自己签到：{_words(session, outline)}", actor=actor, organization_id=branch.id, now=now)
    return session


def hold(branch: Organization, outline: Outline, values: Mapping[str, Any], states: Roll, *, actor: Person, today: date, now: datetime, zone: str) -> Outcome:
    """Enter a session with its roll; whoever was present is given the record this earns."""
    session = _held(branch, outline, values, actor=actor, today=today, now=now)
    return _first_roll(session, outline, states, actor=actor, today=today, now=now, zone=zone)


def confirm(session: OfflineSession, outline: Outline, states: Roll, *, actor: Person, today: date, now: datetime, zone: str) -> Outcome:
    """Take the roll of a session that was prepared: of those who signed in by themselves, whoever is confirmed here was present."""
    return _first_roll(session, outline, states, actor=actor, today=today, now=now, zone=zone)


def open_class(where: Organization, values: Mapping[str, Any], *, actor: Person, now: datetime) -> TrainingClass:
    """Enter a training class."""
    row = classes.open_class(where, values, actor=actor, now=now)
    note("open_class", f"登记班次“{row.title}”，{row.since.isoformat()} 至 {row.until.isoformat()}", actor=actor, organization_id=where.id, now=now)
    return row


def revise_class(row: TrainingClass, values: Mapping[str, Any], *, actor: Person, now: datetime) -> None:
    """Change what a class says of itself."""
    before = row.title
    classes.revise_class(row, values)
    renamed = f"，名称改为“{row.title}”" if row.title != before else ""
    note("revise_class", f"修改班次“{before}”{renamed}", actor=actor, organization_id=row.organization_id, now=now)


def correct(session: OfflineSession, states: Roll, *, actor: Person, today: date, now: datetime, zone: str) -> Outcome:
    """Correct a roll by adding lines; a record that rests on a line corrected away stands until it is revoked."""
    before = {person_id: (line.state, line.reason) for person_id, line in class_queries.roll(session.id).items()}
    # Whoever was neither expected then nor present gets no line now.
    states = {person_id: state for person_id, state in states.items() if person_id in before or state != ("absent", "")}
    newly = classes.take_roll(session, states, actor=actor, now=now)
    finished = _settle(newly, session.course_id, now=now, today=today, zone=zone)
    goals.count_people(states, now=now, today=today)  # who was struck off may have met a campaign by being there
    names = {person_id: line.person.name for person_id, line in class_queries.roll(session.id).items()}
    for person_id, after in states.items():
        if before.get(person_id) != after:
            said = rules.state_text(*before[person_id]) if person_id in before else "没有登记"
            words = f"更正 {session.held_on.isoformat()} 点名：{names[person_id]} 由{said}改为{rules.state_text(*after)}"
            words += "（本人登记）" if person_id == actor.id else ""
            note("correct_roll", words, actor=actor, organization_id=session.organization_id, about_person_id=person_id, now=now)
    return Outcome(session.id, len(newly), finished)


def deliver(person: Person, branch: Organization, outline: Outline, values: Mapping[str, Any], *, actor: Person, today: date, now: datetime, zone: str) -> bool:
    """Enter a home delivery; says whether the course is finished by it."""
    row = classes.deliver(
        person,
        branch,
        outline,
        delivered_on=values["delivered_on"],
        delivered_by=values["delivered_by"],
        what=values["what"],
        actor=actor,
        today=today,
        now=now,
    )
    finished = _settle([person.id], outline.course_id, now=now, today=today, zone=zone)
    words = f"登记送学上门“{outline.title}”，{row.delivered_on.isoformat()}，{person.name}，送学人 {row.delivered_by}"
    note("home_delivery", words, actor=actor, organization_id=branch.id, about_person_id=person.id, now=now)
    return bool(finished)


def _held(branch: Organization, outline: Outline, values: Mapping[str, Any], *, actor: Person, today: date, now: datetime) -> OfflineSession:
    return classes.hold(
        branch,
        outline,
        kind=values["kind"],
        held_on=values["held_on"],
        venue=values["venue"],
        lecturer=values["lecturer"] or "",
        issuer=values.get("issuer") or "",
        makes_up_id=values.get("makes_up_id") or None,
        class_id=values.get("class_id") or None,
        is_second=bool(values.get("second")),
        actor=actor,
        today=today,
        now=now,
    )


def _first_roll(session: OfflineSession, outline: Outline, states: Roll, *, actor: Person, today: date, now: datetime, zone: str) -> Outcome:
    newly = classes.take_roll(session, states, actor=actor, now=now)
    finished = _settle(newly, session.course_id, now=now, today=today, zone=zone)
    tally, signed = rules.tally(state for state, _ in states.values()), set(sign_ins.signed_in(session.id))
    words = f"登记{_words(session, outline)}：应到 {tally.expected} 人，实到 {tally.present} 人"
    words += f"（其中 {len(signed.intersection(newly))} 人自己签到）" if signed else ""
    words += "，其中登记人本人由本人登记" if actor.id in newly else ""
    words += f"；为 {session.makes_up.held_on.isoformat()} 那一场补学" if session.makes_up else ""
    note("roll_call", words, actor=actor, organization_id=session.organization_id, now=now)
    return Outcome(session.id, len(newly), finished)


def _words(session: OfflineSession, outline: Outline) -> str:
    words = f"{rules.SESSION_WORDS[session.kind]}“{outline.title}”，{session.held_on.isoformat()}，{session.venue}"
    return f"{words}（{session.issuer}举办）" if session.issuer else words


def _settle(person_ids: Iterable[int], course_id: int, *, now: datetime, today: date, zone: str) -> int:
    ids = list(person_ids)
    made = [records.settle(person_id, course_id, now=now, zone=zone) for person_id in ids]
    goals.count_people(ids, now=now, today=today)
    return sum(completion is not None for completion in made)
