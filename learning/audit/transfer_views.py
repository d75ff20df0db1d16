"""Pages of transfers: someone sent to another branch, someone asked for, and what waits for an answer."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from learning.audit import people_queries, transfer_actions, transfer_forms
from learning.audit.blueprint import bp
from learning.audit.moments import moment
from learning.organization import queries as organization
from learning.organization import transfer_queries
from learning.roster import queries as roster


@bp.get("/transfers")
@may("edit_people")
def transfers() -> ResponseReturnValue:
    """What waits for an answer, of ours or of others, and what was answered lately."""
    waiting, answered = transfer_queries.waiting(actor()), transfer_queries.answered(actor())
    form = transfer_forms.RefusalForm()
    return render_template("learning/audit/transfers.html", waiting=waiting, answered=answered, branches=people_queries.homes(actor()), form=form)


@bp.route("/people/<int:person_id>/transfer", methods=["GET", "POST"])
@may("edit_people")
def transfer_out(person_id: int) -> ResponseReturnValue:
    """转出: ask another branch, anywhere in the county, to take someone on."""
    form = transfer_forms.TransferOutForm()
    if form.validate_on_submit():
        try:
            with transaction():
                person = people_queries.other_for(actor(), "edit_people", person_id)
                transfer_actions.send(person, roster.branch_near(person, form.destination.data), actor=actor(), when=moment())
            flash(_("已提出转出，等对方支部接收。接收以前仍由本支部负责。"), "good")
            return redirect(url_for("audit.transfers"))
        except Refused as fault:
            form.blame(fault)
    person = people_queries.other_for(actor(), "edit_people", person_id)
    leaving = transfer_queries.open_of(person.id)
    return render_template("learning/audit/transfer_out.html", person=person, form=form, leaving=leaving), 422 if form.is_submitted() else 200


@bp.route("/branches/<int:organization_id>/transfers/new", methods=["GET", "POST"])
@may("edit_people")
def transfer_in(organization_id: int) -> ResponseReturnValue:
    """转入: ask the branch where someone is registered."""
    form = transfer_forms.TransferInForm()
    if form.validate_on_submit():
        try:
            with transaction():
                target = organization.home_for(actor(), "edit_people", organization_id)
                transfer_actions.ask_for(form.name.data, roster.branch_named(target, form.origin.data), target, actor=actor(), when=moment())
            flash(_("已提出转入，等原支部办理。"), "good")
            return redirect(url_for("audit.transfers"))
        except Refused as fault:
            form.blame(fault)
    target = organization.home_for(actor(), "edit_people", organization_id)
    return render_template("learning/audit/transfer_in.html", branch=target, form=form), 422 if form.is_submitted() else 200


@bp.post("/transfers/<int:transfer_id>/acceptance")
@may("edit_people")
def accept_transfer(transfer_id: int) -> ResponseReturnValue:
    """The other side agrees."""
    with transaction():
        row = transfer_queries.transfer_for(actor(), transfer_id, answering=True)
        name = transfer_actions.accept(row, actor=actor(), when=moment()).name
    flash(_("%(name)s 的组织关系已经转接，学习记录和学时跟着本人走。", name=name), "good")
    return redirect(url_for("audit.transfers"))


@bp.post("/transfers/<int:transfer_id>/refusal")
@may("edit_people")
def refuse_transfer(transfer_id: int) -> ResponseReturnValue:
    """The other side does not agree."""
    form = transfer_forms.RefusalForm()
    reason = form.reason.data or "" if form.validate_on_submit() else ""
    with transaction():
        transfer_actions.refuse(transfer_queries.transfer_for(actor(), transfer_id, answering=True), reason, actor=actor(), when=moment())
    flash(_("已退回，对方会看到原因。"), "good")
    return redirect(url_for("audit.transfers"))


@bp.post("/transfers/<int:transfer_id>/withdrawal")
@may("edit_people")
def withdraw_transfer(transfer_id: int) -> ResponseReturnValue:
    """The side that asked takes it back."""
    with transaction():
        transfer_actions.withdraw(transfer_queries.transfer_for(actor(), transfer_id, answering=False), actor=actor(), when=moment())
    flash(_("已撤回。"), "good")
    return redirect(url_for("audit.transfers"))
