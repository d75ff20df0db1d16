"""What is read: a text by its sections, a document by its pages."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import queries as catalogue
from courses.catalogue.rules import READ
from courses.kernel import clock
from courses.kernel.access import actor, signed_in
from courses.kernel.db import transaction
from courses.kernel.plain import whole
from courses.kernel.settings import settings
from courses.media import queries as media
from learning.progress import actions as progress
from learning.progress import queries as progress_queries
from learning.progress import rules as progress_rules
from learning.study import actions, forms, queries, rules
from learning.study.blueprint import bp


@bp.post("/lessons/<int:lesson_id>/reading")
@signed_in
def read(lesson_id: int) -> ResponseReturnValue:
    """读完了 at the end of a text or document; a script says it for a text that was read offline, and is told how long to wait."""
    now = clock.now()
    if request.is_json:
        forms.spoken(request.get_json(silent=True), request.form, person_id=actor().id)
    with transaction(seat=actor().id):
        outline, part = queries.lesson_for(actor().id, lesson_id, *READ)
        need = progress_rules.reading_seconds(part.characters, settings().reading_chars_per_minute)
        progress.enrol(actor().id, outline.course_id, outline.version_id, now=now)
        progress.reading_session(actor().id, part.id, need_seconds=need, now=now)
        wait = actions.read(actor(), outline, part, county=actions.County.of(settings()), now=now)
    if request.is_json:
        return jsonify(wait=wait, finished=wait == 0)
    if wait:
        flash(_("请再看一会儿：这一课大约还要读 %(time)s。不用重来，回头看看前面也算。", time=rules.wait_words(wait)), "warm")
        place = "page" if part.kind == "document" else "section"
        return redirect(url_for("study.lesson", lesson_id=lesson_id, **{place: request.form.get(place, "")}))  # type: ignore[arg-type]
    flash(_("这一课学完了。"), "good")
    return redirect(url_for("study.course", course_id=outline.course_id))


@bp.post("/lessons/<int:lesson_id>/place")
@signed_in
def keep_place(lesson_id: int) -> ResponseReturnValue:
    """A script says at which page of a document the reader stands."""
    body = forms.spoken(request.get_json(silent=True), request.form, person_id=actor().id)
    with transaction(seat=actor().id):
        part = queries.lesson_for(actor().id, lesson_id, *READ)[1]
        page = forms.page(body, most=part.pages)
        progress.turn_to(actor().id, lesson_id, page, now=clock.now())
    return jsonify(page=page)


def reader(person: Any, state: rules.CourseState, part: Any, *, done: bool, after: rules.Step | None) -> ResponseReturnValue:
    """A text by its sections or a document by its pages, at the place where the person stood; their time on it runs."""
    seen = progress_queries.parts(person.id, [part.id]).get(part.id, progress_queries.Part())
    view = _document if part.kind == "document" else _text
    return view(person, state, part, seen.position, {"course": state, "lesson": part, "done": done, "after": after})


def _text(person: Any, state: rules.CourseState, part: Any, stood: int, shown: dict[str, Any]) -> str:
    """The section asked for, else the one at which the person stood."""
    sections = catalogue.lesson_sections(part.id, media.picture_book(person_id=person.id, version_id=state.outline.version_id, now=clock.now()))
    asked = request.args.get("section", type=whole)
    number = min(max(1, asked or (0 if shown["done"] else stood) or 1), max(1, len(sections)))
    if not shown["done"]:
        _read_on(person.id, state, part, place=number if number != (stood or 1) else None)
    resumed = asked is None and number > 1
    return render_template("learning/study/reader.html", sections=sections, number=number, resumed=resumed, **shown)


def _document(person: Any, state: rules.CourseState, part: Any, stood: int, shown: dict[str, Any]) -> str:
    """All pages one under another, or the one asked for."""
    pages = media.pages(part.asset_id, person_id=person.id, version_id=state.outline.version_id, now=clock.now())
    asked = request.args.get("page", 0, type=whole)
    number = asked if 1 <= asked <= len(pages) else 0
    if not shown["done"]:
        _read_on(person.id, state, part, place=number if number not in {0, stood} else None)
    sections = catalogue.lesson_sections(part.id, media.picture_book(person_id=person.id, version_id=state.outline.version_id, now=clock.now()))
    return render_template("learning/study/document.html", pages=pages, number=number, stood=stood, sections=sections, **shown)


def _read_on(person_id: int, state: rules.CourseState, part: Any, *, place: int | None) -> None:
    """Someone reads: their time on this lesson runs, and the section or page they turned to is remembered."""
    if "Offline-Copy" in request.headers:  # a copy for later is not yet reading
        return
    now = clock.now()
    need = progress_rules.reading_seconds(part.characters, settings().reading_chars_per_minute)
    with transaction(seat=person_id):
        progress.enrol(person_id, state.outline.course_id, state.outline.version_id, now=now)
        progress.reading_session(person_id, part.id, need_seconds=need, now=now)
        if place is not None:
            progress.turn_to(person_id, part.id, place, now=now)
