"""Pages of training classes: the list, a class with its sessions, its file as one bundle; and the sheet to be signed by hand."""

import io
from typing import Any

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import queries as catalogue
from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from learning.audit import class_actions, class_forms, class_queries
from learning.audit.blueprint import bp
from learning.audit.class_queries import ClassFile
from learning.audit.moments import moment
from learning.classes import queries as classes
from learning.classes.models import TrainingClass
from learning.classes.rules import SESSION_WORDS, STATE_WORDS
from learning.hours import queries as hours
from learning.hours.rules import Terms, span_text
from learning.organization import queries as organization
from learning.records import qr, typst
from learning.records import queries as records


@bp.get("/organizations/<int:organization_id>/classes")
@may("see_roster")
def training_classes(organization_id: int) -> ResponseReturnValue:
    """The classes of an organization, newest first."""
    where = organization.organization_for(actor(), "see_roster", organization_id)
    return render_template("learning/audit/class_list.html", where=where, rows=classes.classes_at([where.id]))


@bp.route("/organizations/<int:organization_id>/classes/new", methods=["GET", "POST"])
@may("record_study")
def new_class(organization_id: int) -> ResponseReturnValue:
    """Enter a class."""
    form = _form(None)
    if form.validate_on_submit():
        try:
            with transaction():
                where = organization.organization_for(actor(), "record_study", organization_id)
                class_id = class_actions.open_class(where, form.data, actor=actor(), now=clock.now()).id
            flash(_("班次已登记。点名时选上它，就归到这个班次。"), "good")
            return redirect(url_for("audit.training_class", class_id=class_id))
        except Refused as fault:
            form.blame(fault)
    where = organization.organization_for(actor(), "record_study", organization_id)
    return render_template("learning/audit/class_edit.html", where=where, row=None, form=form), 422 if form.is_submitted() else 200


@bp.get("/classes/<int:class_id>")
@may("see_roster")
def training_class(class_id: int) -> ResponseReturnValue:
    """A class: what was held, who came."""
    found = class_queries.class_file(class_queries.class_for(actor(), "see_roster", class_id))
    terms = hours.terms(found.row.until) or Terms()
    span = span_text(found.row.since, found.row.until, terms)
    return render_template("learning/audit/class.html", file=found, kinds=SESSION_WORDS, span=span)


@bp.route("/classes/<int:class_id>/edit", methods=["GET", "POST"])
@may("record_study")
def edit_class(class_id: int) -> ResponseReturnValue:
    """Change what a class says of itself; write its summary."""
    row = class_queries.class_for(actor(), "record_study", class_id)
    form = _form(row)
    if form.validate_on_submit():
        try:
            with transaction():
                class_actions.revise_class(class_queries.class_for(actor(), "record_study", class_id), form.data, actor=actor(), now=clock.now())
            flash(_("已保存。"), "good")
            return redirect(url_for("audit.training_class", class_id=class_id))
        except Refused as fault:
            form.blame(fault)
    row = class_queries.class_for(actor(), "record_study", class_id)
    return render_template("learning/audit/class_edit.html", where=row.organization, row=row, form=form), 422 if form.is_submitted() else 200


@bp.get("/classes/<int:class_id>/file.pdf")
@may("see_roster")
def class_pdf(class_id: int) -> ResponseReturnValue:
    """班次档案 as one bundle to print."""
    values = _class_values(class_queries.class_file(class_queries.class_for(actor(), "see_roster", class_id)))
    return _pdf("class_file", values, _("%(title)s档案", title=values["title"]))


@bp.get("/branches/<int:organization_id>/sign-in-sheet.pdf")
@may("record_study")
def sign_in_sheet(organization_id: int) -> ResponseReturnValue:
    """The names of a branch to be signed on paper; the code opens the page on which the roll is entered."""
    branch = class_queries.branch_for(actor(), "record_study", organization_id)
    address = public_address("audit.roll_call", organization_id=branch.id)
    names = [row.person.name for row in organization.members_on(branch.id, moment().today)]
    people = [[str(place), name, "", ""] for place, name in enumerate(names, 1)]
    return _pdf(
        "sign_in_sheet", {"branch": branch.name, "qr": qr.svg(address), "people": people, "facts": ["", "", "", "", ""]}, _("%(name)s签到表", name=branch.name)
    )


@bp.get("/roll-calls/<int:session_id>/sheet.pdf")
@may("record_study")
def session_sheet(session_id: int) -> ResponseReturnValue:
    """The same for one session that was entered; its code opens that session's roll."""
    row = class_queries.session_for(actor(), ("record_study",), session_id)
    facts = [catalogue.outline(row.version_id).title, row.held_on.isoformat(), SESSION_WORDS[row.kind], row.venue, row.lecturer]
    names = [person.name for person in class_queries.people_of(row, today=moment().today)]
    people = [[str(place), name, "", ""] for place, name in enumerate(names, 1)]
    values = {"branch": row.organization.name, "qr": qr.svg(public_address("audit.edit_roll", session_id=row.id)), "people": people, "facts": facts}
    return _pdf("sign_in_sheet", values, _("%(name)s签到表", name=row.organization.name))


def public_address(endpoint: str, **values: Any) -> str:
    """The whole address of a page, as a phone's camera needs it."""
    base = settings().public_url.rstrip("/")
    return f"{base}{url_for(endpoint, **values)}" if base else url_for(endpoint, _external=True, **values)


def _form(row: TrainingClass | None) -> class_forms.TrainingClassForm:
    planned = [one.course_id for one in row.planned] if row else []
    form = class_forms.TrainingClassForm(obj=row)
    form.offer({**catalogue.titles(planned), **{outline.course_id: outline.title for outline in catalogue.listed()}}, planned)
    return form


def _class_values(file: ClassFile) -> dict[str, Any]:
    row = file.row
    facts = {"举办单位": row.organization.name, "培训对象": row.audience, "时间": f"{row.since.isoformat()} 至 {row.until.isoformat()}", "地点": row.venue}
    present = sum(one.tally.present for one in file.sheets)
    return {
        "title": row.title,
        "demo": records.is_demo(),
        "facts": [
            *facts.items(),
            ("计划课程", "、".join(one.title for one in file.planned)),
            ("授课人", row.trainers),
            ("出席", f"应到 {len(file.pupils)} 人，{len(file.sheets)} 场共实到 {present} 人次"),
        ],
        "plan": row.plan.splitlines(),
        "summary": row.summary.splitlines(),
        "schedule": [[s.held_on.isoformat(), one.outline.title, SESSION_WORDS[s.kind], s.venue, s.lecturer] for one in file.sheets for s in [one.session]],
        "pupils": [[str(n), one.name, one.home, f"{one.present}/{one.expected}", "\n".join(one.numbers)] for n, one in enumerate(file.pupils, 1)],
        "sheets": [_sheet_values(one) for one in file.sheets],
        "by": row.entered_by.name,
    }


def _sheet_values(sheet: class_queries.Sheet) -> dict[str, Any]:
    session, tally = sheet.session, sheet.tally
    words = f"{session.organization.name}　{session.held_on.isoformat()}　{SESSION_WORDS[session.kind]}　{session.venue}"
    counted = f"应到 {tally.expected}　实到 {tally.present}　请假 {tally.leave}　缺席 {tally.absent}　登记人 {session.entered_by.name}"
    rows = [
        [
            str(n),
            line.person.name,
            STATE_WORDS[line.state],
            "　".join([line.reason] * bool(line.reason) + ["自己签到"] * (line.person_id in sheet.signed) + ["本人登记"] * line.is_own),
            "",
        ]
        for n, line in enumerate(sheet.lines, 1)
    ]
    return {"title": sheet.outline.title, "facts": f"{words}　{session.issuer}\n{counted}", "rows": rows}


def _pdf(form: str, values: dict[str, Any], name: str) -> ResponseReturnValue:
    db.session.rollback()  # typesetting must not hold a read transaction
    answer = send_file(io.BytesIO(typst.pdf(form, values)), mimetype="application/pdf", download_name=f"{name}.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer
