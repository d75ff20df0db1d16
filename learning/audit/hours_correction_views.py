"""The page on which the county corrects one person's hours by hand, by adding a line with its reason."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue.rules import quarters
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from learning.audit import hours_actions, hours_queries, people_queries
from learning.audit.blueprint import bp
from learning.audit.hours_forms import HoursCorrectionForm
from learning.audit.moments import moment
from learning.hours import queries, rules


@bp.route("/people/<int:person_id>/hours", methods=["GET", "POST"])
@may("set_hours")
def correct_hours(person_id: int) -> ResponseReturnValue:
    """The courses someone was credited with, each with its corrections, and the form of a further one."""
    form, person = HoursCorrectionForm(), people_queries.other_for(actor(), "set_hours", person_id)
    form.offer(hours_queries.credited(person))
    if form.validate_on_submit():
        try:
            with transaction():
                person = people_queries.other_for(actor(), "set_hours", person_id)
                wanted = quarters(form.hours.data) or 0
                row = hours_actions.correct(person, form.course_id.data, wanted, form.reason.data, actor=actor(), when=moment())
                year = row.year
            flash(_("已更正，记在 %(year)s 年；本人在学习档案里看得到原因。", year=year), "good")
            return redirect(url_for("audit.correct_hours", person_id=person_id))
        except Refused as fault:
            form.blame(fault)
    person = people_queries.other_for(actor(), "set_hours", person_id)
    courses, closed = hours_queries.credited(person), queries.last_closed()
    page = render_template("learning/audit/hours_correction.html", person=person, form=form, courses=courses, closed=closed, hours_text=rules.hours_text)
    return page, 422 if form.is_submitted() else 200
