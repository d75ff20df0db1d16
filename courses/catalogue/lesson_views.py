"""The trainer's pages of one lesson."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import actions, forms, queries, rules, slide_rules, text
from courses.catalogue.blueprint import bp
from courses.catalogue.models import Lesson
from courses.catalogue.workshop_views import course_page
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.web import takes_file
from courses.kernel.words import Words
from courses.media import actions as media_actions
from courses.media import caption_rules, document_actions
from courses.media import queries as media
from courses.media.models import Asset

MOST_NAMED = 5  # lines of a file of captions


@bp.post("/workshop/courses/<int:course_id>/lessons")
@may("write_courses")
def add_lesson(course_id: int) -> ResponseReturnValue:
    """Add a lesson at the end of a draft, and go on to its page."""
    form = forms.NewLesson()
    if form.validate_on_submit():
        try:
            with transaction():
                row = actions.add_lesson(queries.own_version(actor(), course_id), form.kind.data, form.lesson_title.data)
                lesson_id = row.id
            return redirect(url_for("catalogue.lesson", lesson_id=lesson_id))
        except Refused as fault:
            form.blame(fault)
    return course_page(course_id, lesson_form=form), 422


@bp.get("/workshop/lessons/<int:lesson_id>")
@may("write_courses")
def lesson(lesson_id: int) -> ResponseReturnValue:
    """One lesson of a draft; of a version that is closed, the preview of the whole."""
    row = queries.own_lesson(actor(), lesson_id)
    if not rules.is_editable(queries.state_of(row.version)):
        return redirect(url_for("catalogue.preview", course_id=row.version.course_id))
    return _lesson_page(lesson_id, _as_saved(row))


@bp.post("/workshop/lessons/<int:lesson_id>")
@may("write_courses")
@takes_file(megabytes=document_actions.MOST_PICTURE // 2**20)
def save_lesson(lesson_id: int) -> ResponseReturnValue:
    """Save a lesson of a draft with the upload chosen for it, and a picture that came along."""
    form = forms.LessonForm()
    if form.validate_on_submit():
        try:
            queries.own_lesson(actor(), lesson_id)
            sent = _drawn(form)
            with transaction():
                row = queries.own_lesson(actor(), lesson_id)
                chosen, steps = _chosen(form, row), rules.steps_of(form.steps.data or "")
                words = _illustrated(form, row, sent)
                actions.edit_lesson(row, title=form.title.data, text=words, asset_id=chosen.id if chosen else None, elective=form.elective.data, steps=steps)
            flash(_("已保存。"), "good")
            return redirect(url_for("catalogue.lesson", lesson_id=lesson_id))
        except Refused as fault:
            form.blame(fault)
    return _lesson_page(lesson_id, form), 422


@bp.post("/workshop/lessons/<int:lesson_id>/preparation")
@may("write_courses")
def prepare_again(lesson_id: int) -> ResponseReturnValue:
    """Try once more to prepare what a lesson shows."""
    source = media_actions.standing_source(_recording(lesson_id).sha256)
    with transaction():
        media_actions.prepare_again(_recording(lesson_id), source=source, now=clock.now())
    flash(_("已重新开始准备，可以先写别的。"), "good")
    return redirect(url_for("catalogue.lesson", lesson_id=lesson_id))


@bp.post("/workshop/lessons/<int:lesson_id>/preparation/end")
@may("write_courses")
def stop_preparing(lesson_id: int) -> ResponseReturnValue:
    """Stop preparing what a lesson shows."""
    with transaction():
        media_actions.stop_preparing(_recording(lesson_id), now=clock.now())
    flash(_("已停止准备，上传的文件还在。"), "warm")
    return redirect(url_for("catalogue.lesson", lesson_id=lesson_id))


@bp.post("/workshop/lessons/<int:lesson_id>/captions")
@may("write_courses")
@takes_file(megabytes=document_actions.MOST_PICTURE // 2**20)
def captions(lesson_id: int) -> ResponseReturnValue:
    """Take in the captions of a lecture, or take them away when the form asks for that."""
    form = forms.Captions()
    try:
        with transaction():
            row = queries.own_lesson(actor(), lesson_id)
            if request.form.get("remove"):
                actions.remove_captions(row)
                flash(_("字幕已经去掉。"), "good")
            else:
                flash(*_taken_in(actions.set_captions(row, form.data_sent())))
        return redirect(url_for("catalogue.lesson", lesson_id=lesson_id, _anchor="captions"))
    except Refused as fault:
        form.blame(fault)
    return _lesson_page(lesson_id, _as_saved(queries.own_lesson(actor(), lesson_id)), captions_form=form), 422


@bp.post("/workshop/lessons/<int:lesson_id>/removal")
@may("write_courses")
def remove_lesson(lesson_id: int) -> ResponseReturnValue:
    """Take a lesson out of a draft."""
    with transaction():
        row = queries.own_lesson(actor(), lesson_id)
        course_id, title = row.version.course_id, row.title
        actions.remove_lesson(row)
    flash(_("已去掉“%(title)s”。", title=title), "warm")
    return redirect(url_for("catalogue.course", course_id=course_id, _anchor="lessons"))


def _taken_in(taken: caption_rules.Taken) -> tuple[str, str]:
    """What is said of captions taken in, and its tone: where some were left out, which."""
    said = _("字幕已收好，共 %(n)s 条。", n=len(taken.cues))
    if not taken.left:
        return said, "good"
    lines = _("、").join(str(line) for line in taken.left[:MOST_NAMED]) + (" …" if len(taken.left) > MOST_NAMED else "")
    left = _("另有 %(n)s 条没有收，时间读不懂，或者结束早于开始：文件第 %(lines)s 行。请改好再传一次。", n=len(taken.left), lines=lines)
    return f"{said} {left}", "warm"


def _as_saved(lesson: Lesson) -> forms.LessonForm:
    form = forms.LessonForm(formdata=None, obj=lesson)
    form.steps.data = "\n".join(lesson.steps)
    return form


def _lesson_page(lesson_id: int, form: forms.LessonForm, *, captions_form: forms.Captions | None = None) -> str:
    row = queries.own_lesson(actor(), lesson_id)
    chosen = _chosen(form, row)
    return render_template(
        "courses/catalogue/lesson.html",
        lesson=row,
        form=form,
        chosen=chosen,
        recent=[asset for asset in media.recent(actor(), rules.MADE_OF.get(row.kind, "")) if asset.state != "refused"],
        preparation=media.preparation(chosen.id) if chosen else None,
        playback=media.playback(chosen.id, person_id=actor().id, now=clock.now()) if chosen else None,
        pages=media.pages(chosen.id, person_id=actor().id, now=clock.now()) if chosen else [],
        sections=queries.lesson_sections(lesson_id, media.picture_book(person_id=actor().id, now=clock.now())),
        captions=queries.captions(lesson_id),
        captions_form=captions_form or forms.Captions(formdata=None),
        decks=media.recent(actor(), "document") if row.kind == "video" else [],
        slides=media.pages(row.slides.asset_id, person_id=actor().id, now=clock.now()) if row.slides else [],
        slide_times=[slide_rules.words(second) for second in row.slides.seconds] if row.slides else [],
    )


def _drawn(form: forms.LessonForm) -> document_actions.Taken | None:
    """The picture that came with the form, made light for phones; it needs its words, for whoever cannot see it."""
    if not form.picture.data:
        return None
    if not form.picture_words.data:
        raise Refused("图片还没有加上：请写一句图里是什么，看不见的同志靠它听。图片请再选一次。", fields={"picture_words": Words("请写一句图里是什么")})
    return document_actions.take_picture(form.picture.data.stream, form.picture.data.filename or "")


def _illustrated(form: forms.LessonForm, lesson: Lesson, sent: document_actions.Taken | None) -> str:
    """The text with the new picture in its place; pictures it shows are one's own, or stood in it before."""
    words = str(form.text.data or "")
    for number in text.pictures(words) - text.pictures(lesson.text):
        known = media.asset(number)
        if known is None or known.kind != "picture" or known.uploaded_by_id != actor().id:
            raise Refused(
                "文字里引用的图片 picture:%(number)s 不是您上传的。请删掉这一处，用“加一张图片”重新加。",
                number=number,
                fields={"text": Words("有一处图片不能用")},
            )
    if sent is None:
        return words
    return rules.with_picture(words, document_actions.enter_picture(sent, actor=actor(), now=clock.now()).id, form.picture_words.data)


def _recording(lesson_id: int) -> Asset:
    lesson = queries.own_lesson(actor(), lesson_id)
    if lesson.asset is None:
        raise Refused("这一课还没有上传文件。请先上传，保存以后再来。")
    return lesson.asset


def _chosen(form: forms.LessonForm, lesson: Lesson) -> Asset | None:
    """The upload sent with the form, which must be one's own upload; else the one the lesson has."""
    asset_id = form.asset()
    return lesson.asset if asset_id in {None, lesson.asset_id} else media.own_asset(actor(), asset_id or 0)
