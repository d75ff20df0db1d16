"""Pages of organizations for committees: what stands below, a new one, its name, type and place, and its closing."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from learning.audit import tree_actions, tree_forms
from learning.audit.blueprint import bp
from learning.audit.moments import moment
from learning.organization import queries as organization
from learning.organization.rules import HOMES, KIND_WORDS, TYPE_WORDS


@bp.get("/organizations")
@may("edit_organizations")
def organizations() -> ResponseReturnValue:
    """Where the posts of the person asking begin."""
    tops = organization.tops(actor(), "edit_organizations")
    if len(tops) == 1:
        return redirect(url_for("audit.organization_page", organization_id=tops[0].id))
    return render_template("learning/audit/organizations.html", tops=tops, kinds=KIND_WORDS)


@bp.get("/organizations/<int:organization_id>")
@may("edit_organizations")
def organization_page(organization_id: int) -> ResponseReturnValue:
    """One organization: what stands below, who holds posts, what can be done."""
    row = organization.organization_for(actor(), "edit_organizations", organization_id)
    line = [one for one in organization.ancestors(row) if actor().may("edit_organizations", one)]
    known = {"children": organization.children(row), "posts": organization.holders(row.id), "line": line, "kinds": KIND_WORDS, "types": TYPE_WORDS}
    changes = row.parent is not None and actor().may("edit_organizations", row.parent)
    form = tree_forms.ClosingForm()
    return render_template("learning/audit/organization.html", row=row, changes=changes, form=form, homes=HOMES, **known)


@bp.route("/organizations/<int:organization_id>/below/new", methods=["GET", "POST"])
@may("edit_organizations")
def new_organization(organization_id: int) -> ResponseReturnValue:
    """Add an organization below one."""
    above = organization.organization_for(actor(), "edit_organizations", organization_id)
    form = tree_forms.NewOrganizationForm()
    form.offer(above)
    if form.validate_on_submit():
        try:
            with transaction():
                above = organization.organization_for(actor(), "edit_organizations", organization_id)
                values = {"kind": form.kind.data, "type_": form.type.data or ""}
                row_id = tree_actions.add(above, form.code.data.upper(), form.name.data, **values, actor=actor(), when=moment()).id
            flash(_("已登记。"), "good")
            return redirect(url_for("audit.organization_page", organization_id=row_id))
        except Refused as fault:
            form.blame(fault)
    above = organization.organization_for(actor(), "edit_organizations", organization_id)
    return render_template("learning/audit/organization_new.html", above=above, form=form), 422 if form.is_submitted() else 200


@bp.route("/organizations/<int:organization_id>/edit", methods=["GET", "POST"])
@may("edit_organizations")
def edit_organization(organization_id: int) -> ResponseReturnValue:
    """Rename an organization, set its type, or move it with all below."""
    row = organization.below(actor(), "edit_organizations", organization_id)
    form = tree_forms.OrganizationForm(obj=row)
    form.offer(organization.all_within(actor(), "edit_organizations"), row)
    if form.validate_on_submit():
        try:
            with transaction():
                row = organization.below(actor(), "edit_organizations", organization_id)
                above = organization.organization_for(actor(), "edit_organizations", form.parent_id.data)
                changed = tree_actions.revise(row, form.name.data, form.type.data or "", above, actor=actor(), when=moment())
            flash(_("已保存。") if changed else _("没有要改的地方。"), "good")
            return redirect(url_for("audit.organization_page", organization_id=organization_id))
        except Refused as fault:
            form.blame(fault)
    row = organization.below(actor(), "edit_organizations", organization_id)
    return render_template("learning/audit/organization_edit.html", row=row, form=form), 422 if form.is_submitted() else 200


@bp.post("/organizations/<int:organization_id>/closing")
@may("edit_organizations")
def close_organization(organization_id: int) -> ResponseReturnValue:
    """Close an organization that is empty."""
    try:
        with transaction():
            tree_actions.close(organization.below(actor(), "edit_organizations", organization_id), actor=actor(), when=moment())
        flash(_("已撤销，以前的记录仍可查。"), "good")
    except Refused as fault:
        if fault.status != Refused.status:
            raise
        flash(str(fault.message), "warm")
    return redirect(url_for("audit.organization_page", organization_id=organization_id))
