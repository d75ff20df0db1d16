"""Pages on which first sign-in cards are printed for many people of a branch at once."""

import io
from datetime import timedelta

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel.access import actor, may
from courses.kernel.db import transaction
from courses.kernel.plain import whole
from courses.kernel.settings import settings
from learning.accounts import sealing
from learning.accounts.rules import CARD_DAYS
from learning.audit import class_queries, people_actions, people_queries
from learning.audit.blueprint import bp
from learning.audit.moments import moment
from learning.audit.people_actions import Moment
from learning.audit.way_in_views import card_address
from learning.organization.models import Person
from learning.records import qr, typst

_AT_ONCE = 64  # eight sheets; each PIN is hashed slowly


@bp.get("/branches/<int:organization_id>/cards")
@may("help_sign_in")
def cards(organization_id: int) -> ResponseReturnValue:
    """Choose whom to print a card for; those who are online and have no password of their own are ticked."""
    branch = class_queries.branch_for(actor(), "help_sign_in", organization_id)
    helped = people_queries.helped_at(actor(), branch, on=moment().today)
    return render_template("learning/audit/cards.html", branch=branch, helped=helped, most=_AT_ONCE)


@bp.post("/branches/<int:organization_id>/cards")
@may("help_sign_in")
def print_cards(organization_id: int) -> ResponseReturnValue:
    """Make the cards and answer with the sheets; the numbers on them are kept nowhere in clear, so they come this once.

    The sheets are typeset before the cards are given out: if that fails, the cards given out before are as good as they were.
    """
    branch = class_queries.branch_for(actor(), "help_sign_in", organization_id)
    wanted = request.form.getlist("person_id", type=whole)[:_AT_ONCE]
    if not wanted:
        flash(_("请先勾选要做卡片的同志。"), "warm")
        return redirect(url_for("audit.cards", organization_id=organization_id))
    secrets = {person_id: (sealing.new_card_token(), sealing.new_pin()) for person_id in wanted}
    hashed = {person_id: sealing.hash_password(pin) for person_id, (_token, pin) in secrets.items()}
    when, key = moment(), settings().data_key
    with transaction():
        for person in _chosen(organization_id, wanted, when):
            people_actions.name_someone(person, actor=actor(), key=key, when=when)
    made = [_card(person, *secrets[person.id], when) for person in _chosen(organization_id, wanted, when)]
    sheets = typst.pdf("sign_in_cards", {"branch": branch.name, "by": actor().name, "cards": made})
    with transaction():
        for person in _chosen(organization_id, wanted, when):
            people_actions.issue_card(person, token=secrets[person.id][0], pin_hash=hashed[person.id], actor=actor(), key=key, when=when)
        branch = class_queries.branch_for(actor(), "help_sign_in", organization_id)
        name = f"{branch.code}-{branch.name}首次登录卡.pdf"
    return _file(sheets, name)


def _chosen(organization_id: int, wanted: list[int], when: Moment) -> list[Person]:
    branch = class_queries.branch_for(actor(), "help_sign_in", organization_id)
    return people_queries.chosen(actor(), branch, wanted, on=when.today)


def _card(person: Person, token: str, pin: str, when: Moment) -> dict[str, str]:
    address = card_address(token)
    name = people_queries.way_in(person, now=when.now).account
    later = {"user_name": name.user_name if name and name.user_name else ""}
    until = (when.today + timedelta(days=CARD_DAYS)).isoformat()
    return {"name": person.name, "pin": f"{pin[:3]} {pin[3:]}", "qr": qr.svg(address), "typed": address.split("://", 1)[-1], "until": until, **later}


def _file(data: bytes, name: str) -> ResponseReturnValue:
    answer = send_file(io.BytesIO(data), mimetype="application/pdf", download_name=name, as_attachment=True)
    answer.headers["Cache-Control"] = "no-store"
    return answer
