"""The page of notes 请核对: for a conversation, never a penalty. The person sees their own at their record."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from courses.catalogue import queries as catalogue
from courses.kernel.access import actor, may
from courses.kernel.plain import whole
from courses.kernel.web import paged
from learning.audit import note_queries
from learning.audit.blueprint import bp
from learning.organization import queries as organization
from learning.progress import note_rules


@bp.get("/notes")
@may("see_notes")
def notes() -> ResponseReturnValue:
    """The notes within reach."""
    page = paged(note_queries.notes(actor()), number=request.args.get("page", 1, type=whole))
    people, titles = organization.names(row.person_id for row in page.rows), catalogue.titles(row.course_id for row in page.rows)
    return render_template("learning/audit/notes.html", page=page, people=people, titles=titles, kinds=note_rules.KIND_WORDS, words=note_rules.words)
