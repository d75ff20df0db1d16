"""The trainer's pages of a quiz, of a lesson or the final one: written, filled from the bank, looked at as a member sees it.

They work without scripts: 再加一题 sends the page and gets it back longer.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import actions, bank_views, queries, rules
from courses.catalogue.blueprint import bp
from courses.catalogue.models import CourseVersion
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.media import queries as media
from courses.questions import actions as questions
from courses.questions import bank_queries, forms
from courses.questions import queries as question_queries
from courses.questions.models import Quiz
from courses.questions.rules import DIFFICULTY_WORDS, Draw, Picked


@dataclass(frozen=True)
class Place:
    """Where a quiz belongs: what it is called at first, the page to go back to, the quiz there now, and how to put another there."""

    name: str
    url: str  # of its own page; `<url>/bank` and `<url>/sample` hang below it
    back: str
    back_words: str
    version: CourseVersion
    quiz_id: int | None
    put: Callable[[Quiz | None], None]


@bp.route("/workshop/lessons/<int:lesson_id>/quiz", methods=["GET", "POST"])
@may("write_courses")
def lesson_quiz(lesson_id: int) -> ResponseReturnValue:
    """The quiz of a lesson."""
    return _answer(_at_lesson(lesson_id))


@bp.post("/workshop/lessons/<int:lesson_id>/quiz/removal")
@may("write_courses")
def remove_lesson_quiz(lesson_id: int) -> ResponseReturnValue:
    """Take the quiz of a lesson away."""
    return _remove(_at_lesson(lesson_id))


@bp.route("/workshop/lessons/<int:lesson_id>/quiz/bank", methods=["GET", "POST"])
@may("write_courses")
def pick_for_lesson(lesson_id: int) -> ResponseReturnValue:
    """Pick questions of the bank into the quiz of a lesson."""
    return _pick(_at_lesson(lesson_id))


@bp.get("/workshop/lessons/<int:lesson_id>/quiz/sample")
@may("write_courses")
def sample_of_lesson(lesson_id: int) -> ResponseReturnValue:
    """The quiz of a lesson as a member would be asked it."""
    return _sample(_at_lesson(lesson_id))


@bp.route("/workshop/courses/<int:course_id>/quiz", methods=["GET", "POST"])
@may("write_courses")
def final_quiz(course_id: int) -> ResponseReturnValue:
    """The final quiz of a course."""
    return _answer(_at_end(course_id))


@bp.post("/workshop/courses/<int:course_id>/quiz/removal")
@may("write_courses")
def remove_final_quiz(course_id: int) -> ResponseReturnValue:
    """Take the final quiz away."""
    return _remove(_at_end(course_id))


@bp.route("/workshop/courses/<int:course_id>/quiz/bank", methods=["GET", "POST"])
@may("write_courses")
def pick_for_course(course_id: int) -> ResponseReturnValue:
    """Pick questions of the bank into the final quiz."""
    return _pick(_at_end(course_id))


@bp.get("/workshop/courses/<int:course_id>/quiz/sample")
@may("write_courses")
def sample_of_course(course_id: int) -> ResponseReturnValue:
    """The final quiz as a member would be asked it."""
    return _sample(_at_end(course_id))


def _at_lesson(lesson_id: int) -> Place:
    lesson = queries.own_lesson(actor(), lesson_id)
    name = _("%(lesson)s：小测验", lesson=lesson.title[:70])
    url, back = url_for("catalogue.lesson_quiz", lesson_id=lesson_id), url_for("catalogue.lesson", lesson_id=lesson_id)

    def put(quiz: Quiz | None) -> None:
        actions.set_lesson_quiz(queries.own_lesson(actor(), lesson_id), quiz)

    return Place(name, url, back, lesson.title, lesson.version, lesson.quiz_id, put)


def _at_end(course_id: int) -> Place:
    version = queries.own_version(actor(), course_id)
    url, back = url_for("catalogue.final_quiz", course_id=course_id), url_for("catalogue.course", course_id=course_id)

    def put(quiz: Quiz | None) -> None:
        actions.set_final_quiz(queries.own_version(actor(), course_id), quiz)

    return Place(_("结业测验"), url, back, version.title, version, version.final_quiz_id, put)


def _answer(place: Place) -> ResponseReturnValue:
    if not rules.is_editable(queries.state_of(place.version)):
        return redirect(url_for("catalogue.course", course_id=place.version.course_id))
    if request.method == "GET":
        return _opened(place)
    form, blocks, draws = forms.QuizForm(), forms.blocks_sent(request.form), forms.draws_sent(request.form)
    asked_for = request.form.get("do", "save")
    if asked_for == "more":
        return _page(place, form, [*blocks, forms.Block()], draws)
    if asked_for == "more-draws":
        return _page(place, form, blocks, draws)
    if asked_for == "pick" and not forms.wanted(blocks) and not draws:
        return redirect(f"{place.url}/bank")
    return _save(place, form, forms.checked(blocks), draws, then=asked_for)


def _opened(place: Place) -> str:
    if place.quiz_id is None:
        return _page(place, forms.QuizForm(formdata=None, data={"title": place.name}), [forms.Block()], [])
    quiz = question_queries.quiz(place.quiz_id)
    form = forms.QuizForm(formdata=None, obj=quiz.terms, data={"title": quiz.title})
    draws = [pool.draw for pool in question_queries.pools(place.quiz_id)]
    return _page(place, form, forms.blocks_of(question_queries.items(place.quiz_id)), draws)


def _save(place: Place, form: forms.QuizForm, blocks: list[forms.Block], draws: list[Draw], *, then: str) -> ResponseReturnValue:
    if form.validate_on_submit() and not any(block.fault for block in blocks):
        entries = [block.entry() for block in forms.wanted(_settled(place, blocks))]
        try:
            with transaction():
                quiz = questions.write_quiz(form.title.data, entries, terms=form.terms(), draws=draws, actor=actor(), now=clock.now())
                place.put(quiz)
                count = question_queries.quiz(quiz.id).count
            flash(_("测验已保存，共 %(n)s 题。", n=count), "good")
            return redirect({"pick": f"{place.url}/bank", "preview": f"{place.url}/sample"}.get(then, place.back))
        except Refused as fault:
            form.blame(fault)
    return _page(place, form, blocks, draws), 422


def _settled(place: Place, blocks: list[forms.Block]) -> list[forms.Block]:
    """Picked questions for which it is asked in the version in force; a recording only where the quiz had it already."""
    had = {item.asset_id for item in question_queries.items(place.quiz_id)} if place.quiz_id else set()
    blocks = [block if block.asset_id in had else replace(block, asset_id=None) for block in blocks]
    newer = bank_queries.newer([block.picked for block in blocks if block.picked])
    asked = set(request.form.getlist("renew"))
    return [replace(block, picked=newer.get(block.picked or 0, block.picked)) if f"q{place}" in asked else block for place, block in enumerate(blocks)]


def _pick(place: Place) -> ResponseReturnValue:
    if not rules.is_editable(queries.state_of(place.version)):
        return redirect(url_for("catalogue.course", course_id=place.version.course_id))
    if request.method == "GET":
        taken = {item.id for item in question_queries.items(place.quiz_id)} if place.quiz_id else set()
        target = {"url": place.url, "words": place.name, "action": f"{place.url}/bank", "taken": taken}
        return bank_views.shelf_page(f"{place.url}/bank", target=target)
    chosen = request.form.getlist("pick", type=whole)
    if not chosen:
        flash(_("还没有勾选题目。"), "warm")
        return redirect(f"{place.url}/bank")
    with transaction():
        if place.quiz_id is None:
            place.put(questions.write_quiz(place.name[:80], [Picked(key) for key in chosen], actor=actor(), now=clock.now()))
        else:
            actions.pick_questions(place.version, place.quiz_id, chosen, actor=actor())
    flash(_("放进了 %(n)s 道题。", n=len(chosen)), "good")
    return redirect(place.url)


def _sample(place: Place) -> ResponseReturnValue:
    if place.quiz_id is None:
        return redirect(place.url)
    quiz, ids = question_queries.quiz(place.quiz_id), question_queries.paper(place.quiz_id, random.SystemRandom()) or ()
    items = question_queries.asked(ids)
    sample = [items[key] for key in ids]
    playbacks = {item.id: media.attachment(item.asset_id, person_id=actor().id, now=clock.now()) for item in sample}
    return render_template("courses/questions/sample.html", title=quiz.title, sample=sample, playbacks=playbacks, url=place.url, words=_("编写测验"))


def _remove(place: Place) -> ResponseReturnValue:
    with transaction():
        place.put(None)
    flash(_("测验已去掉。"), "warm")
    return redirect(place.back)


def _page(place: Place, form: forms.QuizForm, blocks: list[forms.Block], draws: list[Draw]) -> str:
    picked = [block.picked for block in blocks if block.picked]
    return render_template(
        "courses/questions/quiz.html",
        place=place,
        form=form,
        blocks=blocks or [forms.Block()],
        blank=forms.Block(),
        draws=[*draws, Draw("", None, 0)],
        items=question_queries.asked(bank_queries.pickable(actor(), picked)),
        newer=bank_queries.newer(picked),
        shelves=bank_queries.shelves(actor()),
        difficulty_words=DIFFICULTY_WORDS,
    )
