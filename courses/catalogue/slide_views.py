"""The trainer's slides beside a lecture."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import queries, slide_actions
from courses.catalogue.blueprint import bp
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.media import queries as media


@bp.post("/workshop/lessons/<int:lesson_id>/slides")
@may("write_courses")
def slides(lesson_id: int) -> ResponseReturnValue:
    """Choose the slides of a lecture and say from when each stands, or take them away."""
    with transaction():
        row = queries.own_lesson(actor(), lesson_id)
        if request.form.get("remove"):
            slide_actions.remove_slides(row)
            said = _("幻灯片已经去掉。")
        else:
            sent = request.form.get("slides_id", type=whole)
            if sent is None:
                raise Refused("请先选一份课件，或者在这里上传一份。")
            deck = row.slides.asset if row.slides is not None and row.slides.asset_id == sent else media.own_asset(actor(), sent)
            slide_actions.set_slides(row, deck, request.form.getlist("at"))
            said = _("幻灯片已保存。")
    flash(said, "good")
    return redirect(url_for("catalogue.lesson", lesson_id=lesson_id, _anchor="slides"))
