"""我的导出: the files that one asked for, how far each is, and the file itself."""

from urllib.parse import quote

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel import clock
from courses.kernel.access import actor, signed_in
from courses.kernel.db import db, transaction
from courses.kernel.plain import whole
from courses.kernel.sending import kept_file
from courses.kernel.web import paged
from learning.exports import actions, queries, rules

bp = Blueprint("exports", __name__)


@bp.get("/exports")
@signed_in
def exports() -> ResponseReturnValue:
    """Everything that one asked for, newest first, with what became of it."""
    page = paged(queries.exports_of(actor()), number=request.args.get("page", 1, type=whole), size=30)
    now = clock.now()
    states = {row.id: rules.state(ready_at=row.ready_at, fault=row.fault, until=row.until, now=now) for row in page.rows}
    return render_template("learning/exports/exports.html", page=page, states=states, size_text=rules.size_text, kept=rules.KEPT.days)


@bp.get("/exports/<int:export_id>/progress")
@signed_in
def progress(export_id: int) -> ResponseReturnValue:
    """How far the worker is with a file, for the page's script."""
    row = queries.export_for(actor(), export_id)
    busy = rules.state(ready_at=row.ready_at, fault=row.fault, until=row.until, now=clock.now()) == "busy"
    answer = jsonify(busy=busy, percent=row.job.progress)
    answer.cache_control.no_store = True
    return answer


@bp.get("/exports/<int:export_id>/file")
@signed_in
def file(export_id: int) -> ResponseReturnValue:
    """The file, for the one who asked for it, as long as they may."""
    row = queries.file_for(actor(), export_id, now=clock.now())
    key, name = row.key, row.file_name
    db.session.rollback()  # a slow line must not hold a read transaction
    answer = kept_file(key, mime=rules.mime_of(name), seconds=0)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/exports/<int:export_id>/removal")
@signed_in
def remove(export_id: int) -> ResponseReturnValue:
    """Remove a file before its time, or stop making it."""
    with transaction():
        actions.remove(queries.export_for(actor(), export_id), now=clock.now())
    flash(_("已删除。需要时可以再生成一次。"), "good")
    return redirect(url_for("exports.exports"))
