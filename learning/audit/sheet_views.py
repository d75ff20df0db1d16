"""Printed forms: the year ledger, rosters, sign-in sheets, score sheets and summaries, each as a page, a workbook and a PDF."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel.access import actor, may
from courses.kernel.plain import whole
from learning.audit import class_queries, ledger_queries, sheet_queries
from learning.audit.blueprint import bp
from learning.audit.moments import moment
from learning.classes.models import TrainingClass
from learning.organization.models import Organization
from learning.organization.rules import HOMES
from learning.records.sheet_files import handed_out
from learning.records.sheet_rules import Sheet, texts


@bp.get("/organizations/<int:organization_id>/ledger")
@may("see_roster", "see_evidence")
def ledger(organization_id: int) -> ResponseReturnValue:
    """党员学习台账 of a branch."""
    where = ledger_queries.organization_seen(actor(), organization_id)
    return _shown(sheet_queries.year_ledger(where, _year(), today=moment().today), *_home(where), year=_year())


@bp.get("/organizations/<int:organization_id>/scores")
@may("see_roster", "see_evidence")
def branch_scores(organization_id: int) -> ResponseReturnValue:
    """成绩单 of what a branch's people finished in a year."""
    where = ledger_queries.organization_seen(actor(), organization_id)
    return _shown(sheet_queries.branch_scores(where, _year(), today=moment().today), *_home(where), year=_year())


@bp.get("/organizations/<int:organization_id>/summary")
@may("see_roster", "see_evidence")
def summary(organization_id: int) -> ResponseReturnValue:
    """汇总表 of everything at or below an organization."""
    where = ledger_queries.organization_seen(actor(), organization_id)
    return _shown(sheet_queries.year_summary(where, _year(), today=moment().today), *_home(where), year=_year())


@bp.get("/classes/<int:class_id>/roster")
@may("see_roster")
def class_roster(class_id: int) -> ResponseReturnValue:
    """班次花名册."""
    return _of_class(class_id, sheet_queries.class_roster)


@bp.get("/classes/<int:class_id>/sign-in-sheet")
@may("see_roster")
def class_sign_in(class_id: int) -> ResponseReturnValue:
    """The sign-in sheets of a class, a session a page."""
    return _of_class(class_id, sheet_queries.class_sign_in)


@bp.get("/classes/<int:class_id>/scores")
@may("see_roster")
def class_scores(class_id: int) -> ResponseReturnValue:
    """成绩单 of a class."""
    return _of_class(class_id, sheet_queries.class_scores)


@bp.get("/classes/<int:class_id>/summary")
@may("see_roster")
def class_summary(class_id: int) -> ResponseReturnValue:
    """班次汇总表."""
    return _of_class(class_id, sheet_queries.class_summary)


@bp.get("/branches/<int:organization_id>/sign-in-sheet.xlsx")
@may("record_study")
def sign_in_book(organization_id: int) -> ResponseReturnValue:
    """The blank sign-in sheet of a branch as a workbook."""
    branch = class_queries.branch_for(actor(), "record_study", organization_id)
    return handed_out(sheet_queries.blank_sign_in(branch, today=moment().today), "xlsx")


@bp.get("/roll-calls/<int:session_id>/sign-in-sheet")
@may("see_roster", "see_evidence")
def session_sign_in(session_id: int) -> ResponseReturnValue:
    """签到表 of one session."""
    row = class_queries.session_for(actor(), ("see_roster", "see_evidence"), session_id)
    return _shown(sheet_queries.session_sign_in(class_queries.sheet(row)), url_for("audit.session", session_id=row.id), _("签到表"))


def _of_class(class_id: int, form: Callable[[TrainingClass], Sheet]) -> ResponseReturnValue:
    row = class_queries.class_for(actor(), "see_roster", class_id)
    return _shown(form(row), url_for("audit.training_class", class_id=row.id), row.title)


def _shown(form: Sheet, back_to: str, back_words: str, *, year: int | None = None) -> ResponseReturnValue:
    """The form as a page, or as the file that was asked for."""
    kind = request.args.get("file", "")
    if kind:
        return handed_out(form, kind)
    here = request.path if year is None else f"{request.path}?year={year}"
    more = "?" if year is None else "&"
    files = {kind: f"{here}{more}file={kind}" for kind in ("xlsx", "pdf")}
    years = [] if year is None else list(range(moment().today.year, moment().today.year - 5, -1))
    return render_template("learning/audit/sheet.html", form=form, texts=texts, files=files, back_to=back_to, back_words=back_words, year=year, years=years)


def _year() -> int:
    today = moment().today
    return min(max(request.args.get("year", today.year, type=whole), 2000), today.year)


def _home(where: Organization) -> tuple[str, str]:
    if where.kind in HOMES and actor().may("see_roster", where):
        return url_for("audit.branch", organization_id=where.id), where.name
    if actor().may("edit_organizations", where):
        return url_for("audit.organization_page", organization_id=where.id), where.name
    return url_for("audit.desk"), _("工作台")
