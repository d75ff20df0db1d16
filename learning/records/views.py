"""Pages of records: the certificate, the branch record, their files, and the check that anyone can make."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.kernel import clock
from courses.kernel.access import actor, public, signed_in
from courses.kernel.db import NOBODYS, transaction
from courses.kernel.settings import settings
from courses.kernel.storage import storage
from learning.accounts import actions as accounts
from learning.accounts import queries as account_queries
from learning.accounts import rules as account_rules
from learning.accounts import sealing
from learning.exports import actions as exports
from learning.exports.rules import Wish
from learning.organization.rules import masked
from learning.records import file_views, forms, keys, log, log_views, pdf, proofs, qr, queries, rules, signing_actions, tree, xlsx
from learning.records.addresses import address
from learning.records.blueprint import bp
from learning.records.models import BranchRecord, Certificate
from learning.records.sheet_files import XLSX, sent

__all__ = ["bp", "file_views", "log_views"]
WRONG_TRIES = 30  # in a quarter of an hour from one address


@bp.get("/certificates/<int:certificate_id>")
@signed_in
def certificate(certificate_id: int) -> ResponseReturnValue:
    """学习结业证明 as a page, for its owner and those who may see them."""
    row = queries.certificate_for(actor(), certificate_id)
    return render_template(
        "learning/records/certificate.html",
        row=row,
        text=pdf.certificate_text(row),
        state=queries.state_of(row),
        code=qr.svg(_address(row)),
        route=rules.route_words(row.route, row.completion.evidence),
        may_revoke=row.person_id != actor().id and actor().may("revoke_records"),
        revocation_form=forms.Revocation(formdata=None),
        correction_form=forms.Correction(formdata=None),
    )


@bp.get("/certificates/<int:certificate_id>.pdf")
@signed_in
def certificate_pdf(certificate_id: int) -> ResponseReturnValue:
    """The certificate to print, A4, signed."""
    row = queries.certificate_for(actor(), certificate_id)
    return sent(_signed_file(row), f"{row.number}.pdf", "application/pdf")


@bp.get("/certificates/<int:certificate_id>.png")
@signed_in
def certificate_picture(certificate_id: int) -> ResponseReturnValue:
    """The certificate as a picture that a long press saves."""
    row = queries.certificate_for(actor(), certificate_id)
    return sent(pdf.certificate_picture(row, address=_address(row), zone=settings().zone), f"{row.number}.png", "image/png")


@bp.get("/certificates/<int:certificate_id>.json")
@signed_in
def certificate_proof(certificate_id: int) -> ResponseReturnValue:
    """What the stand-alone verifier needs of a certificate: the record, its salt, its place in the log."""
    row = queries.certificate_for(actor(), certificate_id)
    _address(row)
    return _proof(row)


@bp.post("/certificates/exports")
@signed_in
def export_own() -> ResponseReturnValue:
    """Have one PDF made of all one's own certificates."""
    with transaction():
        wish = Wish("certificate_bundle", f"{actor().name}的学习结业证明", "pdf", asked={"base": site_address()})
        exports.ask(wish, actor=actor(), now=clock.now())
    return redirect(url_for("exports.exports"))


@bp.get("/branch-records/<int:record_id>")
@signed_in
def branch_record(record_id: int) -> ResponseReturnValue:
    """支部完成记录 as a page."""
    row = queries.branch_record_for(actor(), record_id)
    return render_template("learning/records/branch_record.html", row=row, values=pdf.branch_values(row, address=_address(row), zone=settings().zone))


@bp.get("/branch-records/<int:record_id>.pdf")
@signed_in
def branch_record_pdf(record_id: int) -> ResponseReturnValue:
    """The branch record to print, A4 landscape, signed."""
    row = queries.branch_record_for(actor(), record_id)
    return sent(_signed_file(row), f"{row.number}.pdf", "application/pdf")


@bp.get("/branch-records/<int:record_id>.xlsx")
@signed_in
def branch_record_xlsx(record_id: int) -> ResponseReturnValue:
    """The branch record as a workbook."""
    row = queries.branch_record_for(actor(), record_id)
    return sent(xlsx.branch_record(row), f"{row.number}.xlsx", XLSX)


@bp.get("/branch-records/<int:record_id>.json")
@signed_in
def branch_record_proof(record_id: int) -> ResponseReturnValue:
    """What the stand-alone verifier needs of a branch record."""
    return _proof(queries.branch_record_for(actor(), record_id))


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
    row = _looked_up(number, code)
    if row is None:
        form = forms.Check(formdata=None, data={"number": number, "code": code})
        return render_template("learning/records/check.html", form=form, wrong=True), 404
    if isinstance(row, BranchRecord):
        return render_template("learning/records/verified_branch.html", row=row)
    facts = {"name": masked(queries.reads(row, "person_name")), "state": queries.state_of(row), "route": rules.route_words(row.route, row.completion.evidence)}
    return render_template("learning/records/verified.html", row=row, **facts)


def _looked_up(number: str, code: str) -> Certificate | BranchRecord | None:
    """The paper; what was wrong is counted before the next one looks, so that many guesses made at once are no more than many made in turn."""
    now, whose = clock.now(), sealing.own_index("check", request.remote_addr, settings().data_key)
    with transaction(seat=NOBODYS):
        if len(account_queries.failures(whose, since=now - account_rules.LOCKOUT_WINDOW)) >= WRONG_TRIES:
            abort(429)
        row = queries.paper(number, code)
        if row is None:
            accounts.note_failure(whose, now=now)
    return row


def _address(row: Certificate | BranchRecord) -> str:
    """Where a paper's QR code leads; a certificate's carries its credential behind the hash, which no server sees."""
    return address(row, base=site_address(), token=_token(row))


def site_address() -> str:
    """The site's own address, as papers carry it; without a setting, in the demo, where this page was found."""
    return settings().public_url or request.url_root.rstrip("/")


def _token(row: Certificate | BranchRecord) -> str:
    if not isinstance(row, Certificate):
        return ""
    standing = queries.credential(row)
    if standing is not None:
        return standing.token
    with transaction():
        return signing_actions.credential(row, now=clock.now())


def _signed_file(row: Certificate | BranchRecord) -> bytes:
    """The paper as it was signed; signed now if nobody asked for it since it last changed. Without keys it is handed out unsigned."""
    standing = queries.signed_paper(row)
    if standing is None:
        page = pdf.paper(row, address=_address(row), zone=settings().zone)
        if keys.ring() is None:
            return page
        signed = signing_actions.sign(page, place=pdf.signer(row))
        with transaction():
            standing = signing_actions.keep(row, signed, now=clock.now())
    with storage().open(signing_actions.paper_key(standing.sha256)) as file:
        return file.read()


def _proof(row: Certificate | BranchRecord) -> ResponseReturnValue:
    if not proofs.is_covered(row):
        with transaction():
            log.hold()
            tree.checkpoint(now=clock.now())
    return sent(proofs.file_of(row), f"{row.number}.json", "application/json", attached=True)
