"""Erasing a person's data in two steps, and the page on which an auditor reads what was erased and what stands."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.fields.simple import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.kernel.web import Form, paged
from learning.accounts.forms import no_numbers
from learning.audit import erasure_actions, erasure_queries
from learning.audit.blueprint import bp
from learning.audit.moments import moment


class ErasureForm(Form):
    reason = StringField(_l("依据或原因"), [InputRequired(_l("请写明依据或原因")), Length(max=200), no_numbers])
    sure = HiddenField()


@bp.route("/people/<int:person_id>/erasure", methods=["GET", "POST"])
@may("revoke_records")
def erasure(person_id: int) -> ResponseReturnValue:
    """What would be erased and what stands; then the same once more with the reason, and only then it is done."""
    form, subject = ErasureForm(), erasure_queries.subject(actor(), person_id)
    if not form.validate_on_submit():
        return _page(person_id, form, step=1)
    if form.sure.data != "yes":
        try:
            erasure_actions.must_be_erasable(subject.person, form.reason.data or "", actor=actor())
        except Refused as fault:
            form.blame(fault)
            return _page(person_id, form, step=1)
        return _page(person_id, form, step=2)
    try:
        with transaction():
            person = erasure_queries.subject(actor(), person_id).person
            left = len(erasure_actions.erase(person, form.reason.data or "", actor=actor(), when=moment()).leaves)
    except Refused as fault:
        form.blame(fault)
        return _page(person_id, form, step=1)
    flash(_("已删除，不能恢复。登记簿里的 %(n)s 条只留承诺值，证明的编号仍然查得到。", n=left), "good")
    return redirect(url_for("audit.erasures"))


@bp.get("/erasures")
@may("see_entries")
def erasures() -> ResponseReturnValue:
    """Whose data was erased, without their names: when, by whom, why, and which leaves of the log still prove what was issued."""
    page = paged(erasure_queries.erasures(actor()), number=request.args.get("page", 1, type=whole), size=30)
    return render_template("learning/audit/erasures.html", page=page, rows=erasure_queries.standing(page.rows))


def _page(person_id: int, form: ErasureForm, *, step: int) -> ResponseReturnValue:
    subject = erasure_queries.subject(actor(), person_id)
    return render_template("learning/audit/erasure.html", subject=subject, form=form, step=step), 422 if form.errors else 200
