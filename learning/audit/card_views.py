"""Pages on which first sign-in cards are printed for many people of a branch at once."""

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel.access import actor, may
from courses.kernel.clock import day_of
from courses.kernel.db import transaction
from courses.kernel.settings import settings
from learning.accounts import sealing
from learning.audit import class_queries, people_actions, people_queries
from learning.audit.blueprint import bp
from learning.audit.moments import moment
from learning.organization.models import Organization, Person
from learning.records import qr, typst

_AT_ONCE = 64  # eight sheets; each PIN is hashed slowly


@bp.get("/branches/<int:organization_id>/cards")
@may("help_sign_in")
def cards(organization_id: int) -> ResponseReturnValue:
    """Choose whom to print a card for; those who have no password of their own are ticked."""
    branch = class_queries.branch_for(actor(), "help_sign_in", organization_id)
    helped = people_queries.helped_at(actor(), branch, on=moment().today)
    return render_template("learning/audit/cards.html", branch=branch, helped=helped, most=_AT_ONCE)


@bp.post("/branches/<int:organization_id>/cards")
@may("help_sign_in")
def print_cards(organization_id: int) -> ResponseReturnValue:
    """Make the cards and answer with the sheets; the numbers on them are kept nowhere in clear, so they come this once."""
    branch = class_queries.branch_for(actor(), "help_sign_in", organization_id)
    wanted = request.form.getlist("person_id", type=int)[:_AT_ONCE]
    if not wanted:
        flash(_("请先勾选要做卡片的同志。"), "warm")
        return redirect(url_for("audit.cards", organization_id=organization_id))
    secrets = {person_id: (sealing.new_token(), sealing.new_pin()) for person_id in wanted}
    hashed = {person_id: sealing.hash_password(pin) for person_id, (_token, pin) in secrets.items()}
    with transaction():
        branch = class_queries.branch_for(actor(), "help_sign_in", organization_id)
        people = people_queries.chosen(actor(), branch, wanted, on=moment().today)
        made = [_card(person, *secrets[person.id], hashed[person.id]) for person in people]
        sheet = {"branch": branch.name, "by": actor().name, "cards": made}
    return _sheets(branch, sheet)


def _card(person: Person, token: str, pin: str, pin_hash: str) -> dict[str, str]:
    row = people_actions.issue_card(person, token=token, pin_hash=pin_hash, actor=actor(), key=settings().data_key, when=moment())
    path = url_for("accounts.first", token=token)
    address = f"{settings().public_url.rstrip('/')}{path}" if settings().public_url else url_for("accounts.first", token=token, _external=True)
    name = people_queries.way_in(person, now=moment().now).account
    later = f"以后用户名填 {name.user_name}，再填密码。" if name and name.user_name else "以后填手机号和这个密码。"
    until = day_of(row.until, settings().zone).isoformat()
    return {"name": person.name, "pin": f"{pin[:3]} {pin[3:]}", "qr": qr.svg(address), "later": later, "until": until}


def _sheets(branch: Organization, sheet: dict[str, object]) -> ResponseReturnValue:
    answer = send_file(io.BytesIO(typst.pdf("sign_in_cards", sheet)), mimetype="application/pdf", download_name=f"{branch.name}首次登录卡.pdf")
    answer.headers["Cache-Control"] = "no-store"
    return answer
