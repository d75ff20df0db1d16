"""The trainer's page of a quiz, of a lesson or the final one. It works without scripts: 再加一题 sends the page and gets it back longer."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import actions, queries, rules
from courses.catalogue.blueprint import bp
from courses.catalogue.models import CourseVersion
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.questions import actions as questions
from courses.questions import forms
from courses.questions import queries as question_queries
from courses.questions.models import Quiz


@dataclass(frozen=True)
class Place:
    """Where a quiz belongs: what it is called at first, the page to go back to, the quiz there now, and how to put another there."""

    name: str
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


def _at_lesson(lesson_id: int) -> Place:
    lesson = queries.own_lesson(actor(), lesson_id)
    back = url_for("catalogue.lesson", lesson_id=lesson_id)
    name = _("%(lesson)s：小测验", lesson=lesson.title[:70])
    return Place(name, back, lesson.title, lesson.version, lesson.quiz_id, lambda quiz: actions.set_lesson_quiz(queries.own_lesson(actor(), lesson_id), quiz))


def _at_end(course_id: int) -> Place:
    version = queries.own_version(actor(), course_id)
    back = url_for("catalogue.course", course_id=course_id)
    put: Callable[[Quiz | None], None] = lambda quiz: actions.set_final_quiz(queries.own_version(actor(), course_id), quiz)  # noqa: E731
    return Place(_("结业测验"), back, version.title, version, version.final_quiz_id, put)


def _answer(place: Place) -> ResponseReturnValue:
    if not rules.is_editable(queries.state_of(place.version)):
        return redirect(url_for("catalogue.course", course_id=place.version.course_id))
    if request.method == "GET":
        return _opened(place)
    form, blocks = forms.QuizForm(), forms.blocks_sent(request.form)
    if request.form.get("do") == "more":
        return _page(place, form, [*blocks, forms.Block()])
    return _save(place, form, blocks)


def _opened(place: Place) -> str:
    if place.quiz_id is None:
        return _page(place, forms.QuizForm(formdata=None, data={"title": place.name}), [forms.Block()])
    quiz = question_queries.quiz(place.quiz_id)
    return _page(place, forms.QuizForm(formdata=None, obj=quiz), forms.blocks_of(question_queries.items(place.quiz_id)))


def _save(place: Place, form: forms.QuizForm, blocks: list[forms.Block]) -> ResponseReturnValue:
    blocks = forms.checked(blocks)
    if form.validate_on_submit() and not any(block.fault for block in blocks):
        items = [block.new_item() for block in forms.wanted(blocks)]
        try:
            with transaction():
                kept = {"pass_mark": form.pass_mark.data, "shuffled": form.shuffled.data}
                place.put(questions.write_quiz(form.title.data, items, actor=actor(), now=clock.now(), **kept))
            flash(_("测验已保存，共 %(n)s 题。", n=len(items)), "good")
            return redirect(place.back)
        except Refused as fault:
            form.blame(fault)
    return _page(place, form, blocks), 422


def _remove(place: Place) -> ResponseReturnValue:
    with transaction():
        place.put(None)
    flash(_("测验已去掉。"), "warm")
    return redirect(place.back)


def _page(place: Place, form: forms.QuizForm, blocks: list[forms.Block]) -> str:
    return render_template("courses/questions/quiz.html", place=place, form=form, blocks=blocks or [forms.Block()], blank=forms.Block())
