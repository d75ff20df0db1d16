"""Pages on which a roster is brought in from a file: the file, the preview with its columns, the import; and a roster taken out as a file."""

import io
import tempfile
from pathlib import Path

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from courses.kernel.access import actor, may
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.kernel.settings import settings
from courses.kernel.web import Page, takes_file
from learning.audit import import_actions, import_forms, import_queries, lists
from learning.audit.blueprint import bp
from learning.audit.import_queries import Preview
from learning.audit.moments import moment
from learning.exports.rules import MIMES
from learning.organization.models import Organization
from learning.roster import actions as roster
from learning.roster import column_rules, export_rules, files, queries
from learning.roster.table_rules import Table

_SIZE = 100


@bp.route("/organizations/<int:organization_id>/roster/import", methods=["GET", "POST"])
@takes_file(megabytes=10)
@may("edit_people")
def import_roster(organization_id: int) -> ResponseReturnValue:
    """Choose a file; it is read at once, and nothing is changed before its preview was seen."""
    form, where = import_forms.RosterFileForm(), import_queries.place_for(actor(), organization_id)
    if not form.validate_on_submit():
        return _file_page(where, form)
    try:
        table = _read(form.file.data)
        with transaction():
            where = import_queries.place_for(actor(), organization_id)
            key, when = settings().data_key, moment()
            roster_id = roster.keep(where, table, form.file.data.filename or "", actor=actor(), key=key, now=when.now).id
        return redirect(url_for("audit.roster_preview", roster_id=roster_id))
    except Refused as fault:
        if fault.status != Refused.status:
            raise
        form.file.errors = [fault.message]
    return _file_page(import_queries.place_for(actor(), organization_id), form)


@bp.get("/roster-drafts/<int:roster_id>")
@may("edit_people")
def roster_preview(roster_id: int) -> ResponseReturnValue:
    """Every change and complaint, by row, and what each column was taken to mean."""
    return _preview_page(_preview(roster_id))


@bp.post("/roster-drafts/<int:roster_id>/columns")
@may("edit_people")
def roster_columns(roster_id: int) -> ResponseReturnValue:
    """Say what the columns mean; remembered for the next file of this organization."""
    with transaction():
        draft = queries.draft_for(actor(), roster_id)
        table = import_queries.preview(draft, actor=actor(), key=settings().data_key, today=moment().today).table
        wanted = import_forms.columns(request.form, len(table.headers))
        try:
            roster.set_columns(draft, table, wanted, actor=actor(), now=moment().now)
        except Refused as fault:
            flash(str(fault.message), "bad")
        else:
            flash(_("已按新的对应关系重新读取，下次自动照此读取。"), "good")
    return redirect(url_for("audit.roster_preview", roster_id=roster_id))


@bp.post("/roster-drafts/<int:roster_id>/import")
@may("edit_people")
def apply_roster(roster_id: int) -> ResponseReturnValue:
    """Do what the preview showed, in one transaction."""
    form = import_forms.GoOnForm()
    try:
        with transaction():
            preview = _preview(roster_id)
            where = preview.draft.organization_id
            plan = import_actions.apply(preview, form.plan.data or "", actor=actor(), key=settings().data_key, when=moment())
            to_branch = import_queries.is_branch(preview.draft.organization)
    except Refused as fault:
        if fault.status != Refused.status:
            raise
        flash(str(fault.message), "warm")
        return redirect(url_for("audit.roster_preview", roster_id=roster_id))
    flash(_("已导入：新加入 %(new)s 人，修改 %(old)s 人。", new=plan.added, old=len(plan.changes) - plan.added), "good")
    return redirect(url_for("audit.branch", organization_id=where) if to_branch else url_for("audit.desk"))


@bp.get("/organizations/<int:organization_id>/roster.xlsx")
@may("edit_people")
def roster_xlsx(organization_id: int) -> ResponseReturnValue:
    """The roster of a branch as a workbook that reads back without a change."""
    out = io.BytesIO()
    rows, title = import_queries.exported(import_queries.home_for(actor(), organization_id), asking=actor().id)
    lists.roster_sheet(out, title, rows)
    return _file(out.getvalue(), f"{title}.xlsx", MIMES["xlsx"])


@bp.get("/organizations/<int:organization_id>/roster.csv")
@may("edit_people")
def roster_csv(organization_id: int) -> ResponseReturnValue:
    """The same as comma-separated text."""
    rows, title = import_queries.exported(import_queries.home_for(actor(), organization_id), asking=actor().id)
    return _file(files.text([export_rules.HEADERS, *rows]), f"{title}.csv", MIMES["csv"])


@bp.post("/organizations/<int:organization_id>/roster/exports")
@may("edit_people")
def export_roster(organization_id: int) -> ResponseReturnValue:
    """Have the rosters at and below an organization, however many there are, written to a file in the background."""
    try:
        with transaction():
            where = import_queries.place_for(actor(), organization_id)
            import_actions.export(where, request.form.get("make", ""), actor=actor(), now=moment().now)
    except Refused as fault:
        if fault.status != Refused.status:
            raise
        flash(str(fault.message), "warm")
    return redirect(url_for("exports.exports"))


def _file(data: bytes, name: str, kind: str) -> ResponseReturnValue:
    db.session.rollback()  # a slow line must not hold a read transaction
    answer = send_file(io.BytesIO(data), mimetype=kind, download_name=name, as_attachment=True)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _read(file: FileStorage) -> Table:
    """The file as a table; what was uploaded is gone from the disk when this returns."""
    db.session.rollback()  # reading takes seconds, and must not hold a read transaction
    with tempfile.TemporaryDirectory(prefix="roster-") as folder:
        path = Path(folder) / "file"
        file.save(path)
        return files.read(path)


def _preview(roster_id: int) -> Preview:
    return import_queries.preview(queries.draft_for(actor(), roster_id), actor=actor(), key=settings().data_key, today=moment().today)


def _file_page(where: Organization, form: import_forms.RosterFileForm) -> ResponseReturnValue:
    branch = import_queries.is_branch(where)
    return render_template("learning/audit/roster_import.html", where=where, form=form, is_branch=branch), 422 if form.errors else 200


def _preview_page(preview: Preview) -> ResponseReturnValue:
    items = preview.items
    pages = max(1, -(-len(items) // _SIZE))
    number = min(max(1, request.args.get("page", 1, type=whole)), pages)
    page = Page(items[(number - 1) * _SIZE : number * _SIZE], number, pages, len(items))
    form = import_forms.GoOnForm(plan=preview.plan.fingerprint if preview.plan else "")
    return render_template("learning/audit/roster_preview.html", preview=preview, page=page, form=form, fields=column_rules.FIELD_WORDS)
