"""Writes of whoever answers for certificates: taking one back or saying how it should read, with the count and the entry this brings."""

from datetime import date, datetime

from learning.audit.actions import note
from learning.goals import actions as goals
from learning.organization.models import Person
from learning.records import actions as records
from learning.records.models import Certificate


def revoke(certificate: Certificate, reason: str, *, actor: Person, today: date, now: datetime) -> None:
    """Take a certificate back; a training that rests on it ends, and the campaign is counted anew."""
    records.revoke(certificate, reason, actor=actor, now=now)
    goals.count(certificate.person_id, now=now, today=today)
    _note("revoke_certificate", f"撤销证明 {certificate.number}：{reason}", certificate, actor=actor, now=now)


def correct(certificate: Certificate, field: str, value: str, reason: str, *, actor: Person, now: datetime) -> None:
    """Say how a name on a certificate should read."""
    before = getattr(certificate, field, "")
    records.correct(certificate, field, value, reason, actor=actor, now=now)
    _note("correct_certificate", f"更正证明 {certificate.number}：“{before}”应为“{value}”，{reason}", certificate, actor=actor, now=now)


def _note(act: str, words: str, certificate: Certificate, *, actor: Person, now: datetime) -> None:
    membership = certificate.completion.person.membership
    where = membership.organization_id if membership else None
    note(act, words, actor=actor, organization_id=where, about_person_id=certificate.person_id, now=now)
