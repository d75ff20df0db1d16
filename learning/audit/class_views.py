"""Pages of shared viewings with roll call, and of home deliveries."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import queries as catalogue
from courses.catalogue.rules import Outline
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.kernel.settings import settings
from learning.audit import class_actions, class_forms, class_queries
from learning.audit.blueprint import bp
from learning.audit.moments import today
from learning.classes import queries as classes
from learning.classes import sign_in_rules
from learning.classes.rules import LEAVE_REASONS, SESSION_WORDS, state_text, tally
from learning.organization import queries as organization
from learning.organization.models import Organization


@bp.app_template_filter("day")
def day(at: datetime) -> str:
    """The day of a moment, as the county reads it; of study no page shows more than the day."""
    return clock.day_of(at, settings().zone).isoformat()


def _outline(course_id: int) -> Outline:
    found = catalogue.current(course_id)
    if found is None:
        raise Refused(_("这门课程现在没有开放，请重新选一门。"), fields={"course_id": _("请重新选")})
    return found


@bp.get("/branches/<int:organization_id>/sessions")
@may("see_roster")
def sessions(organization_id: int) -> ResponseReturnValue:
    """What a branch studied together and what it brought home to people."""
    branch = class_queries.branch_for(actor(), "see_roster", organization_id)
    held, brought = class_queries.held_at(branch.id), class_queries.brought_at(branch.id)
    return render_template("learning/audit/roll_list.html", branch=branch, held=held, brought=brought, kinds=SESSION_WORDS)


@bp.get("/branches/<int:organization_id>/roll-calls/new")
@may("record_study")
def roll_call(organization_id: int) -> ResponseReturnValue:
    """The roll of a shared viewing on one page: everyone ticked, untick who was away."""
    branch = class_queries.branch_for(actor(), "record_study", organization_id)
    form = class_forms.RollCallForm()
    form.offer(catalogue.listed(), *class_queries.ties(branch), today=today())
    everyone = {row.person_id: ("present", "") for row in organization.members_on(branch.id, today())}
    return _roll_page(branch, form, everyone)


@bp.post("/branches/<int:organization_id>/roll-calls/new")
@may("record_study")
def take_roll_call(organization_id: int) -> ResponseReturnValue:
    """Show what the roll comes to; once that was confirmed, enter the session and give everyone present what they earned."""
    branch = class_queries.branch_for(actor(), "record_study", organization_id)
    form = class_forms.RollCallForm()
    form.offer(catalogue.listed(), *class_queries.ties(branch), today=today())
    states = class_forms.roll(request.form, [row.person_id for row in organization.members_on(branch.id, today())])
    if form.validate_on_submit() and request.form.get("how") == "scan":
        return _prepare(organization_id, form, states)
    if form.validate_on_submit():
        if form.asks(request.form.get("how", ""), sorted(states.items())):
            return _roll_page(branch, form, states, is_review=True)
        try:
            with transaction():
                branch = class_queries.branch_for(actor(), "record_study", organization_id)
                outline = _outline(form.course_id.data)
                done = class_actions.hold(branch, outline, form.data, states, actor=actor(), today=today(), now=clock.now(), zone=settings().zone)
            flash(_("点名已登记：实到 %(present)s 人，其中 %(finished)s 人由此学完这门课。", present=done.present, finished=done.finished), "good")
            return redirect(url_for("audit.session", session_id=done.session_id))
        except Refused as fault:
            form.blame(fault)
    branch = class_queries.branch_for(actor(), "record_study", organization_id)
    return _roll_page(branch, form, states, is_review=bool(form.counted.data and form.second.errors), status=422)


@bp.get("/roll-calls/<int:session_id>")
@may("see_roster", "see_evidence")
def session(session_id: int) -> ResponseReturnValue:
    """One session with its roll; printed, it is the sign-in sheet."""
    sheet = class_queries.sheet(class_queries.session_for(actor(), ("see_roster", "see_evidence"), session_id))
    waits = not sheet.lines and sheet.session.held_on == today()
    token = sign_in_rules.screen_token(settings().secret_key, session_id, sheet.session.held_on) if waits else None
    return render_template("learning/audit/roll_sheet.html", sheet=sheet, kinds=SESSION_WORDS, state_text=state_text, screen=token, how=sign_in_rules.HOW_WORDS)


@bp.get("/roll-calls/<int:session_id>/edit")
@may("record_study")
def edit_roll(session_id: int) -> ResponseReturnValue:
    """The roll in force, to be corrected; or, of a session that was prepared, who signed in by themselves, to be confirmed."""
    row = class_queries.session_for(actor(), ("record_study",), session_id)
    people = class_queries.people_of(row, today=today())
    sheet = class_queries.sheet(row)
    standing = {line.person_id: (line.state, line.reason) for line in sheet.lines}
    came = {} if sheet.lines else dict.fromkeys(sheet.signed, ("present", ""))
    states = {person.id: standing.get(person.id) or came.get(person.id, ("absent", "")) for person in people}
    return render_template(
        "learning/audit/roll_edit.html",
        sheet=sheet,
        form=class_forms.CorrectionForm(),
        people=people,
        states=states,
        reasons=LEAVE_REASONS,
        kinds=SESSION_WORDS,
    )


@bp.post("/roll-calls/<int:session_id>/edit")
@may("record_study")
def correct_roll(session_id: int) -> ResponseReturnValue:
    """Correct the roll; the lines before stay to be read."""
    with transaction():
        row = class_queries.session_for(actor(), ("record_study",), session_id)
        states = class_forms.roll(request.form, [person.id for person in class_queries.people_of(row, today=today())])
        when = {"today": today(), "now": clock.now(), "zone": settings().zone}
        is_first = not classes.roll(row.id)
        take = partial(class_actions.confirm, row, catalogue.outline(row.version_id)) if is_first else partial(class_actions.correct, row)
        done = take(states, actor=actor(), **when)
    if is_first:
        flash(_("点名已登记：实到 %(present)s 人，其中 %(finished)s 人由此学完这门课。", present=done.present, finished=done.finished), "good")
        return redirect(url_for("audit.session", session_id=session_id))
    flash(_("已更正，原来的登记仍可查。新增实到 %(present)s 人，其中 %(finished)s 人由此学完这门课。", present=done.present, finished=done.finished), "good")
    return redirect(url_for("audit.session", session_id=session_id))


@bp.get("/branches/<int:organization_id>/home-deliveries/new")
@may("record_study")
def home_delivery(organization_id: int) -> ResponseReturnValue:
    """A home delivery on one page."""
    branch = class_queries.branch_for(actor(), "record_study", organization_id)
    return _delivery_page(branch, _delivery_form(branch))


@bp.post("/branches/<int:organization_id>/home-deliveries/new")
@may("record_study")
def record_home_delivery(organization_id: int) -> ResponseReturnValue:
    """Enter a home delivery and give the person what they earned."""
    branch = class_queries.branch_for(actor(), "record_study", organization_id)
    form = _delivery_form(branch)
    if form.validate_on_submit():
        if form.asks(request.form.get("how", "")):
            return _delivery_page(branch, form, is_review=True)
        try:
            with transaction():
                branch = class_queries.branch_for(actor(), "record_study", organization_id)
                person = class_queries.member_of(organization.members_on(branch.id, today()), form.person_id.data)
                outline = _outline(form.course_id.data)
                finished = class_actions.deliver(person, branch, outline, form.data, actor=actor(), today=today(), now=clock.now(), zone=settings().zone)
                name = person.name
            said = (
                _("已登记，%(name)s 同志由此学完这门课。", name=name) if finished else _("已登记。%(name)s 同志之前已学完这门课，原来的记录不变。", name=name)
            )
            flash(said, "good")
            return redirect(url_for("audit.sessions", organization_id=organization_id))
        except Refused as fault:
            form.blame(fault)
    return _delivery_page(class_queries.branch_for(actor(), "record_study", organization_id), form, status=422)


def _prepare(organization_id: int, form: class_forms.RollCallForm, states: Mapping[int, tuple[str, str]]) -> ResponseReturnValue:
    """Enter a session without its roll: those in the room sign in by themselves first."""
    try:
        with transaction():
            branch = class_queries.branch_for(actor(), "record_study", organization_id)
            session_id = class_actions.prepare(branch, _outline(form.course_id.data), form.data, actor=actor(), today=today(), now=clock.now()).id
        return redirect(url_for("audit.session", session_id=session_id))
    except Refused as fault:
        form.blame(fault)
    return _roll_page(class_queries.branch_for(actor(), "record_study", organization_id), form, states, status=422)


def _roll_page(
    branch: Organization, form: class_forms.RollCallForm, states: Mapping[int, tuple[str, str]], *, is_review: bool = False, status: int = 200
) -> ResponseReturnValue:
    """The roll to be filled in; for review with what it comes to, and with the sessions of this course that stand for its day already."""
    people = [row.person for row in organization.members_on(branch.id, today())]
    course_id, on = form.course_id.data, form.held_on.data
    standing = classes.on_day(branch.id, course_id, on) if form.is_submitted() and course_id and on else []
    return render_template(
        "learning/audit/roll_call.html",
        branch=branch,
        form=form,
        people=people,
        states=states,
        reasons=LEAVE_REASONS,
        counted=tally(state for state, _reason in states.values()) if is_review else None,
        away=[person.name for person in people if states[person.id][0] != "present"],
        standing=[one for one in standing if one.id != form.makes_up_id.data],
        kinds=SESSION_WORDS,
    ), status


def _delivery_form(branch: Organization) -> class_forms.HomeDeliveryForm:
    form = class_forms.HomeDeliveryForm()
    people = organization.members_on(branch.id, today())
    form.offer(people, catalogue.listed(), by=actor().name, chosen=request.args.get("person", type=whole), today=today())
    return form


def _delivery_page(branch: Organization, form: class_forms.HomeDeliveryForm, *, is_review: bool = False, status: int = 200) -> ResponseReturnValue:
    return render_template("learning/audit/home_delivery.html", branch=branch, form=form, is_review=is_review), status
