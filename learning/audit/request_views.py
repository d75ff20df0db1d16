"""Pages of requests to correct a record: what waits, one request, and its answer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.kernel.web import paged
from learning.audit import request_actions, request_queries
from learning.audit.blueprint import bp
from learning.audit.request_forms import AnswerForm


@bp.get("/correction-requests")
@may("edit_people")
def correction_requests() -> ResponseReturnValue:
    """What people asked to have corrected, those that wait first."""
    page = paged(request_queries.inbox(actor()), number=request.args.get("page", 1, type=whole))
    return render_template("learning/audit/requests.html", page=page)


@bp.route("/correction-requests/<int:request_id>", methods=["GET", "POST"])
@may("edit_people")
def correction_request(request_id: int) -> ResponseReturnValue:
    """One request, what was answered, and the next answer."""
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            with transaction():
                asked = request_queries.request_for(actor(), request_id)
                request_actions.answer(asked, form.outcome.data, form.words.data, actor=actor(), now=clock.now())
            flash(_("已答复，本人在“学习档案”里看得到。"), "good")
            return redirect(url_for("audit.correction_requests"))
        except Refused as fault:
            form.blame(fault)
    row = request_queries.request_for(actor(), request_id)
    return render_template("learning/audit/request.html", row=row, form=form), 422 if form.is_submitted() else 200
