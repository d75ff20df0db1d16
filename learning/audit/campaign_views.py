"""Pages of whoever runs a campaign: what it sets out to do, and each organization's share."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import queries as catalogue
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from courses.kernel.web import choices
from learning.audit import campaign_actions, campaign_forms
from learning.audit.blueprint import bp
from learning.goals import queries as goals
from learning.goals.models import Campaign
from learning.organization import queries as organization


def _today() -> date:
    return clock.day_of(clock.now(), settings().zone)


def _form(row: Campaign | None) -> campaign_forms.CampaignForm:
    required = [one.course_id for one in row.required] if row else []
    form = campaign_forms.CampaignForm(obj=row, data=None if row else {"since": _today()})
    if not form.is_submitted():
        form.courses.data = required
    open_now = {outline.course_id: outline.title for outline in catalogue.listed()}
    form.courses.choices = choices({**catalogue.titles(required), **open_now}.items())
    return form


@bp.get("/campaigns/new")
@may("run_campaign")
def new_campaign() -> ResponseReturnValue:
    """An empty form for a new campaign."""
    return render_template("learning/audit/campaign_edit.html", form=_form(None), campaign=None, tops=organization.tops(actor(), "run_campaign"))


@bp.post("/campaigns")
@may("run_campaign")
def launch_campaign() -> ResponseReturnValue:
    """Start a campaign of the organization at which this person holds the post."""
    form = _form(None)
    if form.validate_on_submit():
        try:
            with transaction():
                campaign_id = campaign_actions.launch(form.data, actor=actor(), today=_today(), now=clock.now()).id
            flash(_("活动已建好。接着可以分配名额。"), "good")
            return redirect(url_for("audit.shares", campaign_id=campaign_id))
        except Refused as fault:
            form.blame(fault)
    return render_template("learning/audit/campaign_edit.html", form=form, campaign=None, tops=organization.tops(actor(), "run_campaign")), 422


@bp.get("/campaigns/<int:campaign_id>/edit")
@may("run_campaign")
def edit_campaign(campaign_id: int) -> ResponseReturnValue:
    """The form of a campaign as it stands."""
    row = goals.run_by(actor(), campaign_id)
    return render_template("learning/audit/campaign_edit.html", form=_form(row), campaign=row)


@bp.post("/campaigns/<int:campaign_id>/edit")
@may("run_campaign")
def revise_campaign(campaign_id: int) -> ResponseReturnValue:
    """Change a campaign and count anew."""
    row = goals.run_by(actor(), campaign_id)
    form = _form(row)
    if form.validate_on_submit():
        try:
            with transaction():
                campaign_actions.revise(goals.run_by(actor(), campaign_id), form.data, actor=actor(), today=_today(), now=clock.now())
            flash(_("活动已修改，人数已重新统计。"), "good")
            return redirect(url_for("goals.campaign", campaign_id=campaign_id))
        except Refused as fault:
            form.blame(fault)
    return render_template("learning/audit/campaign_edit.html", form=form, campaign=goals.run_by(actor(), campaign_id)), 422


@bp.get("/campaigns/<int:campaign_id>/shares")
@may("run_campaign")
def shares(campaign_id: int) -> ResponseReturnValue:
    """Each organization's share of the target."""
    row = goals.run_by(actor(), campaign_id)
    return render_template("learning/audit/campaign_shares.html", campaign=row, rows=goals.standing(campaign_id), form=campaign_forms.SharesForm(), typed={})


@bp.post("/campaigns/<int:campaign_id>/shares")
@may("run_campaign")
def set_shares(campaign_id: int) -> ResponseReturnValue:
    """Set the shares as typed, or all of them in proportion to 应训."""
    form = campaign_forms.SharesForm()
    row = goals.run_by(actor(), campaign_id)
    rows = goals.standing(campaign_id)
    if form.validate_on_submit():
        try:
            typed = campaign_forms.shares(request.form, [one.organization.id for one in rows])
            how = request.form.get("how", "typed")
            with transaction():
                campaign_actions.share(
                    goals.run_by(actor(), campaign_id), None if how == "proportional" else typed, actor=actor(), today=_today(), now=clock.now()
                )
            flash(_("名额已保存。"), "good")
            return redirect(url_for("audit.shares", campaign_id=campaign_id))
        except Refused as fault:
            form.blame(fault)
    return render_template("learning/audit/campaign_shares.html", campaign=row, rows=goals.standing(campaign_id), form=form, typed=request.form), 422
