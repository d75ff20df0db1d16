"""The page of a practical lesson: its steps to tick on the spot, and on paper a list with room for a signature."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import queries as catalogue
from courses.catalogue import review_queries
from courses.catalogue.rules import LessonOutline
from courses.kernel import clock
from courses.kernel.access import actor, signed_in
from courses.kernel.db import transaction
from courses.kernel.plain import whole
from courses.media import queries as media
from learning.progress import actions as progress
from learning.progress import practice_actions, practice_queries
from learning.study import queries, rules
from learning.study.blueprint import bp


@bp.post("/lessons/<int:lesson_id>/ticks")
@signed_in
def tick(lesson_id: int) -> ResponseReturnValue:
    """Keep what the person ticked."""
    now = clock.now()
    with transaction(seat=actor().id):
        outline, part = queries.lesson_for(actor().id, lesson_id, "practice")
        progress.enrol(actor().id, outline.course_id, outline.version_id, now=now)
        practice_actions.tick(actor().id, part, request.form.getlist("step", type=whole), now=now)
        asking = practice_queries.practices(part, [actor().id])[actor().id].is_asking
    flash(_("已保存。请在场的支部书记或讲师确认，确认后这一课就学完了。") if asking else _("已保存，可以接着做。"), "good")
    return redirect(url_for("study.lesson", lesson_id=lesson_id))


def page(state: rules.CourseState, part: LessonOutline, *, done: bool, after: rules.Step | None) -> str:
    """The steps of a practical lesson, and how far the person is."""
    mine = actor().id
    proof = practice_queries.completions(state.outline.course_id, part.origin, [mine]).get(mine)
    witness = proof.evidence.get("witness") if proof else None
    return render_template(
        "learning/study/practice.html",
        course=state,
        lesson=part,
        sections=catalogue.lesson_sections(part.id, media.picture_book(person_id=mine, version_id=state.outline.version_id, now=clock.now())),
        practice=practice_queries.practices(part, [mine])[mine],
        done=done,
        after=after,
        proof=proof,
        witness=review_queries.names([witness]).get(witness or 0, ""),
    )
