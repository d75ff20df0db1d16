"""The reviewer's pages: what waits, and one version in full with the decision about it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import actions, forms, measure, queries, review_queries, rules
from courses.catalogue.blueprint import bp
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.settings import settings


@bp.get("/reviews")
@may("review_courses", "withdraw_courses")
def reviews() -> ResponseReturnValue:
    """What waits for review, oldest first, and what has been published within reach."""
    waiting = review_queries.waiting(actor())
    published = [(row, queries.state_of(row)) for row in review_queries.published_within(actor(), "review_courses", "withdraw_courses")]
    names = review_queries.names(row.course.author_id for row in waiting)
    return render_template("courses/catalogue/reviews.html", waiting=waiting, published=published, names=names)


@bp.get("/reviews/<int:version_id>")
@may("review_courses", "withdraw_courses")
def review(version_id: int) -> ResponseReturnValue:
    """One version in full, answers included."""
    return _review_page(version_id)


@bp.post("/reviews/<int:version_id>/return")
@may("review_courses")
def give_back(version_id: int) -> ResponseReturnValue:
    """Return a version with remarks."""
    form = forms.Return()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.give_back(review_queries.version_for_review(actor(), version_id), form.remarks.data, actor=actor(), now=clock.now())
            flash(_("已退回，讲师会看到您的意见。"), "good")
            return redirect(url_for("catalogue.reviews"))
        except Refused as fault:
            form.blame(fault)
    return _review_page(version_id, return_form=form), 422


@bp.post("/reviews/<int:version_id>/publication")
@may("review_courses")
def publish(version_id: int) -> ResponseReturnValue:
    """Approve a version with its hours, and publish it."""
    form = forms.Approval()
    if form.validate_on_submit():
        try:
            with transaction():
                version = review_queries.version_for_review(actor(), version_id)
                actions.publish(version, approved_quarters=form.meant(_suggested(version_id)), remarks=form.words.data or "", actor=actor(), now=clock.now())
            flash(_("已发布，大家现在就能学习这门课。"), "good")
            return redirect(url_for("catalogue.reviews"))
        except Refused as fault:
            form.blame(fault)
    return _review_page(version_id, approval_form=form), 422


@bp.post("/reviews/<int:version_id>/reinstatement")
@may("review_courses", "withdraw_courses")
def reinstate(version_id: int) -> ResponseReturnValue:
    """Show a withdrawn course again."""
    with transaction():
        actions.reinstate(review_queries.version_to_see(actor(), version_id).course, actor=actor(), now=clock.now())
    flash(_("已恢复，大家又能看到这门课了。"), "good")
    return redirect(url_for("catalogue.review", version_id=version_id))


def _suggested(version_id: int) -> measure.Suggestion:
    return measure.suggestion(queries.outline(version_id).minutes, clock.day_of(clock.now(), settings().zone))


def _review_page(version_id: int, *, return_form: forms.Return | None = None, approval_form: forms.Approval | None = None) -> str:
    version = review_queries.version_to_see(actor(), version_id)
    contents = review_queries.contents(version_id, person_id=actor().id, now=clock.now())
    suggested = _suggested(version_id)
    return render_template(
        "courses/catalogue/review.html",
        version=version,
        state=queries.state_of(version),
        own=review_queries.is_own(version, actor()),
        may_review=review_queries.is_reviewable(actor(), version_id),
        contents=contents,
        suggested=rules.hours_text(suggested.quarters),
        reckoned=suggested.words,
        history=review_queries.history(version.course),
        author=review_queries.names([version.course.author_id]).get(version.course.author_id, ""),
        withdrawn=queries.is_withdrawn(version.course_id),
        return_form=return_form or forms.Return(formdata=None),
        approval_form=approval_form or forms.Approval(formdata=None, data={"hours": rules.hours_text(suggested.quarters)}),
        withdrawal_form=forms.Withdrawal(formdata=None),
    )
