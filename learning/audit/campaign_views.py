"""Pages of whoever runs a campaign: what it sets out to do, and each organization's share."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import queries as catalogue
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.web import choices
from learning.audit import campaign_actions, campaign_forms
from learning.audit.blueprint import bp
from learning.audit.moments import today
from learning.classes import queries as classes
from learning.goals import queries as goals
from learning.goals.models import Campaign
from learning.goals.terms_rules import Terms
from learning.hours.rules import hours_text
from learning.organization import queries as organization
from learning.organization.models import Organization


def _form(row: Campaign | None, top: Organization | None) -> campaign_forms.CampaignForm:
    """The form filled in with the terms in force, or with the usual ones."""
    terms = row.terms if row else Terms()
    form = campaign_forms.CampaignForm(obj=row, data=None if row else {"since": today()})
    if not form.is_submitted():
        form.courses.data, form.means.data, form.kinds.data = list(terms.course_ids), terms.means, list(terms.kinds)
        form.hours.data, form.class_id.data, form.times.data = hours_text(terms.quarters) if terms.quarters else "", terms.class_id or 0, terms.times
        form.stages.data, form.roles.data, form.places.data = list(terms.stages), list(terms.roles), "\n".join(organization.codes(terms.organization_ids))
    open_now = {outline.course_id: outline.title for outline in catalogue.listed()}
    form.courses.choices = choices({**catalogue.titles(terms.course_ids), **open_now}.items())
    held = classes.classes_below(top.path) if top else []
    form.class_id.choices = choices([(0, _("没有选")), *((one.id, f"{one.title} · {one.organization.name}") for one in held)])
    return form


def _page(form: campaign_forms.CampaignForm, row: Campaign | None, status: int) -> ResponseReturnValue:
    tops = organization.tops(actor(), "run_campaign") if row is None else [row.organization]
    return render_template("learning/audit/campaign_edit.html", form=form, campaign=row, tops=tops), status


def _top() -> Organization | None:
    return next(iter(organization.tops(actor(), "run_campaign")), None)


@bp.get("/campaigns/new")
@may("run_campaign")
def new_campaign() -> ResponseReturnValue:
    """An empty form for a new campaign."""
    return _page(_form(None, _top()), None, 200)


@bp.post("/campaigns")
@may("run_campaign")
def launch_campaign() -> ResponseReturnValue:
    """Start a campaign of the organization at which this person holds the post."""
    form = _form(None, _top())
    if form.validate_on_submit():
        try:
            with transaction():
                campaign_id = campaign_actions.launch(form.data, actor=actor(), today=today(), now=clock.now()).id
            flash(_("活动已建好。接着可以分配名额。"), "good")
            return redirect(url_for("audit.shares", campaign_id=campaign_id))
        except Refused as fault:
            form.blame(fault)
    return _page(form, None, 422)


@bp.get("/campaigns/<int:campaign_id>/edit")
@may("run_campaign")
def edit_campaign(campaign_id: int) -> ResponseReturnValue:
    """The form of a campaign as it stands."""
    row = goals.run_by(actor(), campaign_id)
    return _page(_form(row, row.organization), row, 200)


@bp.post("/campaigns/<int:campaign_id>/edit")
@may("run_campaign")
def revise_campaign(campaign_id: int) -> ResponseReturnValue:
    """Change a campaign and count anew."""
    row = goals.run_by(actor(), campaign_id)
    form = _form(row, row.organization)
    if form.validate_on_submit():
        try:
            with transaction():
                campaign_actions.revise(goals.run_by(actor(), campaign_id), form.data, actor=actor(), today=today(), now=clock.now())
            flash(_("活动已修改，人数已重新统计。"), "good")
            return redirect(url_for("goals.campaign", campaign_id=campaign_id))
        except Refused as fault:
            form.blame(fault)
    return _page(form, goals.run_by(actor(), campaign_id), 422)


@bp.get("/campaigns/<int:campaign_id>/shares")
@may("run_campaign")
def shares(campaign_id: int) -> ResponseReturnValue:
    """Each organization's share of the target."""
    return _shares_page(goals.run_by(actor(), campaign_id), campaign_forms.SharesForm(), {}), 200


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
                    goals.run_by(actor(), campaign_id), None if how == "proportional" else typed, actor=actor(), today=today(), now=clock.now()
                )
            row = goals.run_by(actor(), campaign_id)
            whole = goals.added_up(row, goals.standing(campaign_id)).get(row.organization_id)
            flash(_("名额已保存。") + (str(whole.words) if whole else ""), "good" if whole is None or whole.fits else "warm")
            return redirect(url_for("audit.shares", campaign_id=campaign_id))
        except Refused as fault:
            form.blame(fault)
    return _shares_page(row, form, request.form), 422


def _shares_page(row: Campaign, form: campaign_forms.SharesForm, typed: Mapping[str, str]) -> str:
    rows = goals.standing(row.id)
    sums = goals.added_up(row, rows)
    return render_template("learning/audit/campaign_shares.html", campaign=row, rows=rows, sums=sums, form=form, typed=typed)
