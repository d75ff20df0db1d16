"""Writes of records. `settle` is the only door to one: it recomputes from facts and may be called any number of times."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from courses.catalogue import queries as catalogue
from courses.catalogue.rules import Outline
from courses.kernel.clock import day_of
from courses.kernel.db import db, insert_once
from courses.kernel.errors import Refused
from courses.kernel.words import Words
from learning.classes import queries as classes
from learning.hours import actions as hours
from learning.hours import queries as hours_queries
from learning.hours.rules import kind_of_session
from learning.organization import queries as organization
from learning.organization.models import Organization, Person
from learning.organization.rules import TOWNS
from learning.progress import queries as progress
from learning.quizzes import queries as quizzes
from learning.records import log, queries, rules, signing_actions, tree
from learning.records.models import BranchRecord, Certificate, Correction, CourseCompletion, Revocation


def settle(person_id: int, course_id: int, *, now: datetime, zone: str) -> CourseCompletion | None:
    """Give the person the record their facts have earned: completion, hours, certificate, log leaf; returns the completion if this call made it.

    Facts alone decide, so it may be called twice, late or by a repair; a completion whose certificate could not be issued then gets it now.
    """
    standing = queries.completion(person_id, course_id)
    if standing is not None:
        issue(standing, now=now)
        return None
    found = rules.earliest(_candidates(person_id, course_id, zone=zone))
    if found is None:
        return None
    values = {
        "person_id": person_id,
        "course_id": course_id,
        "version_id": found.version_id,
        "route": found.route,
        "began_on": found.began_on,
        "completed_on": found.completed_on,
        "at": now,
        "entered_by_id": found.entered_by_id,
        "evidence": dict(found.evidence),
    }
    if not insert_once(CourseCompletion, values, unique=("person_id", "course_id")):
        return None
    completion = db.session.scalars(select(CourseCompletion).where(CourseCompletion.person_id == person_id, CourseCompletion.course_id == course_id)).one()
    quarters = catalogue.outline(found.version_id).approved_quarters
    hours.credit(person_id, course_id, found.hours_kind, quarters, year=found.completed_on.year, actor_id=found.entered_by_id, now=now)
    issue(completion, now=now)
    return completion


@dataclass
class Known:
    """What many certificates of one transaction say alike, read once: courses, names of organizations, the rule of a day."""

    read: dict[Any, Any] = field(default_factory=dict)

    def once(self, reader: Callable[..., Any], key: Any, *args: Any) -> Any:
        """What `reader` said of `key` the first time."""
        if (reader, key) not in self.read:
            self.read[reader, key] = reader(*args)
        return self.read[reader, key]


def issue(completion: CourseCompletion, *, now: datetime, known: Known | None = None) -> Certificate | None:
    """Issue the certificate of a completion, once; whoever issues many in one transaction lets them share what is `known`.

    None, to be issued later, for someone who belongs to no organization, or while a real county has no PUBLIC_URL for its QR code.
    """
    if completion.certificate is not None:
        return completion.certificate
    if not queries.may_issue():
        return None
    person = db.session.get_one(Person, completion.person_id)
    membership = person.membership
    if membership is None:
        return None
    known, home = known or Known(), membership.organization
    outline = known.once(catalogue.outline, completion.version_id, completion.version_id)
    log.hold()
    certificate = _snapshot(completion, outline, person, home, known=known, now=now)
    completion.certificate = certificate
    db.session.flush()
    log.append("certificate", certificate, now=now)
    signing_actions.credential(certificate, now=now)
    return certificate


def revoke(certificate: Certificate, reason: str, *, actor: Person, now: datetime) -> Revocation:
    """Take a certificate back; its hours are corrected away, and verification says 已撤销. Nobody revokes their own."""
    _must_not_be_own(certificate, actor)
    if certificate.revocation is not None:
        raise Refused("这份证明已经撤销了。")
    row = Revocation(certificate_id=certificate.id, reason=_reason(reason), at=now, by_id=actor.id)
    certificate.revocation = row
    db.session.flush()
    hours.correct(
        certificate.person_id, certificate.completion.course_id, -certificate.quarters, f"证明 {certificate.number} 已撤销", actor_id=actor.id, now=now
    )
    log.append("revocation", row, now=now)
    return row


def correct(certificate: Certificate, field: str, value: str, reason: str, *, actor: Person, now: datetime) -> Correction:
    """Say how a name on a certificate should read; the certificate itself stands as it was issued."""
    _must_not_be_own(certificate, actor)
    if field not in {"person_name", "organization_name"} or not value.strip():
        raise Refused("请写明更正后的内容。", fields={"value": Words("请填写")})
    row = Correction(certificate_id=certificate.id, field=field, value=value.strip(), reason=_reason(reason), at=now, by_id=actor.id)
    certificate.corrections.append(row)
    db.session.flush()
    log.append("correction", row, now=now)
    return row


def confirm_branch(branch: Organization, campaign_id: int, as_of: date, content: Mapping[str, Any], *, actor: Person, now: datetime) -> BranchRecord:
    """The secretary confirms the branch's completion record: a snapshot, numbered, hashed and logged."""
    log.hold()
    kept = rules.salted(rules.plain(content), iter(lambda: secrets.token_hex(16), ""))
    row = BranchRecord(
        organization_id=branch.id,
        campaign_id=campaign_id,
        number=_next_branch_number(branch.code, as_of.year),
        code=_code(),
        as_of=as_of,
        content=kept,
        sha256=rules.fingerprint(kept),
        confirmed_by_id=actor.id,
        confirmed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    log.append("branch_record", row, now=now)
    tree.checkpoint(now=now)
    return row


def _candidates(person_id: int, course_id: int, *, zone: str) -> list[rules.Candidate]:
    out = [
        rules.Candidate(
            "class",
            row.version_id,
            row.on,
            row.on,
            row.entered_at,
            row.entered_by_id,
            {"session": row.session_id},
            kind_of_session(row.kind, in_class=row.in_class),
        )
        for row in classes.attended(person_id, course_id)
    ]
    out += [
        rules.Candidate("home", row.version_id, row.on, row.on, row.entered_at, row.entered_by_id, {"delivery": row.delivery_id})
        for row in classes.delivered(person_id, course_id)
    ]
    online = _online(person_id, course_id, zone=zone)
    return [*out, online] if online else out


def _online(person_id: int, course_id: int, *, zone: str) -> rules.Candidate | None:
    facts = progress.facts(person_id, course_id)
    if facts is None:
        return None
    outline = catalogue.outline(facts.version_id)
    need, passed = outline.requirement, quizzes.passed(person_id, course_id)
    if not need.is_met(facts.finished, passed):
        return None
    last = max([facts.finished[origin] for origin in need.origins] + [passed[quiz].at for quiz in need.quiz_ids])
    scores = {quiz: passed[quiz].score for quiz in need.quiz_ids}
    final = scores.get(outline.final_quiz_id) if outline.final_quiz_id else None
    evidence: dict[str, Any] = {"lessons": sorted(need.origins), "quizzes": {str(quiz): score for quiz, score in sorted(scores.items())}, "score": final}
    route = rules.route_of(need.origins, facts.witnesses)
    if facts.witnesses.keys() & need.origins:
        evidence["witnesses"] = {origin: facts.witnesses[origin] for origin in sorted(facts.witnesses.keys() & need.origins)}
    by = facts.witnesses[max(need.origins, key=lambda origin: facts.finished[origin])] if route == "class" else None
    kind = rules.WITNESSED_HOURS if route == "class" else ""
    return rules.Candidate(route, facts.version_id, day_of(facts.since, zone), day_of(last, zone), last, by, evidence, kind)


def _snapshot(completion: CourseCompletion, outline: Outline, person: Person, home: Organization, *, known: Known, now: datetime) -> Certificate:
    """The next number of the year, and every word of a certificate as it stands at this moment. The log is held already."""
    serial, number = _next_number(home.code, completion.completed_on.year)
    return Certificate(
        completion_id=completion.id,
        person_id=person.id,
        number=number,
        code=_code(),
        year=completion.completed_on.year,
        serial=serial,
        person_name=person.name,
        organization_name=known.once(organization.full_name, home.id, home),
        course_title=outline.title,
        route=completion.route,
        began_on=completion.began_on,
        completed_on=completion.completed_on,
        quarters=outline.approved_quarters,
        score=completion.evidence.get("score"),
        issuer_name=known.once(_issuer, home.id, home),
        rule=known.once(_rule, completion.completed_on, completion.completed_on),
        issued_at=now,
    )


def _next_number(organization_code: str, year: int) -> tuple[int, str]:
    serial = (db.session.scalar(select(func.max(Certificate.serial)).where(Certificate.year == year)) or 0) + 1
    while (number := rules.number(organization_code, year, serial)) is None:
        serial += 1
    return serial, number


def _next_branch_number(organization_code: str, year: int) -> str:
    serial = (db.session.scalar(select(func.count()).select_from(BranchRecord)) or 0) + 1
    while (number := rules.number(f"{organization_code}Z", year, serial)) is None or queries.is_taken(number):
        serial += 1
    return number


def _issuer(branch: Organization) -> str:
    line = organization.ancestors(branch)
    return next((row.name for row in reversed(line) if row.kind in {*TOWNS, "county"}), line[0].name)


def _rule(on: date) -> str:
    return hours_queries.policy(on).basis[:300]


def _code() -> str:
    return "".join(secrets.choice(rules.CODE_ALPHABET) for _ in range(6))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused("请写明原因。", fields={"reason": Words("请填写原因")})
    return reason.strip()


def _must_not_be_own(certificate: Certificate, actor: Person) -> None:
    if certificate.person_id == actor.id:
        raise Refused("不能办理自己的证明，请由其他管理员办理。")
