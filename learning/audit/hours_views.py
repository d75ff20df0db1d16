"""Pages of the county's policy of hours: every version, a new one, and the closing of a year."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from learning.audit import hours_actions
from learning.audit.blueprint import bp
from learning.audit.hours_forms import ClosingForm, PolicyForm
from learning.audit.moments import moment
from learning.hours import queries, rules
from learning.hours.rules import Terms


@bp.get("/hours")
@may("set_hours", "see_evidence")
def hours() -> ResponseReturnValue:
    """Every version of the policy with its basis, and the years that are closed."""
    return _page(ClosingForm(formdata=None)), 200


@bp.route("/hours/policies/new", methods=["GET", "POST"])
@may("set_hours")
def new_policy() -> ResponseReturnValue:
    """Issue a version; it begins as a copy of the one in force."""
    form, today = PolicyForm(), moment().today
    form.offer(queries.terms(today) or Terms(), today)
    if form.validate_on_submit():
        try:
            with transaction():
                hours_actions.issue(form.since.data, form.terms(), form.reason.data, actor=actor(), now=moment().now)
            flash(_("新规则已发布，以前各版和已结账的年份都没有改动。"), "good")
            return redirect(url_for("audit.hours"))
        except Refused as fault:
            form.blame(fault)
    return render_template("learning/audit/hours_policy.html", form=form, topics=rules.TOPICS), 422 if form.is_submitted() else 200


@bp.post("/hours/closings")
@may("set_hours")
def close_year() -> ResponseReturnValue:
    """Close a year for good."""
    form = ClosingForm()
    if form.validate_on_submit():
        try:
            with transaction():
                hours_actions.close_year(form.year.data, form.reason.data, actor=actor(), today=moment().today, now=moment().now)
            flash(_("%(year)s 年已结账。以后的更正会记在下一个年度，并注明属于哪一年。", year=form.year.data), "good")
            return redirect(url_for("audit.hours"))
        except Refused as fault:
            form.blame(fault)
    return _page(form), 422


def _page(form: ClosingForm) -> str:
    today, versions = moment().today, queries.policies()
    due = queries.closable(today)
    if form.year.data is None:
        form.year.data = due
    now_in_force = queries.policy(today) if versions else None
    closings = queries.closings()
    return render_template("learning/audit/hours.html", versions=versions, current=now_in_force, lines=rules.lines, closings=closings, due=due, form=form)
