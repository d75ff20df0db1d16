"""Pages of witnesses of practical lessons (现场模拟): a branch's secretary for a whole session or step by step, a trainer for those who ask."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import review_queries
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.kernel.settings import settings
from courses.kernel.words import Words
from learning.audit import class_queries, practice_actions, practice_queries
from learning.audit.blueprint import bp
from learning.audit.moments import today
from learning.organization import queries as organization


@bp.route("/branches/<int:organization_id>/practice", methods=["GET", "POST"])
@may("record_study")
def practice(organization_id: int) -> ResponseReturnValue:
    """The people of a branch at a practical lesson: who did all of it, or which steps."""
    if request.method == "POST":
        return _witness_branch(organization_id)
    branch = class_queries.branch_for(actor(), "record_study", organization_id)
    lessons = practice_queries.lessons()
    chosen = request.args.get("lesson", type=whole)
    outline, lesson = next((pair for pair in lessons if pair[1].id == chosen), lessons[0] if lessons else (None, None))
    people = [row.person for row in organization.members_on(branch.id, today())]
    lines = practice_queries.sheet(outline, lesson, people) if outline and lesson else []
    names = review_queries.names(line.proof.evidence.get("witness") for line in lines if line.proof)
    return render_template(
        "learning/audit/practice.html", branch=branch, lessons=lessons, outline=outline, lesson=lesson, lines=lines, names=names, today=today()
    )


@bp.route("/workshop/courses/<int:course_id>/practice", methods=["GET", "POST"])
@may("write_courses")
def practice_asked(course_id: int) -> ResponseReturnValue:
    """Those who ticked every step of a practical lesson of one's own course, and wait for whoever saw it."""
    if request.method == "POST":
        with transaction():
            outline, found = practice_queries.asking(actor(), course_id)
            lesson, lines = next(((lesson, lines) for lesson, lines in found if lesson.id == request.form.get("lesson_id", type=whole)), (None, []))
            wanted = set(request.form.getlist("present", type=whole))
            chosen = [line.person for line in lines if line.person.id in wanted]
            if lesson is None or not chosen:
                raise Refused("请勾上您看着做完的同志，再点“确认”。")
            seen = {person.id: range(len(lesson.steps)) for person in chosen}
            home = chosen[0].membership.organization_id if chosen[0].membership else 0
            finished = practice_actions.witness(
                outline, lesson, seen, held_on=_day(), organization_id=home, actor=actor(), today=today(), now=clock.now(), zone=settings().zone
            )
        flash(_("已确认，%(n)s 位同志学完了这一课。", n=finished), "good")
        return redirect(url_for("audit.practice_asked", course_id=course_id))
    outline, found = practice_queries.asking(actor(), course_id)
    return render_template("learning/audit/practice_asked.html", outline=outline, found=found, today=today())


def _witness_branch(organization_id: int) -> ResponseReturnValue:
    with transaction():
        branch = class_queries.branch_for(actor(), "record_study", organization_id)
        outline, lesson = practice_queries.lesson_for(request.form.get("lesson_id", type=whole))
        members = {row.person_id for row in organization.members_on(branch.id, today())}
        seen_whole = set(request.form.getlist("present", type=whole))
        seen = {
            one: range(len(lesson.steps)) if one in seen_whole else request.form.getlist(f"seen-{one}", type=whole) for one in sorted(members - {actor().id})
        }
        seen = {one: steps for one, steps in seen.items() if steps}
        if not seen:
            raise Refused("还没有勾人。谁都做到了就勾他的名字；只做了几步的，点开勾那几步。")
        finished = practice_actions.witness(
            outline, lesson, seen, held_on=_day(), organization_id=branch.id, actor=actor(), today=today(), now=clock.now(), zone=settings().zone
        )
    flash(_("已登记 %(all)s 位同志，其中 %(n)s 位由此学完这一课。", all=len(seen), n=finished), "good")
    return redirect(url_for("audit.practice", organization_id=organization_id, lesson=lesson.id))


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("held_on", ""))
    except ValueError:
        raise Refused("请填见证的日期。", fields={"held_on": Words("请选日期")}) from None
