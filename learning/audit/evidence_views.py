"""Pages of the auditor: find a person, and read how each of their records arose. Nothing here changes anything."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from courses.kernel.access import actor, may
from courses.kernel.plain import whole
from courses.kernel.web import paged
from learning.audit import evidence_queries
from learning.audit.blueprint import bp
from learning.classes import sign_in_queries as sign_ins
from learning.classes.rules import SESSION_WORDS, state_text
from learning.hours.rules import KINDS
from learning.progress.rules import clock_text, spans_text
from learning.records.rules import route_words


@bp.get("/evidence")
@may("see_evidence")
def evidence_people() -> ResponseReturnValue:
    """Everyone within reach, by name, to be searched."""
    words = request.args.get("words", "")[:40]
    page = paged(evidence_queries.people(actor(), words), number=request.args.get("page", 1, type=whole))
    return render_template("learning/audit/evidence_people.html", page=page, words=words)


@bp.get("/people/<int:person_id>/evidence")
@may("see_evidence")
def evidence_person(person_id: int) -> ResponseReturnValue:
    """The courses of one person, and how each was finished."""
    person = evidence_queries.person_for(actor(), person_id)
    courses, completions = evidence_queries.courses_of(person.id), evidence_queries.completions(person.id)
    return render_template("learning/audit/evidence_person.html", person=person, courses=courses, completions=completions, route_words=route_words)


@bp.get("/people/<int:person_id>/courses/<int:course_id>/evidence")
@may("see_evidence")
def evidence(person_id: int, course_id: int) -> ResponseReturnValue:
    """How one completion arose."""
    found = evidence_queries.evidence(actor(), person_id, course_id)
    return render_template(
        "learning/audit/evidence_course.html",
        found=found,
        signed=sign_ins.sessions_signed(person_id),
        names=evidence_queries.names(found),
        route_words=route_words,
        kinds=SESSION_WORDS,
        hours_kinds=KINDS,
        state_text=state_text,
        spans_text=spans_text,
        clock_text=clock_text,
    )
