"""Pages of a branch's roster, of people found by name, and of one person's record. Nothing here changes anything."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from courses.kernel.access import actor, may
from courses.kernel.plain import whole
from courses.kernel.web import paged
from learning.audit import class_queries, desk_queries, entry_queries, evidence_queries, people_queries, request_queries
from learning.audit.blueprint import bp
from learning.audit.moments import moment, today
from learning.audit.people_rules import advice
from learning.classes.rules import SESSION_WORDS, state_text
from learning.hours.rules import KINDS
from learning.organization import queries as organization
from learning.organization import transfer_queries
from learning.records.rules import route_words


@bp.get("/branches/<int:organization_id>")
@may("see_roster")
def branch(organization_id: int) -> ResponseReturnValue:
    """Who still needs help, who is studying, who has finished; each with what would help."""
    where = class_queries.branch_for(actor(), "see_roster", organization_id)
    roster = people_queries.roster(where, request.args.get("campaign", type=whole), today=today())
    return render_template(
        "learning/audit/branch.html",
        roster=roster,
        branch=where,
        advice=advice,
        incoming=desk_queries.incoming(actor()),
        requests=request_queries.waiting(actor()),
        leaving=transfer_queries.leaving(where.id) if actor().may("edit_people", where) else [],
    )


@bp.get("/people")
@may("see_people")
def people() -> ResponseReturnValue:
    """Everyone within reach, by name, to be searched."""
    words = request.args.get("words", "")[:40]
    page = paged(people_queries.found(actor(), words), number=request.args.get("page", 1, type=whole))
    return render_template("learning/audit/people.html", page=page, words=words)


@bp.get("/people/<int:person_id>")
@may("see_people")
def person(person_id: int) -> ResponseReturnValue:
    """One person's record: what was finished and how, and what can be done for them."""
    when = moment()
    found = organization.person_for(actor(), "see_people", person_id)
    record = people_queries.record(found, today=when.today)
    courses = evidence_queries.courses_of(found.id)
    entries = entry_queries.about(actor(), found)
    helped = actor().id != found.id and people_queries.helps(actor(), found)
    way_in = people_queries.way_in(found, now=when.now) if helped else None
    return render_template(
        "learning/audit/person.html",
        record=record,
        person=found,
        courses=courses,
        entries=entries,
        way_in=way_in,
        route_words=route_words,
        leaving=transfer_queries.open_of(found.id),
    )


@bp.get("/people/<int:person_id>/courses/<int:course_id>")
@may("see_people")
def person_course(person_id: int, course_id: int) -> ResponseReturnValue:
    """How one completion arose, without the positions watched and the answers given, which are for the auditor alone."""
    found = evidence_queries.evidence(actor(), person_id, course_id, capability="see_people")
    return render_template(
        "learning/audit/person_course.html",
        found=found,
        names=evidence_queries.names(found),
        route_words=route_words,
        kinds=SESSION_WORDS,
        hours_kinds=KINDS,
        state_text=state_text,
    )
