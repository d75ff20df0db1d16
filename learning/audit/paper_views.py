"""What whoever answers for certificates may do to one: take it back, or say how a name on it should read."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.settings import settings
from learning.audit import paper_actions
from learning.audit.blueprint import bp
from learning.records import forms
from learning.records import queries as records


@bp.post("/certificates/<int:certificate_id>/revocation")
@may("revoke_records")
def revoke(certificate_id: int) -> ResponseReturnValue:
    """Take a certificate back; the row says who and why, for ever."""
    records.certificate_to_change(actor(), certificate_id)
    form = forms.Revocation()
    if not form.validate_on_submit():
        flash(form.first_fault(), "bad")
        return redirect(url_for("records.certificate", certificate_id=certificate_id))
    now = clock.now()
    with transaction():
        row = records.certificate_to_change(actor(), certificate_id)
        paper_actions.revoke(row, form.reason.data, actor=actor(), today=clock.day_of(now, settings().zone), now=now)
    flash(_("已撤销，查验时会显示“已撤销”，学时已冲减，活动人数已重新统计。"), "good")
    return redirect(url_for("records.certificate", certificate_id=certificate_id))


@bp.post("/certificates/<int:certificate_id>/correction")
@may("revoke_records")
def correct(certificate_id: int) -> ResponseReturnValue:
    """Say how a name on a certificate should read."""
    records.certificate_to_change(actor(), certificate_id)
    form = forms.Correction()
    if not form.validate_on_submit():
        flash(form.first_fault(), "bad")
        return redirect(url_for("records.certificate", certificate_id=certificate_id))
    with transaction():
        row = records.certificate_to_change(actor(), certificate_id)
        paper_actions.correct(row, form.field.data, form.value.data, form.reason.data, actor=actor(), now=clock.now())
    flash(_("已更正，查验时会显示“已更正”。"), "good")
    return redirect(url_for("records.certificate", certificate_id=certificate_id))
