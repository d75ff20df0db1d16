"""Pages of posts: who holds which, a new one, and the end of one."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.plain import whole
from courses.kernel.web import paged
from learning.audit import people_actions, people_forms, people_queries
from learning.audit.blueprint import bp
from learning.audit.moments import moment
from learning.organization import queries as organization


@bp.get("/appointments")
@may("appoint")
def appointments() -> ResponseReturnValue:
    """The posts in force, by organization."""
    words = request.args.get("words", "")[:40]
    page = paged(people_queries.posts(actor(), words), number=request.args.get("page", 1, type=whole))
    return render_template("learning/audit/appointments.html", page=page, words=words)


@bp.route("/people/<int:person_id>/posts/new", methods=["GET", "POST"])
@may("appoint")
def appoint(person_id: int) -> ResponseReturnValue:
    """Give someone a post."""
    form = people_forms.PostForm()
    form.offer(people_queries.places(actor()))
    if form.validate_on_submit():
        try:
            with transaction():
                person = people_queries.other_for(actor(), "appoint", person_id)
                where = organization.organization_for(actor(), "appoint", form.organization_id.data)
                term = form.ends_on.data
                shut_out = people_actions.appoint(person, form.role.data, where, form.note.data or "", ends_on=term, actor=actor(), when=moment())
            flash(_("已任命，从现在起生效。"), "good")
            if shut_out:
                flash(_("以前别人发的登录卡和凭它设的密码已作废。请现在做一张新卡片，当面交给本人。"), "warm")
            return redirect(url_for("audit.way_in" if shut_out else "audit.person", person_id=person_id))
        except Refused as fault:
            form.blame(fault)
    person = people_queries.other_for(actor(), "appoint", person_id)
    giver = people_queries.giver_of(person)
    return render_template("learning/audit/appoint.html", person=person, form=form, giver=giver), 422 if form.is_submitted() else 200


@bp.post("/appointments/<int:appointment_id>/end")
@may("appoint")
def dismiss(appointment_id: int) -> ResponseReturnValue:
    """End a post; what it allowed ends with it, at once."""
    with transaction():
        post = people_queries.post_for(actor(), appointment_id)
        name = post.person.name
        people_actions.dismiss(post, actor=actor(), when=moment())
    flash(_("%(name)s 的这个职务已免去，相应权限立即停止。", name=name), "good")
    return redirect(url_for("audit.appointments"))
