"""Pages of 通知公告: everyone reads what reaches them; committees and branches post and withdraw their own."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel.access import actor, may, signed_in
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.kernel.web import paged
from learning.audit import notice_actions
from learning.audit.blueprint import bp
from learning.audit.moments import moment
from learning.audit.notice_forms import NoticeForm
from learning.notices import queries
from learning.organization import queries as organization

USUAL = timedelta(days=30)


@bp.get("/notices")
@signed_in
def notices() -> ResponseReturnValue:
    """What reaches the person asking, from their own branch and from above."""
    where = actor().membership.organization if actor().membership else None
    page = paged(queries.reaching(where, moment().today), number=request.args.get("page", 1, type=whole), size=20)
    return render_template("learning/audit/notices.html", page=page)


@bp.route("/organizations/<int:organization_id>/notices", methods=["GET", "POST"])
@may("post_notice")
def notices_of(organization_id: int) -> ResponseReturnValue:
    """Post a notice of an organization, and see what it has posted."""
    form, when = NoticeForm(), moment()
    where = organization.organization_for(actor(), "post_notice", organization_id)
    if form.validate_on_submit():
        try:
            with transaction():
                where = organization.organization_for(actor(), "post_notice", organization_id)
                notice_actions.post(where, form.title.data, form.text.data, until=form.until.data, actor=actor(), when=when)
            flash(_("已经发出，本级和下级的同志在首页看得到。"), "good")
            return redirect(url_for("audit.notices_of", organization_id=organization_id))
        except Refused as fault:
            form.blame(fault)
    if not form.is_submitted():
        form.until.data = when.today + USUAL
    page = paged(queries.posted_at(where), number=request.args.get("page", 1, type=whole), size=20)
    answer = render_template("learning/audit/notices_of.html", form=form, where=where, page=page, today=when.today)
    return answer, 422 if form.is_submitted() else 200


@bp.post("/notices/<int:notice_id>/withdrawal")
@may("post_notice")
def withdraw_notice(notice_id: int) -> ResponseReturnValue:
    """Show a notice to nobody any more."""
    with transaction():
        notice = queries.notice_for(actor(), notice_id)
        notice_actions.withdraw(notice, actor=actor(), when=moment())
        organization_id = notice.organization_id
    flash(_("已撤下，谁也看不到了；操作记录里留有一条。"), "good")
    return redirect(url_for("audit.notices_of", organization_id=organization_id))
