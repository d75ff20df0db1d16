"""The quiz paper: handed out, saved answer by answer, handed in, and its result. All of it works without scripts."""

from datetime import datetime
from typing import Any

import structlog
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import queries as catalogue
from courses.kernel import clock
from courses.kernel.access import actor, own_id, shortcut, signed_in
from courses.kernel.db import transaction
from courses.kernel.settings import settings
from courses.kernel.together import together
from courses.media import queries as media
from courses.questions import queries as questions
from learning.progress import actions as progress
from learning.progress import queries as progress_queries
from learning.quizzes import actions as quizzes
from learning.quizzes import queries as quiz_queries
from learning.quizzes.models import Attempt
from learning.records import queries as records
from learning.study import actions, brief_views, forms, queries
from learning.study.blueprint import bp

log = structlog.get_logger()


@bp.post("/courses/<int:course_id>/quizzes/<int:quiz_id>/attempts")
@signed_in
def begin_quiz(course_id: int, quiz_id: int) -> ResponseReturnValue:
    """Hand out a paper, or the one still open."""
    person_id, now = own_id(), clock.now()
    end_overdue(person_id, now=now)
    state, lesson_id = queries.quiz_for(person_id, course_id, quiz_id)
    where: dict[str, Any] = {"course_id": course_id, "version_id": state.outline.version_id, "lesson_id": lesson_id, "now": now}
    attempt_id = quiz_queries.in_hand(person_id, quiz_id)
    if attempt_id is None and state.enrolled:
        attempt_id = brief_views.hand_out(person_id, quiz_id, **where)
    if attempt_id is None:
        attempt_id = _hand_out(person_id, quiz_id, **where)
    return redirect(url_for("study.paper", attempt_id=attempt_id))


@bp.get("/attempts/<int:attempt_id>")
@signed_in
def paper(attempt_id: int) -> ResponseReturnValue:
    """The paper, or once it was handed in its result with explanations."""
    attempt = quiz_queries.attempt_for(actor().id, attempt_id)
    if attempt.hand_in and not attempt.submission:  # whatever kept it from being marked, it is marked now
        _mark(attempt_id)
        attempt = quiz_queries.attempt_for(actor().id, attempt_id)
    page = "result" if attempt.submission else "paper"
    answers = {row.question_id: row for row in attempt.answers}
    late = {row.question_id: row for row in attempt.late_answers}
    items = questions.asked(question_id for question_id, _order in attempt.paper)
    return render_template(
        f"learning/study/{page}.html",
        attempt=attempt,
        outline=catalogue.outline(attempt.version_id),
        items=items,
        playbacks={item.id: media.attachment(item.asset_id, person_id=actor().id, now=clock.now()) for item in items.values()},
        answers=answers,
        late=late,
        shown=answers | late,
        quiz=questions.quiz(attempt.quiz_id),
        left=quiz_queries.attempts_left(attempt),
        unread=_is_unread(attempt),
        by_clock=quiz_queries.ended_by_clock(attempt),
        unanswered=quiz_queries.unanswered(attempt) if request.args.get("ask") == "unanswered" else [],
        seconds_left=quiz_queries.seconds_left(attempt, clock.now()),
        certificate=records.certificate_of(actor().id, attempt.course_id),
    )


@bp.post("/attempts/<int:attempt_id>/answers")
@signed_in
@shortcut(brief_views.save_answer)
def save_answer(attempt_id: int) -> ResponseReturnValue:
    """Keep one answer at once, durable before it is answered; the page shows 已保存 with the time."""
    sent = forms.answer(request.get_json(silent=True))
    person_id, now = own_id(), clock.now()

    def keep() -> quizzes.Saved:
        attempt = quiz_queries.attempt_for(person_id, attempt_id)
        return quizzes.save_answer(attempt, sent.question_id, sent.chosen, sequence=sent.sequence, now=now)

    saved = together(keep, seat=person_id)
    return brief_views.kept(saved, now)


@bp.post("/attempts/<int:attempt_id>/submission")
@signed_in
def submit(attempt_id: int) -> ResponseReturnValue:
    """Save what the form or the script carries, then hand in, then mark: three commits, so that nothing saved waits for what follows it."""
    now = clock.now()
    attempt = quiz_queries.attempt_for(actor().id, attempt_id)
    if attempt.hand_in is None or quiz_queries.ended_by_clock(attempt):
        with transaction(seat=actor().id):
            _save(quiz_queries.attempt_for(actor().id, attempt_id), now=now)
        if not quiz_queries.is_over(attempt, now) and (elsewhere := _before_handing_in(attempt_id, now=now)):
            return elsewhere
        with transaction(seat=actor().id):
            quizzes.hand_in(quiz_queries.attempt_for(actor().id, attempt_id), now=now)
        _mark(attempt_id)
    result = url_for("study.paper", attempt_id=attempt_id)
    return jsonify(result=result) if request.is_json else redirect(result)


def end_overdue(person_id: int, *, now: datetime) -> None:
    """到时自动交卷: nobody's paper stays open because they left it, and nobody is kept from their pages by one that cannot be ended."""
    for attempt_id in quiz_queries.overdue(now, person_id=person_id):
        try:
            with transaction(seat=person_id):
                actions.end(attempt_id, county=actions.County.of(settings()), now=now)
        except Exception:
            log.exception("paper_not_ended", attempt=attempt_id)


def _is_unread(attempt: Attempt) -> bool:
    """Whether the quiz of a lesson was passed that itself is not finished."""
    lesson_id, passed = attempt.lesson_id, attempt.submission and attempt.submission.passed
    return bool(passed and lesson_id and not progress_queries.is_finished(attempt.person_id, lesson_id))


def _hand_out(person_id: int, quiz_id: int, *, course_id: int, version_id: int, lesson_id: int | None, now: datetime) -> int:
    with transaction(seat=person_id):
        progress.enrol(person_id, course_id, version_id, now=now)
        return quizzes.hand_out(person_id, quiz_id, course_id=course_id, version_id=version_id, lesson_id=lesson_id, now=now).id


def _before_handing_in(attempt_id: int, *, now: datetime) -> ResponseReturnValue | None:
    """Where a form goes that only saves, or leaves questions open and is to be sent once more."""
    if request.form.get("do") == "save":
        flash(_("已保存 %(time)s。做完再交卷。", time=brief_views.hour(now)), "good")
        return redirect(url_for("study.paper", attempt_id=attempt_id))
    if request.form.get("do") == "submit" and quiz_queries.unanswered(quiz_queries.attempt_for(actor().id, attempt_id)):
        return redirect(url_for("study.paper", attempt_id=attempt_id, ask="unanswered"))
    return None


def _save(attempt: Attempt, *, now: Any) -> None:
    if attempt.hand_in is not None and not quiz_queries.ended_by_clock(attempt):  # from another of the person's phones, in between
        return
    if request.is_json:
        for sent in forms.answers(request.get_json(silent=True)):
            quizzes.save_answer(attempt, sent.question_id, sent.chosen, sequence=sent.sequence, now=now)
        return
    kinds = quiz_queries.kinds_of(attempt)
    quizzes.save_form(attempt, forms.form_answers(request.form, kinds), now=now)


def _mark(attempt_id: int) -> None:
    with transaction(seat=actor().id):
        attempt = quiz_queries.attempt_for(actor().id, attempt_id)
        actions.mark(attempt, catalogue.outline(attempt.version_id), county=actions.County.of(settings()), now=clock.now())
