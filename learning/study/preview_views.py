"""A version as a phone shows it before it is published, for its trainer and its reviewers: the member's own pages in a frame, where nothing is kept."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from courses.catalogue import queries as catalogue
from courses.catalogue import review_queries
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.errors import Missing
from courses.kernel.web import framed
from learning.study import rules
from learning.study.blueprint import bp

WHO = ("write_courses", "review_courses", "withdraw_courses")


@bp.get("/previews/<int:version_id>")
@may(*WHO)
def preview(version_id: int) -> ResponseReturnValue:
    """The frame, as wide as a small phone."""
    version = review_queries.version_to_preview(actor(), version_id)
    return render_template("learning/study/preview.html", version=version, own=version.course.author_id == actor().id)


@bp.get("/previews/<int:version_id>/phone")
@may(*WHO)
@framed
def preview_course(version_id: int) -> ResponseReturnValue:
    """The course as someone sees it who has not begun it."""
    state = _state(version_id)
    return render_template("learning/study/course.html", course=state, certificate=None, preview=_preview(state))


@bp.get("/previews/<int:version_id>/phone/<int:place>")
@may(*WHO)
@framed
def preview_part(version_id: int, place: int) -> ResponseReturnValue:
    """The lesson that stands at this place, from 1."""
    state = _state(version_id)
    contents = review_queries.contents(version_id, person_id=actor().id, now=clock.now())
    if not 1 <= place <= len(contents.lessons):
        raise Missing
    return render_template("learning/study/preview_part.html", course=state, content=contents.lessons[place - 1], preview=_preview(state))


def _state(version_id: int) -> rules.CourseState:
    outline = catalogue.outline(review_queries.version_to_preview(actor(), version_id).id)
    return rules.CourseState(outline, rules.Marks(), enrolled=False, completed_on=None)


def _preview(state: rules.CourseState) -> dict[str, Any]:
    return {"version_id": state.outline.version_id, "places": {lesson.id: place for place, lesson in enumerate(state.outline.lessons, 1)}}
