"""Who is asking, told before the guard asks whether they may; and how they like their pages."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, current_user

from courses.kernel import clock
from courses.kernel.access import Stranger, actor, actor_id, recognise
from courses.kernel.brief import briefly
from courses.kernel.db import Unwritten, db
from courses.kernel.errors import Forbidden, wants_json
from courses.kernel.settings import settings
from learning.accounts import actions, queries, sealing

login = LoginManager()
login.session_protection = None  # a phone's address changes on the road; marking that would set the cookie anew, and a late answer overwrite the next person's
WHO = "who"  # a cookie that scripts may read: the id of the person signed in


class Ticket:
    """What flask-login keeps of a signed-in device: the token in the cookie; who that is, the table says."""

    is_authenticated, is_active, is_anonymous = True, True, False

    def __init__(self, token: str, device: queries.Recognised) -> None:
        self.token, self.device_id, self.person_id, self.must_change = token, device.id, device.person_id, device.must_change
        self.last_on = device.last_on

    def get_id(self) -> str:
        return self.token


def install(app: Flask) -> None:
    """Know who is asking, before the guard asks whether they may."""
    login.init_app(app)
    app.before_request(_recognise)
    app.before_request(_first_a_password)
    app.after_request(_note_day)
    app.after_request(_say_whose)


@login.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> Ticket | None:
    """The device that holds `token`, if it is still signed in."""
    found = queries.recognised(token, now=clock.now())
    return Ticket(token, found) if found else None


def device_hash(cookie: Mapping[str, Any] = session) -> str | None:
    """The hash of the token in a cookie, this request's unless another is given, whoever it may belong to; for writes that ask that themselves."""
    token = cookie.get("_user_id")
    return sealing.token_hash(token) if isinstance(token, str) else None


def language() -> str:
    """The locale of this request: Chinese, unless the person asked for English."""
    return "en" if language_code() == "en" else "zh_Hans_CN"


def language_code() -> str:
    """The page's language, as HTML spells it."""
    return "en" if request and request.cookies.get("language") == "en" else "zh-CN"


def large_type() -> bool:
    """Whether this person or phone asked for larger type."""
    person = actor()
    return bool(person.large_type) if person.id else request.cookies.get("large") == "1"


def _recognise() -> None:
    if current_user.is_authenticated:
        recognise(current_user.person_id, lambda: queries.person_asking(current_user.person_id))
    else:
        recognise(None, Stranger)


def _first_a_password() -> ResponseReturnValue | None:
    """Whoever came in with a temporary password chooses their own before anything else: whoever gave it could come in with it too."""
    if not current_user.is_authenticated or not current_user.must_change or request.endpoint in {None, "accounts.password", "accounts.sign_out"}:
        return None
    if getattr(current_app.view_functions[str(request.endpoint)], "access", None) == ("public",):
        return None
    if wants_json():
        raise Forbidden(_("请先把临时密码换成自己的密码。"))
    return redirect(url_for("accounts.password"))


def _say_whose(response: Response) -> Response:
    """Tell scripts whose page this is, and whose the device: a page kept by the browser or its service worker is then never shown to the next person."""
    person = str(actor_id() or "")
    if response.mimetype == "text/html" and "actor_id" in g:
        response.headers["Hall-Person"] = person
        if request.cookies.get(WHO, "") != person:
            response.set_cookie(WHO, person, max_age=settings().session_days * 86400 if person else 0, samesite="Lax", secure=settings().secure_cookies)
    return response


def _note_day(response: Response) -> Response:
    """Once a day for each device, after a page: the day that its owner sees. No report and no answer to a script ever pays for it."""
    if response.mimetype != "text/html" or "actor_id" not in g or not current_user.is_authenticated:
        return response
    today = clock.day_of(clock.now(), settings().zone)
    if current_user.last_on != today:
        db.session.rollback()
        with suppress(Unwritten):  # a full disk or a long queue keeps nobody from reading
            briefly(actions.use_devices, (str(device_hash()), today))
    return response
