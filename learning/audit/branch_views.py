"""Pages of a branch's completion record: the preview, the secretary's confirmation, and the records confirmed before."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.plain import whole
from learning.audit import branch_queries, branch_rules, class_queries
from learning.audit.actions import note
from learning.audit.blueprint import bp
from learning.audit.moments import today
from learning.records import actions as records
from learning.records import queries as record_queries
from learning.records.rules import FORM_WORDS


@bp.get("/branches/<int:organization_id>/record")
@may("see_roster")
def branch_record(organization_id: int) -> ResponseReturnValue:
    """What the record would say today, and the records confirmed before."""
    branch = class_queries.branch_for(actor(), "see_roster", organization_id)
    campaign = branch_queries.campaign_of(branch, request.args.get("campaign", type=whole), on=today())
    preview = branch_queries.preview(branch, campaign, today=today())
    earlier = record_queries.branch_records(branch.id)
    return render_template("learning/audit/branch_record_preview.html", preview=preview, earlier=earlier, routes=FORM_WORDS, notes=branch_rules.notes)


@bp.post("/branches/<int:organization_id>/record")
@may("confirm_branch")
def confirm_record(organization_id: int) -> ResponseReturnValue:
    """The branch secretary confirms: the record is read anew, numbered and kept."""
    with transaction():
        branch = class_queries.branch_for(actor(), "confirm_branch", organization_id)
        campaign = branch_queries.campaign_of(branch, request.form.get("campaign", type=whole), on=today())
        preview = branch_queries.preview(branch, campaign, today=today())
        content = preview.content(confirmed_by=actor().name, confirmed_on=today())
        row = records.confirm_branch(branch, campaign.id, preview.as_of, content, actor=actor(), now=clock.now())
        words = f"确认支部完成记录 {row.number}（“{campaign.title}”，统计日期 {preview.as_of.isoformat()}）"
        note("confirm_branch", words, actor=actor(), organization_id=branch.id, now=clock.now())
        record_id = row.id
    flash(_("支部完成记录已确认，可以打印或下载。"), "good")
    return redirect(url_for("records.branch_record", record_id=record_id))
