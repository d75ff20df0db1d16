"""自己签到: the screen in the room with a number that changes, and the page on which a member signs in by scanning or typing it."""

import hmac
from datetime import datetime

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.catalogue import queries as catalogue
from courses.kernel.access import actor, public, signed_in
from courses.kernel.db import transaction
from courses.kernel.errors import Missing
from courses.kernel.settings import settings
from learning.audit.blueprint import bp
from learning.audit.moments import moment
from learning.audit.training_views import public_address
from learning.classes import queries as classes
from learning.classes import sign_in_actions, sign_in_queries
from learning.classes import sign_in_rules as rules
from learning.classes.models import OfflineSession
from learning.records import qr


@bp.get("/here")
@signed_in
def here() -> ResponseReturnValue:
    """Where the code leads: one press signs in. Typed by hand where nothing can be scanned."""
    typed = rules.tidied(request.args.get("code", ""))
    found = _session_of(typed, moment().now) if typed else None
    if typed and found is None:
        return _page(fault=_why_not(), status=422)
    return _page(session=found, typed=typed)


@bp.post("/here")
@signed_in
def sign_in_here() -> ResponseReturnValue:
    """Note that this person is here; it counts once the secretary confirms it."""
    when, how = moment(), "scanned" if request.form.get("scanned") else "typed"
    with transaction():
        found = _session_of(request.form.get("code", ""), when.now)
        if found is not None:
            sign_in_actions.sign_in(found, actor(), how=how, now=when.now)
    if found is None:
        return _page(fault=_why_not(), status=422)
    return _page(session=found, done=True)


@bp.get("/screens/<token>")
@public
def screen(token: str) -> ResponseReturnValue:
    """The number and the code of one session, on any computer in the room; its address is its own authority and dies with the day."""
    row = _shown(token)
    title, address = catalogue.outline(row.version_id).title, public_address("audit.here").partition("://")[2]
    return render_template("learning/audit/screen.html", session=row, title=title, token=token, shown=_number(row), address=address)


@bp.get("/screens/<token>/number")
@public
def screen_number(token: str) -> ResponseReturnValue:
    """What the screen shows next."""
    answer = jsonify(_number(_shown(token)))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _number(row: OfflineSession) -> dict[str, object]:
    now = moment().now
    number = rules.number(settings().secret_key, row.id, now)
    over = sign_in_queries.has_roll(row.id)
    address = public_address("audit.here", code=number)
    return {
        "over": over,
        "number": "" if over else f"{number[:3]} {number[3:]}",
        "code": "" if over else qr.svg(address),
        "left": rules.seconds_left(now),
        "here": sign_in_queries.count(row.id),
    }


def _shown(token: str) -> OfflineSession:
    session_id = rules.session_of(token)
    row = classes.session(session_id) if session_id is not None else None
    if row is None or not hmac.compare_digest(token.encode(), rules.screen_token(settings().secret_key, row.id, moment().today).encode()):
        raise Missing(_("这个签到屏幕已经过期，请在工作台的签到表里重新打开。"))
    return row


def _session_of(typed: str, now: datetime) -> OfflineSession | None:
    """The session in this person's branch whose screen shows the number."""
    mine = sign_in_queries.open_for(actor(), today=moment().today)
    return next((row for row in mine if rules.is_live(settings().secret_key, row.id, typed, now)), None)


def _why_not() -> str:
    if sign_in_queries.open_for(actor(), today=moment().today):
        return str(_("数字不对，或者屏幕上已经换了新的。请再扫一次，或照着屏幕再输一次。"))
    if actor().membership and actor().may("record_study", actor().membership.organization):
        return str(_("您所在的党组织现在没有正在签到的学习。点名由您登记：还没点的在支部页点名，点过的在签到表里更正。"))
    return str(_("您所在的党组织现在没有正在签到的学习。来晚了或是外支部的同志，请告诉支部书记，由书记登记。"))


def _page(*, session: OfflineSession | None = None, typed: str = "", fault: str = "", done: bool = False, status: int = 200) -> ResponseReturnValue:
    title = catalogue.outline(session.version_id).title if session else ""
    return render_template("learning/audit/here.html", session=session, title=title, typed=typed, fault=fault, done=done), status
