"""学习档案: a person's whole record, to be seen, printed, taken away, and asked to be corrected."""

import json

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel import clock
from courses.kernel.access import actor, signed_in
from courses.kernel.db import db, transaction
from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from learning.organization.models import Person
from learning.records import file_queries, file_rules, forms, keys, pdf, request_actions, signing_actions, typst
from learning.records.blueprint import bp
from learning.records.sheet_files import handed_out, sent
from learning.records.sheet_rules import Sheet, texts


@bp.get("/people/<int:person_id>/file")
@signed_in
def person_file(person_id: int) -> ResponseReturnValue:
    """The whole record of oneself, or of someone whom one may see; as a page, or as the file asked for."""
    person = file_queries.person_for(actor(), person_id)
    form, kind = _form(person), request.args.get("file", "")
    if kind == "pdf":
        return _signed(form)
    if kind == "json":
        words = json.dumps(file_rules.as_json(form), ensure_ascii=False, indent=1)
        return sent(words.encode(), f"{form.name}.json", "application/json", attached=True)
    return handed_out(form, kind) if kind else _page(person, form, forms.Request(formdata=None))


@bp.post("/record/correction-requests")
@signed_in
def ask_correction() -> ResponseReturnValue:
    """Ask the branch's secretary and the county to correct one's own record."""
    form = forms.Request()
    if form.validate_on_submit():
        try:
            with transaction():
                request_actions.ask(form.text.data, actor=actor(), now=clock.now())
            flash(_("申请已送到所在党支部和县委组织部，答复会显示在这一页。"), "good")
            return redirect(url_for("records.person_file", person_id=actor().id))
        except Refused as fault:
            form.blame(fault)
    return _page(actor(), _form(actor()), form), 422


def _form(person: Person) -> Sheet:
    return file_rules.form(file_queries.person_file(person, today=clock.day_of(clock.now(), settings().zone), zone=settings().zone))


def _page(person: Person, form: Sheet, asking: forms.Request) -> str:
    files = {kind: url_for("records.person_file", person_id=person.id, file=kind) for kind in ("pdf", "xlsx", "json")}
    own = person.id == actor().id
    return render_template("learning/records/person_file.html", form=form, texts=texts, files=files, person=person, own=own, asking=asking)


def _signed(form: Sheet) -> ResponseReturnValue:
    """The file as PDF, signed by the county's key as other records are; it is of this day and kept nowhere. Without keys it is handed out unsigned."""
    values, place = pdf.sheet_values(form), dict(form.facts)["所在党组织"]
    db.session.rollback()  # typesetting and signing must not hold a read transaction
    page = typst.pdf("sheet", values)
    return sent(signing_actions.signed(page, place=place) if keys.ring() else page, f"{form.name}.pdf", "application/pdf")
