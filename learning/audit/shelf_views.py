"""结业证明 of an organization and all below it: how many there are, those that are missing issued, and files of many."""

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from learning.audit import paper_actions, paper_queries
from learning.audit.blueprint import bp
from learning.records.views import site_address

_NARROWED = ("course_id", "class_id", "year")


@bp.get("/organizations/<int:organization_id>/certificates")
@may("see_people")
def certificates(organization_id: int) -> ResponseReturnValue:
    """What was issued here, what is missing, and what can be made of it."""
    asked = {name: request.args.get(word, type=whole) for name, word in zip(_NARROWED, ("course", "class", "year"), strict=True)}
    shelf = paper_queries.shelf(actor(), "see_people", organization_id, asked)
    return render_template("learning/audit/shelf.html", shelf=shelf, may_issue=actor().may("issue_records", shelf.where))


@bp.get("/organizations/<int:organization_id>/certificates/progress")
@may("see_people")
def issuing_progress(organization_id: int) -> ResponseReturnValue:
    """How far the worker is with what is being issued here, for the page's script."""
    row = paper_queries.issuing(actor(), organization_id)
    answer = jsonify(busy=row is not None, percent=row.job.progress if row else 100)
    answer.cache_control.no_store = True
    return answer


@bp.post("/organizations/<int:organization_id>/certificates/issuances")
@may("issue_records")
def issue_certificates(organization_id: int) -> ResponseReturnValue:
    """Have the missing ones issued in the background."""
    asked = _asked(request.form)
    try:
        with transaction():
            shelf = paper_queries.shelf(actor(), "issue_records", organization_id, asked)
            total = paper_actions.issue_many(shelf, actor=actor(), now=clock.now()).total
        flash(_("正在后台补发 %(n)s 份证明，可以离开这一页。", n=total), "good")
    except Refused as fault:
        if fault.status != Refused.status:
            raise
        flash(str(fault.message), "warm")
    return _back(organization_id, asked)


@bp.post("/organizations/<int:organization_id>/certificates/exports")
@may("see_people")
def export_certificates(organization_id: int) -> ResponseReturnValue:
    """Have a file of these made in the background."""
    asked = _asked(request.form)
    try:
        with transaction():
            shelf = paper_queries.shelf(actor(), "see_people", organization_id, asked)
            paper_actions.export_many(shelf, request.form.get("make", ""), base=site_address(), actor=actor(), now=clock.now())
        return redirect(url_for("exports.exports"))
    except Refused as fault:
        if fault.status != Refused.status:
            raise
        flash(str(fault.message), "warm")
    return _back(organization_id, asked)


def _asked(form: Mapping[str, Any]) -> dict[str, int | None]:
    return {name: int(form[name]) if form.get(name, "").isdecimal() and len(form[name]) < 10 else None for name in _NARROWED}


def _back(organization_id: int, asked: Mapping[str, int | None]) -> ResponseReturnValue:
    narrowed: dict[str, Any] = {"course": asked["course_id"], "class": asked["class_id"], "year": asked["year"]}
    return redirect(url_for("audit.certificates", organization_id=organization_id, **narrowed))
