"""Pages of 投诉建议: everyone writes and reads the answers; committees answer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel import clock
from courses.kernel.access import actor, may, signed_in
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.kernel.web import paged
from learning.audit import actions, feedback_forms, feedback_queries
from learning.audit.blueprint import bp


@bp.route("/feedback", methods=["GET", "POST"])
@signed_in
def feedback() -> ResponseReturnValue:
    """Write to the committee, and read what it answered."""
    form = feedback_forms.LetterForm()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.write_feedback(form.text.data, actor=actor(), now=clock.now())
            flash(_("已经送到上级党委，答复会显示在这一页。"), "good")
            return redirect(url_for("audit.feedback"))
        except Refused as fault:
            form.blame(fault)
    mine = feedback_queries.mine(actor().id)
    return render_template("learning/audit/feedback.html", form=form, mine=mine), 422 if form.is_submitted() else 200


@bp.get("/feedback/inbox")
@may("answer_feedback")
def feedback_inbox() -> ResponseReturnValue:
    """What people wrote, those that wait first."""
    page = paged(feedback_queries.inbox(actor()), number=request.args.get("page", 1, type=whole))
    return render_template("learning/audit/feedback_inbox.html", page=page)


@bp.route("/feedback/<int:feedback_id>", methods=["GET", "POST"])
@may("answer_feedback")
def feedback_letter(feedback_id: int) -> ResponseReturnValue:
    """One letter, and its answer."""
    form = feedback_forms.AnswerForm()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.answer_feedback(feedback_queries.letter_for(actor(), feedback_id), form.answer.data, actor=actor(), now=clock.now())
            flash(_("已答复，写信的同志在“投诉建议”里看得到。"), "good")
            return redirect(url_for("audit.feedback_inbox"))
        except Refused as fault:
            form.blame(fault)
    letter = feedback_queries.letter_for(actor(), feedback_id)
    return render_template("learning/audit/feedback_letter.html", form=form, letter=letter), 422 if form.is_submitted() else 200
