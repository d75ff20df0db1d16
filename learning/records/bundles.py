"""Certificates by the many as files: one PDF of all, a PDF each in a zip, a list. Of any number: some at a time, and no read transaction is held meanwhile."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2

from courses.kernel import clock
from courses.kernel.clock import day_of
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from courses.kernel.storage import storage
from learning.exports import xlsx
from learning.exports.actions import Order
from learning.organization import queries as organization
from learning.records import bulk_queries, keys, pades, pdf, queries, rules, signing_actions, typst
from learning.records.addresses import address
from learning.records.bulk_queries import Scope
from learning.records.models import Certificate

Report = Callable[[int], None]
LIST = (("序号", 6), ("编号", 26), ("姓名", 12), ("所在党组织", 30), ("课程", 34), ("学习形式", 16), ("学时", 8), ("考核", 8), ("完成日期", 12), ("发证日期", 12),
        ("现状", 10))  # fmt: skip
_STATES = {"valid": "有效", "corrected": "已更正", "revoked": "已撤销"}


@dataclass(frozen=True)
class Sheet:
    """One certificate, read: what its page says, and what its file is called and signed as."""

    certificate_id: int
    number: str
    signer: str
    file_name: str
    values: dict[str, Any]


def write_pdf(order: Order, path: Path, report: Report) -> int:
    """All certificates of the order in one PDF, a page each, signed as a whole where there are keys."""
    whole, count = pypdfium2.PdfDocument.new(), 0
    for part, percent in _sheets(order):
        made = typst.pdf("certificates", {"title": order.title, "pages": [sheet.values for sheet in part]})
        whole.import_pages(pypdfium2.PdfDocument(made))
        count += len(part)
        report(percent)
    out = io.BytesIO()
    whole.save(out)
    whole.close()
    path.write_bytes(_signed(out.getvalue(), order))
    return count


def write_files(order: Order, path: Path, report: Report) -> int:
    """A zip with a PDF for each certificate of the order, in a folder for each branch; each is signed once and kept, so a killed worker signs none anew."""
    count, at = 0, order.at.timetuple()[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
        for part, percent in _sheets(order):
            for sheet, made in _files(part):
                out.writestr(zipfile.ZipInfo(sheet.file_name, at), made)
            count += len(part)
            report(percent)
    return count


def write_list(order: Order, path: Path, report: Report) -> int:
    """A workbook that lists the certificates of the order."""
    scope = scope_of(order)
    ids = bulk_queries.certificate_ids(scope)
    return xlsx.table(path, title=order.title, sheet="证明", headers=LIST, rows=_lines(ids, report))


def scope_of(order: Order) -> Scope:
    """Which certificates are asked for; raises `Missing` when whoever asked may not see them any more."""
    narrowed: dict[str, Any] = {name: order.asked.get(name) for name in ("course_id", "class_id", "year")}
    if order.organization_id is None:
        return Scope(person_id=order.person_id, **narrowed)
    return Scope(organization.organization_for(order.actor, "see_people", order.organization_id).path, **narrowed)


def _sheets(order: Order) -> Iterator[tuple[list[Sheet], int]]:
    """The certificates of the order some at a time, each part with the percent that it completes."""
    ids = bulk_queries.certificate_ids(scope_of(order))
    if not ids:
        raise Refused("这个范围里还没有结业证明。")
    demo, done = queries.is_demo(), 0
    for part in bulk_queries.parts(ids):
        tokens = _tokens(part)
        made = [_sheet(row, tokens.get(row.id, ""), base=str(order.asked["base"]), demo=demo) for row in bulk_queries.certificates(part)]
        db.session.rollback()  # typesetting must not hold a read transaction
        done += len(part)
        yield made, 99 * done // len(ids)


def _tokens(ids: list[int]) -> dict[int, str]:
    """The credentials of these certificates; made now for those that were issued before there were keys."""
    if keys.ring() is None:
        return {}
    found = queries.credentials(ids)
    for one in ids:
        if one not in found:
            with transaction():
                found[one] = signing_actions.credential(db.session.get_one(Certificate, one), now=clock.now())
    return found


def _sheet(row: Certificate, token: str, *, base: str, demo: bool) -> Sheet:
    values = pdf.certificate_values(row, address=address(row, base=base, token=token), zone=settings().zone, demo=demo)
    name = rules.file_name(row.organization_name, row.person_name, row.number)
    return Sheet(row.id, row.number, pdf.signer(row), name, values)


def _files(part: list[Sheet]) -> Iterator[tuple[Sheet, bytes]]:
    if keys.ring() is None:
        for sheet in part:
            yield sheet, typst.pdf("certificate", sheet.values)
        return
    standing = queries.signed_papers([sheet.certificate_id for sheet in part])
    for sheet in part:
        sha256 = standing.get(sheet.certificate_id) or _sign(sheet)
        with storage().open(signing_actions.paper_key(sha256)) as file:
            yield sheet, file.read()


def _sign(sheet: Sheet) -> str:
    signed = signing_actions.sign(typst.pdf("certificate", sheet.values), place=sheet.signer)
    with transaction():
        return signing_actions.keep(db.session.get_one(Certificate, sheet.certificate_id), signed, now=clock.now()).sha256


def _signed(page: bytes, order: Order) -> bytes:
    ring = keys.ring()
    if ring is None:
        return page
    return pades.sign(page, folder=ring.folder, kid=ring.current.kid, reason="本册由发证单位汇总，此后未经改动", place=order.title)


def _lines(ids: list[int], report: Report) -> Iterator[tuple[Any, ...]]:
    place = 0
    for part in bulk_queries.parts(ids):
        for row in bulk_queries.certificates(part):
            place += 1
            yield (place, *_line(row))
        db.session.rollback()
        report(99 * place // len(ids))


def _line(row: Certificate) -> tuple[Any, ...]:
    names = (queries.reads(row, "person_name"), queries.reads(row, "organization_name"))
    days = (row.completed_on, day_of(row.issued_at, settings().zone))
    return (
        row.number,
        *names,
        row.course_title,
        rules.route_words(row.route, row.completion.evidence),
        row.quarters / 4,
        row.score,
        *days,
        _STATES[queries.state_of(row)],
    )
