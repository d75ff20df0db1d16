"""The page of entries: everything done to someone else's data, in human words."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from courses.kernel.access import actor, may
from courses.kernel.web import paged
from learning.audit import entry_queries
from learning.audit.blueprint import bp


@bp.get("/entries")
@may("see_entries")
def entries() -> ResponseReturnValue:
    """What was done by whom, newest first, to be searched."""
    words = request.args.get("words", "")[:40]
    page = paged(entry_queries.entries(actor(), words), number=request.args.get("page", 1, type=int))
    return render_template("learning/audit/entries.html", page=page, words=words, many=entry_queries.with_lines(page.rows))


@bp.get("/entries/<int:entry_id>")
@may("see_entries")
def entry(entry_id: int) -> ResponseReturnValue:
    """An entry about many people, with a line for each."""
    found = entry_queries.entry_for(actor(), entry_id)
    page = paged(entry_queries.lines(found), number=request.args.get("page", 1, type=int))
    return render_template("learning/audit/entry.html", entry=found, page=page)
