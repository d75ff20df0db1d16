"""Pages of records: the certificate, the branch record, and the check that anyone can make."""

import io
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from courses.kernel import clock
from courses.kernel.access import actor, public, signed_in
from courses.kernel.db import transaction
from courses.kernel.settings import settings
from learning.accounts import actions as accounts
from learning.accounts import queries as account_queries
from learning.accounts import rules as account_rules
from learning.accounts import sealing
from learning.hours.rules import hours_text
from learning.organization.rules import masked
from learning.records import forms, pdf, qr, queries, rules, xlsx
from learning.records.models import BranchRecord, Certificate

bp = Blueprint("records", __name__)
WRONG_TRIES = 30  # in a quarter of an hour from one address
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.after_request
def _unlisted(response: Response) -> Response:
    """A paper is found by its number and code, never by a search engine that met its address somewhere."""
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/certificates/<int:certificate_id>")
@signed_in
def certificate(certificate_id: int) -> ResponseReturnValue:
    """学习结业证明 as a page, for its owner and those who may see them."""
    row = queries.certificate_for(actor(), certificate_id)
    text = rules.certificate_text(
        name=row.person_name,
        organization=row.organization_name,
        began=row.began_on,
        completed=row.completed_on,
        course=row.course_title,
        hours=hours_text(row.quarters),
        examined=bool(row.completion.evidence.get("quizzes")),
    )
    return render_template(
        "learning/records/certificate.html",
        row=row,
        text=text,
        state=queries.state_of(row),
        code=qr.svg(_address(row)),
        route=rules.ROUTE_WORDS[row.route],
        may_revoke=row.person_id != actor().id and actor().may("revoke_records"),
        revocation_form=forms.Revocation(formdata=None),
        correction_form=forms.Correction(formdata=None),
    )


@bp.get("/certificates/<int:certificate_id>.pdf")
@signed_in
def certificate_pdf(certificate_id: int) -> ResponseReturnValue:
    """The certificate to print, A4."""
    row = queries.certificate_for(actor(), certificate_id)
    return _file(pdf.certificate(row, address=_address(row), zone=settings().zone), f"{row.number}.pdf", "application/pdf")


@bp.get("/certificates/<int:certificate_id>.png")
@signed_in
def certificate_picture(certificate_id: int) -> ResponseReturnValue:
    """The certificate as a picture that a long press saves."""
    row = queries.certificate_for(actor(), certificate_id)
    return _file(pdf.certificate_picture(row, address=_address(row), zone=settings().zone), f"{row.number}.png", "image/png")


@bp.get("/branch-records/<int:record_id>")
@signed_in
def branch_record(record_id: int) -> ResponseReturnValue:
    """支部完成记录 as a page."""
    row = queries.branch_record_for(actor(), record_id)
    return render_template("learning/records/branch_record.html", row=row, values=pdf.branch_values(row, address=_address(row), zone=settings().zone))


@bp.get("/branch-records/<int:record_id>.pdf")
@signed_in
def branch_record_pdf(record_id: int) -> ResponseReturnValue:
    """The branch record to print, A4 landscape."""
    row = queries.branch_record_for(actor(), record_id)
    return _file(pdf.branch_record(row, address=_address(row), zone=settings().zone), f"{row.number}.pdf", "application/pdf")


@bp.get("/branch-records/<int:record_id>.xlsx")
@signed_in
def branch_record_xlsx(record_id: int) -> ResponseReturnValue:
    """The branch record as a workbook."""
    row = queries.branch_record_for(actor(), record_id)
    return _file(xlsx.branch_record(row), f"{row.number}.xlsx", XLSX)


@bp.get("/check")
@public
def check() -> ResponseReturnValue:
    """查验证明: number and code, by hand."""
    form = forms.Check(request.args)
    if request.args and form.validate():
        return redirect(url_for("records.verify", number=rules.tidy_number(form.number.data), code=rules.tidy_number(form.code.data)))
    return render_template("learning/records/check.html", form=form, wrong=False), 422 if request.args else 200


@bp.get("/check/<number>/<code>")
@public
def verify(number: str, code: str) -> ResponseReturnValue:
    """What anyone may know of a paper: that it is ours, its state, and a masked name. A wrong number and a wrong code are answered alike."""
    now, whose = clock.now(), sealing.index(f"check:{request.remote_addr}", settings().data_key)
    if len(account_queries.failures(whose, since=now - account_rules.LOCKOUT_WINDOW)) >= WRONG_TRIES:
        abort(429)
    row = queries.paper(number, code)
    if row is None:
        with transaction():
            accounts.note_failure(whose, now=now)
        form = forms.Check(formdata=None, data={"number": number, "code": code})
        return render_template("learning/records/check.html", form=form, wrong=True), 404
    if isinstance(row, BranchRecord):
        return render_template("learning/records/verified_branch.html", row=row)
    facts = {"name": masked(queries.reads(row, "person_name")), "state": queries.state_of(row), "route": rules.ROUTE_WORDS[row.route]}
    return render_template("learning/records/verified.html", row=row, **facts)


def _address(row: Certificate | BranchRecord) -> str:
    base = settings().public_url or request.url_root.rstrip("/")
    return base + url_for("records.verify", number=row.number, code=row.code)


def _file(data: bytes, name: str, kind: str) -> Response:
    answer: Any = send_file(io.BytesIO(data), mimetype=kind, download_name=name, as_attachment=kind == XLSX)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer  # type: ignore[no-any-return]
