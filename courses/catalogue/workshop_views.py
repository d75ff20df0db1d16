"""The trainer's pages: own courses, and one course with its lessons, up to its submission, its new version or its withdrawal."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from courses.catalogue import actions, forms, order_rules, queries, review_queries, rules
from courses.catalogue.blueprint import bp
from courses.catalogue.models import Chapter, CourseVersion, Lesson, Series
from courses.catalogue.outline_queries import order_of
from courses.kernel import clock
from courses.kernel.access import actor, may, signed_in
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from courses.media import queries as media


@bp.app_context_processor
def words() -> dict[str, object]:
    """How the state of a version is said, and a moment as the county's clocks show it."""
    return {"course_state_words": rules.STATE_WORDS, "local_time": lambda at: f"{clock.local(at, settings().zone):%Y-%m-%d %H:%M}"}


@bp.get("/workshop")
@may("write_courses")
def workshop() -> ResponseReturnValue:
    """The courses of the person asking, each by its newest version."""
    versions = [(row, queries.state_of(row)) for row in queries.mine(actor())]
    return render_template("courses/catalogue/workshop.html", versions=versions)


@bp.get("/workshop/new")
@may("write_courses")
def new_course() -> ResponseReturnValue:
    """The form of a new course."""
    return _new_course_page(_new_course_form())


@bp.post("/workshop/new")
@may("write_courses")
def begin_course() -> ResponseReturnValue:
    """Begin a course in a series chosen or opened."""
    form = _new_course_form()
    if form.validate_on_submit():
        try:
            with transaction():
                version = actions.draft_course(_series(form), form.title.data, summary=form.summary.data or "", actor=actor(), now=clock.now())
                course_id = version.course_id
            flash(_("课程已经建好。下一步：加上课时。"), "good")
            return redirect(url_for("catalogue.course", course_id=course_id))
        except Refused as fault:
            form.blame(fault)
    return _new_course_page(form), 422


@bp.get("/workshop/courses/<int:course_id>")
@may("write_courses")
def course(course_id: int) -> ResponseReturnValue:
    """One course of one's own: its newest version and its history."""
    return course_page(course_id)


@bp.post("/workshop/courses/<int:course_id>")
@may("write_courses")
def save_course(course_id: int) -> ResponseReturnValue:
    """Change the words of a draft."""
    form = forms.VersionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                version = queries.own_version(actor(), course_id)
                actions.edit_version(version, title=form.title.data, summary=form.summary.data or "", open_material=form.open_material.data)
            flash(_("已保存。"), "good")
            return redirect(url_for("catalogue.course", course_id=course_id))
        except Refused as fault:
            form.blame(fault)
    return course_page(course_id, version_form=form), 422


@bp.get("/workshop/courses/<int:course_id>/preview")
@may("write_courses")
def preview(course_id: int) -> ResponseReturnValue:
    """Everything in the newest version, as the reviewer will read it."""
    version = queries.own_version(actor(), course_id)
    contents = review_queries.contents(version.id, person_id=actor().id, now=clock.now())
    return render_template("courses/catalogue/preview.html", version=version, contents=contents, state=queries.state_of(version))


@bp.post("/workshop/courses/<int:course_id>/submissions")
@may("write_courses")
def submit(course_id: int) -> ResponseReturnValue:
    """提交审核."""
    form = forms.Submission()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.submit(queries.own_version(actor(), course_id), note=form.note.data or "", actor=actor(), now=clock.now())
            flash(_("已提交，等待审核。审核人会看到全部内容；退回或发布后，这里会显示结果。"), "good")
            return redirect(url_for("catalogue.course", course_id=course_id))
        except Refused as fault:
            form.blame(fault)
    return course_page(course_id, submission_form=form), 422


@bp.post("/workshop/courses/<int:course_id>/versions")
@may("write_courses")
def new_version(course_id: int) -> ResponseReturnValue:
    """Begin a new version with everything of the last one in it."""
    with transaction():
        actions.new_version(queries.own_course(actor(), course_id), actor=actor(), now=clock.now())
    flash(_("新版本已经建好，内容和上一版一样，可以修改了。发布之前，大家看到的仍是上一版。"), "good")
    return redirect(url_for("catalogue.course", course_id=course_id))


@bp.post("/workshop/courses/<int:course_id>/withdrawal")
@signed_in
def withdraw(course_id: int) -> ResponseReturnValue:
    """下架, by the author or by whoever reviews or withdraws courses above it."""
    form = forms.Withdrawal()
    with transaction():
        course = review_queries.course_to_withdraw(actor(), course_id)
        is_author = course.author_id == actor().id
        actions.withdraw(course, form.reason.data or "", actor=actor(), now=clock.now())
    flash(_("课程已下架，大家马上就看不到了。已经学完的人，记录和证明不受影响。"), "warm")
    return redirect(url_for("catalogue.course", course_id=course_id) if is_author else url_for("catalogue.reviews"))


def _new_course_form() -> forms.NewCourse:
    homes = queries.homes(actor())
    form = forms.NewCourse(data={"home": homes[0][0]})
    form.series.choices = [*(SelectChoice(row.id, row.title) for row in queries.series_within(actor())), SelectChoice(0, _("另开一个大讲堂"))]
    form.home.choices = [SelectChoice(place, name) for place, name in homes]
    return form


def _new_course_page(form: forms.NewCourse) -> str:
    return render_template("courses/catalogue/new_course.html", form=form)


def _series(form: forms.NewCourse) -> Series:
    """The series chosen, which must be within reach; or a new one, kept by an organization for which the person writes."""
    if form.series.data:
        return queries.own_series(actor(), form.series.data)
    return actions.open_series(form.new_series.data, form.home.data, actor=actor(), now=clock.now())


def course_page(
    course_id: int,
    *,
    version_form: forms.VersionForm | None = None,
    submission_form: forms.Submission | None = None,
    lesson_form: forms.NewLesson | None = None,
    chapter_form: forms.ChapterForm | None = None,
) -> str:
    """The page of one course of one's own, with the form that was blamed, if one was."""
    version = queries.own_version(actor(), course_id)
    state = queries.state_of(version)
    order = order_of(version)
    return render_template(
        "courses/catalogue/course.html",
        version=version,
        outline=queries.outline(version.id),
        parts=_parts(version, [mark for mark, _title in order]),
        seen=order_rules.stamp([mark for mark, _title in order]),
        others=[row for row in queries.listed() if row.course_id != course_id],
        first=queries.titles(row.course_id for row in version.prerequisites),
        may_arrange_series=version.course.series in queries.series_within(actor()),
        state=state,
        editable=rules.is_editable(state),
        live=queries.current(course_id),
        withdrawn=queries.is_withdrawn(course_id),
        published=any(row.publication for row in version.course.versions),
        preparations={row.asset_id: media.preparation(row.asset_id) for row in version.lessons if row.asset_id},
        missing=queries.missing(version),
        history=review_queries.history(version.course),
        version_form=version_form or forms.VersionForm(formdata=None, obj=version),
        submission_form=submission_form or forms.Submission(formdata=None),
        lesson_form=lesson_form or forms.NewLesson(formdata=None),
        chapter_form=chapter_form or forms.ChapterForm(formdata=None),
        withdrawal_form=forms.Withdrawal(formdata=None),
    )


def _parts(version: CourseVersion, marks: list[str]) -> list[tuple[str, Chapter | Lesson]]:
    """The chapters and lessons of a version with their marks, in order."""
    rows: dict[str, Chapter | Lesson] = {**{f"c{row.id}": row for row in version.chapters}, **{f"l{row.id}": row for row in version.lessons}}
    return [(mark, rows[mark]) for mark in marks]
