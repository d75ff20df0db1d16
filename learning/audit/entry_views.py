"""The page of entries: everything done to someone else's data, in human words."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.kernel.settings import settings
from courses.kernel.web import paged
from learning.audit import entry_actions, entry_queries
from learning.audit.blueprint import bp
from learning.audit.entry_rules import ACT_WORDS, Asked
from learning.goals.forms import day


@bp.get("/entries")
@may("see_entries")
def entries() -> ResponseReturnValue:
    """What was done by whom, newest first, to be searched."""
    asked = _asked()
    found = entry_queries.found(actor(), asked, zone=settings().zone)
    return render_template("learning/audit/entries.html", found=found, asked=asked, acts=ACT_WORDS, many=entry_queries.with_lines(found.rows))


@bp.post("/entries/exports")
@may("see_entries")
def export_entries() -> ResponseReturnValue:
    """Have all entries that the search finds written to a file in the background."""
    try:
        with transaction():
            entry_actions.export(_asked(), actor=actor(), now=clock.now())
    except Refused as fault:
        flash(str(fault.message), "warm")
    return redirect(url_for("exports.exports"))


@bp.get("/entries/<int:entry_id>")
@may("see_entries")
def entry(entry_id: int) -> ResponseReturnValue:
    """An entry about many people, with a line for each."""
    found = entry_queries.entry_for(actor(), entry_id)
    page = paged(entry_queries.lines(found), number=request.args.get("page", 1, type=whole))
    return render_template("learning/audit/entry.html", entry=found, page=page)


def _asked() -> Asked:
    """The search as typed; what makes no sense asks for nothing."""
    return Asked(
        words=_typed(request.args.get("words")),
        person=_typed(request.args.get("person")),
        by=_typed(request.args.get("by")),
        place=_typed(request.args.get("place")),
        act=_typed(request.args.get("act")),
        since=day(request.args.get("since")),
        until=day(request.args.get("until")),
        before=request.args.get("before", type=whole),
    )


def _typed(text: str | None) -> str:
    return (text or "").replace("\0", "").strip()[:80]
