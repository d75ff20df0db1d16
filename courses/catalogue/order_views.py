"""The trainer's pages of order: chapters and lessons of a course, courses of a series, what comes first. A script drags; buttons do the same without one."""

from collections.abc import Callable, Sequence

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import actions, forms, order_actions, order_rules, queries
from courses.catalogue.blueprint import bp
from courses.catalogue.workshop_views import course_page
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused, wants_json
from courses.kernel.plain import whole


@bp.post("/workshop/courses/<int:course_id>/order")
@may("write_courses")
def arrange(course_id: int) -> ResponseReturnValue:
    """Move chapters and lessons: one by a button, or all as a script says they were dragged."""
    with transaction():
        stamp = order_actions.arrange(queries.own_version(actor(), course_id), request.form.get("seen", ""), _reorder())
    return _arranged(stamp, url_for("catalogue.course", course_id=course_id, _anchor="lessons"))


@bp.post("/workshop/courses/<int:course_id>/chapters")
@may("write_courses")
def add_chapter(course_id: int) -> ResponseReturnValue:
    """Add a chapter at the end of a draft."""
    form = forms.ChapterForm()
    if form.validate_on_submit():
        try:
            with transaction():
                order_actions.add_chapter(queries.own_version(actor(), course_id), form.chapter_title.data)
            return redirect(url_for("catalogue.course", course_id=course_id, _anchor="lessons"))
        except Refused as fault:
            form.blame(fault)
    return course_page(course_id, chapter_form=form), 422


@bp.route("/workshop/chapters/<int:chapter_id>", methods=["GET", "POST"])
@may("write_courses")
def chapter(chapter_id: int) -> ResponseReturnValue:
    """Call a chapter something else."""
    row = queries.own_chapter(actor(), chapter_id)
    form = forms.ChapterForm(data={"chapter_title": row.title})
    if form.validate_on_submit():
        try:
            with transaction():
                order_actions.name_chapter(queries.own_chapter(actor(), chapter_id), form.chapter_title.data)
            return redirect(url_for("catalogue.course", course_id=row.version.course_id, _anchor="lessons"))
        except Refused as fault:
            form.blame(fault)
    return render_template("courses/catalogue/chapter.html", chapter=row, form=form), 422 if form.errors else 200


@bp.post("/workshop/chapters/<int:chapter_id>/removal")
@may("write_courses")
def remove_chapter(chapter_id: int) -> ResponseReturnValue:
    """Take a chapter out of a draft; its lessons stay."""
    with transaction():
        row = queries.own_chapter(actor(), chapter_id)
        course_id, title = row.version.course_id, row.title
        order_actions.remove_chapter(row)
    flash(_("已去掉章节“%(title)s”，里面的课时都还在。", title=title), "warm")
    return redirect(url_for("catalogue.course", course_id=course_id, _anchor="lessons"))


@bp.post("/workshop/courses/<int:course_id>/prerequisites")
@may("write_courses")
def put_first(course_id: int) -> ResponseReturnValue:
    """Say which courses come before this one."""
    with transaction():
        order_actions.put_first(queries.own_version(actor(), course_id), request.form.getlist("first", type=whole))
    flash(_("先修课程已保存。这个版本发布后才起作用；已经开始学的人不受影响。"), "good")
    return redirect(url_for("catalogue.course", course_id=course_id, _anchor="first"))


@bp.post("/workshop/courses/<int:course_id>/copies")
@may("write_courses")
def copy_course(course_id: int) -> ResponseReturnValue:
    """复制课程."""
    with transaction():
        course = queries.own_course(actor(), course_id)
        queries.own_series(actor(), course.series_id)
        made = actions.copy_course(course, actor=actor(), now=clock.now()).course_id
    flash(_("已复制成一门新课，录像不用再传。请改好名字和内容再提交。"), "good")
    return redirect(url_for("catalogue.course", course_id=made))


@bp.route("/workshop/series/<int:series_id>", methods=["GET", "POST"])
@may("write_courses")
def series(series_id: int) -> ResponseReturnValue:
    """The courses of a series: their order, and which are elective."""
    if request.method == "POST":
        with transaction():
            order_actions.ask_of_series(queries.own_series(actor(), series_id), set(request.form.getlist("elective", type=whole)))
        flash(_("必修和选修已保存。"), "good")
        return redirect(url_for("catalogue.series", series_id=series_id))
    row = queries.own_series(actor(), series_id)
    courses = queries.courses_in(series_id)
    seen = order_rules.stamp([f"k{one.id}" for one in courses])
    versions = [(one, one.versions[-1], queries.state_of(one.versions[-1])) for one in courses]
    return render_template("courses/catalogue/series.html", series=row, versions=versions, seen=seen)


@bp.post("/workshop/series/<int:series_id>/order")
@may("write_courses")
def arrange_series(series_id: int) -> ResponseReturnValue:
    """Move the courses of a series."""
    with transaction():
        stamp = order_actions.arrange_series(queries.own_series(actor(), series_id), request.form.get("seen", ""), _reorder())
    return _arranged(stamp, url_for("catalogue.series", series_id=series_id, _anchor="order"))


def _reorder() -> Callable[[Sequence[str]], Sequence[str]]:
    """What is asked for: everything as it was dragged, or one thing moved by its button (`l5 up`)."""
    if "order" in request.form:
        wanted = request.form["order"].split(",")
        return lambda order: wanted
    mark, _space, way = request.form.get("move", "").partition(" ")
    return lambda order: order_rules.moved(order, mark, order_rules.STEPS.get(way, 0))


def _arranged(stamp: str, address: str) -> ResponseReturnValue:
    return jsonify(seen=stamp) if wants_json() else redirect(address)
