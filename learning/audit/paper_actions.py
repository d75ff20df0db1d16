"""Writes of whoever answers for certificates: taken back, mended, issued or handed out many at once, with the count and the entry this brings."""

from datetime import date, datetime

from courses.kernel.errors import Refused
from learning.audit.actions import note
from learning.audit.paper_queries import Shelf
from learning.exports import actions as exports
from learning.exports.models import Export
from learning.exports.rules import Wish
from learning.goals import actions as goals
from learning.organization.models import Person
from learning.records import actions as records
from learning.records import bulk_actions
from learning.records.models import Certificate, Issuance

# What can be made of many certificates: the words that its title ends with, and the ending of the file's name.
MAKES = {"certificate_bundle": ("合订本", "pdf"), "certificate_files": ("单份文件", "zip"), "certificate_list": ("登记表", "xlsx")}


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


def issue_many(shelf: Shelf, *, actor: Person, now: datetime) -> Issuance:
    """Have the certificates issued that a shelf lacks; raises `Refused` when it lacks none, or some are being issued there."""
    row = bulk_actions.ask(shelf.where, shelf.scope, actor=actor, now=now)
    note("issue_certificates", f"批量补发证明 {row.total} 份：{shelf.title}", actor=actor, organization_id=shelf.where.id, now=now)
    return row


def export_many(shelf: Shelf, make: str, *, base: str, actor: Person, now: datetime) -> Export:
    """Have a file made of a shelf: `make` is one of MAKES; `base` is the address of the site that their QR codes carry."""
    if make not in MAKES:
        raise Refused("请选择要生成哪一种文件。")
    if make != "certificate_list" and not shelf.tally.issued:
        raise Refused("这个范围里还没有结业证明。")
    words, ending = MAKES[make]
    narrowed = {"course_id": shelf.scope.course_id, "class_id": shelf.scope.class_id, "year": shelf.scope.year}
    asked: dict[str, int | str] = {"base": base, **{name: value for name, value in narrowed.items() if value is not None}}
    row = exports.ask(Wish(make, f"{shelf.title}{words}", ending, shelf.where.id, "see_people", asked), actor=actor, now=now)
    note("export", f"导出{row.title}", actor=actor, organization_id=shelf.where.id, now=now)
    return row


def _note(act: str, words: str, certificate: Certificate, *, actor: Person, now: datetime) -> None:
    membership = certificate.completion.person.membership
    where = membership.organization_id if membership else None
    note(act, words, actor=actor, organization_id=where, about_person_id=certificate.person_id, now=now)
