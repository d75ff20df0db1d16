"""Pages on which someone is helped to sign in: the name they sign in by, a temporary password, a first sign-in card."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel import clock
from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from learning.accounts import sealing
from learning.accounts.rules import CARD_DAYS, in_groups
from learning.audit import people_actions, people_forms, people_queries
from learning.audit.blueprint import bp
from learning.audit.moments import moment
from learning.records import qr


@bp.get("/people/<int:person_id>/way-in")
@may("help_sign_in")
def way_in(person_id: int) -> ResponseReturnValue:
    """How someone signs in, and the three ways to help."""
    return _page(person_id, people_forms.WayInForm())


@bp.post("/people/<int:person_id>/way-in")
@may("help_sign_in")
def set_way_in(person_id: int) -> ResponseReturnValue:
    """Set the mobile number or user name someone signs in by."""
    form = people_forms.WayInForm()
    if form.validate_on_submit():
        try:
            with transaction():
                person = people_queries.helped_for(actor(), person_id)
                names = {"user_name": form.user_name.data, "mobile": form.mobile.data}
                people_actions.set_names(person, **names, actor=actor(), key=settings().data_key, when=moment())
            flash(_("已保存。"), "good")
            return redirect(url_for("audit.way_in", person_id=person_id))
        except Refused as fault:
            form.blame(fault)
    return _page(person_id, form, status=422)


@bp.post("/people/<int:person_id>/password")
@may("help_sign_in")
def reset_password(person_id: int) -> ResponseReturnValue:
    """Give a temporary password; it is shown once, on this page alone, and kept nowhere in clear."""
    people_queries.helped_for(actor(), person_id)  # whoever may not is told before the slow hashing
    temporary = sealing.new_password()
    hashed = sealing.hash_password(temporary)
    try:
        with transaction():
            person = people_queries.helped_for(actor(), person_id)
            people_actions.reset_password(person, hashed, actor=actor(), key=settings().data_key, when=moment())
    except Refused as fault:
        if fault.status != Refused.status:
            raise
        flash(str(fault.message), "bad")
        return redirect(url_for("audit.way_in", person_id=person_id))
    person = people_queries.helped_for(actor(), person_id)
    known = people_queries.way_in(person, now=clock.now())
    return _once(render_template("learning/audit/temporary_password.html", person=person, temporary=temporary, way_in=known))


@bp.post("/people/<int:person_id>/card")
@may("help_sign_in")
def issue_card(person_id: int) -> ResponseReturnValue:
    """Print a first sign-in card: the address as a QR code, and a PIN, shown this once."""
    people_queries.helped_for(actor(), person_id)
    token, pin = sealing.new_card_token(), sealing.new_pin()
    hashed = sealing.hash_password(pin)
    with transaction():
        person = people_queries.helped_for(actor(), person_id)
        until = people_actions.issue_card(person, token=token, pin_hash=hashed, actor=actor(), key=settings().data_key, when=moment()).until
    person = people_queries.helped_for(actor(), person_id)
    known = people_queries.way_in(person, now=clock.now())
    address = card_address(token)
    printed = {"pin": pin, "address": address, "code": qr.svg(address), "until": until, "issued_by": actor().name}
    return _once(render_template("learning/audit/card.html", person=person, way_in=known, **printed))


@bp.post("/people/<int:person_id>/card/revocation")
@may("help_sign_in")
def revoke_card(person_id: int) -> ResponseReturnValue:
    """Kill the card that someone could still use."""
    with transaction():
        people_actions.revoke_card(people_queries.helped_for(actor(), person_id), actor=actor(), when=moment())
    flash(_("卡片已作废。"), "good")
    return redirect(url_for("audit.way_in", person_id=person_id))


def card_address(token: str) -> str:
    """Where a card leads: as a QR code, or typed."""
    path = url_for("accounts.first", token=in_groups(token))
    return f"{settings().public_url.rstrip('/')}{path}" if settings().public_url else request.url_root.rstrip("/") + path


def _page(person_id: int, form: people_forms.WayInForm, *, status: int = 200) -> ResponseReturnValue:
    person = people_queries.helped_for(actor(), person_id)
    known = people_queries.way_in(person, now=clock.now())
    return render_template(
        "learning/audit/way_in.html", person=person, form=form, way_in=known, days=CARD_DAYS, rival=people_queries.rival(actor(), person)
    ), status


def _once(page: str) -> ResponseReturnValue:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
