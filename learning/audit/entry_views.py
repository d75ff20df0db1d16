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
    return render_template("learning/audit/entries.html", page=page, words=words)
