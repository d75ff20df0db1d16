"""Pages on which a roster is kept: add a person, mend a name, revise or move a membership."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from learning.audit import class_queries, people_actions, people_forms, people_queries
from learning.audit.blueprint import bp
from learning.audit.moments import moment
from learning.organization import queries as organization
from learning.organization.models import Organization, Person
from learning.records import glyphs


@bp.get("/branches/<int:organization_id>/people/new")
@may("edit_people")
def new_person(organization_id: int) -> ResponseReturnValue:
    """The form for someone new on the roster."""
    return _new_page(class_queries.branch_for(actor(), "edit_people", organization_id), people_forms.NewPersonForm())


@bp.post("/branches/<int:organization_id>/people/new")
@may("edit_people")
def add_person(organization_id: int) -> ResponseReturnValue:
    """Put someone on the roster; a namesake is asked about once."""
    where, form = class_queries.branch_for(actor(), "edit_people", organization_id), people_forms.NewPersonForm()
    if not form.validate_on_submit() or (_namesakes(where, form) and not form.confirmed.data):
        return _new_page(where, form, status=422)
    try:
        with transaction():
            where = class_queries.branch_for(actor(), "edit_people", organization_id)
            person = people_actions.add(where, form.data, actor=actor(), key=settings().data_key, when=moment())
            person_id, name = person.id, person.name
    except Refused as fault:
        form.blame(fault)
        return _new_page(class_queries.branch_for(actor(), "edit_people", organization_id), form, status=422)
    _tell_of_glyphs(name)
    flash(_("已加入 %(name)s。接着可以为这位同志打印首次登录卡，或给一个临时密码。", name=name), "good")
    return redirect(url_for("audit.way_in", person_id=person_id))


@bp.get("/people/<int:person_id>/edit")
@may("edit_people")
def edit_person(person_id: int) -> ResponseReturnValue:
    """The form with what is said of someone now."""
    person = people_queries.other_for(actor(), "edit_people", person_id)
    standing = person.membership
    form = people_forms.EditPersonForm(obj=standing, name=person.name)
    return _edit_page(person, form)


@bp.post("/people/<int:person_id>/edit")
@may("edit_people")
def revise_person(person_id: int) -> ResponseReturnValue:
    """Mend a name, or what is said of a membership from today on."""
    form = people_forms.EditPersonForm()
    form.offer(people_queries.homes(actor()), people_queries.other_for(actor(), "edit_people", person_id))
    if form.validate_on_submit():
        with transaction():
            person = people_queries.other_for(actor(), "edit_people", person_id)
            renamed = people_actions.rename(person, form.name.data, actor=actor(), when=moment())
            home = _home_of(person, form.organization_id.data)
            revised = people_actions.revise(person, home, people_actions.belonging(form.data), actor=actor(), when=moment())
            seen = actor().may("see_people", home)
        if renamed:
            _tell_of_glyphs(form.name.data or "")
        flash(_("已保存。") if renamed or revised else _("没有要改的地方。"), "good")
        return redirect(url_for("audit.person", person_id=person_id) if seen else url_for("audit.desk"))
    return _edit_page(people_queries.other_for(actor(), "edit_people", person_id), form, status=422)


def _tell_of_glyphs(name: str) -> None:
    """Say at once what the papers could not show of a name that was typed, not when one is printed."""
    words = glyphs.warning(name)
    if words:
        flash(words, "warm")


def _home_of(person: Person, organization_id: int) -> Organization:
    standing = person.membership
    if standing is not None and standing.organization_id == organization_id:
        return standing.organization
    return organization.organization_for(actor(), "edit_people", organization_id)


def _namesakes(where: Organization, form: people_forms.NewPersonForm) -> bool:
    return bool(people_queries.namesakes(where.id, form.name.data or "", on=moment().today))


def _new_page(where: Organization, form: people_forms.NewPersonForm, *, status: int = 200) -> ResponseReturnValue:
    asked = form.is_submitted() and _namesakes(where, form)
    return render_template("learning/audit/person_new.html", branch=where, form=form, asked=asked), status


def _edit_page(person: Person, form: people_forms.EditPersonForm, *, status: int = 200) -> ResponseReturnValue:
    form.offer(people_queries.homes(actor()), person)
    return render_template("learning/audit/person_edit.html", person=person, form=form), status
