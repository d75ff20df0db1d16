"""Pages of signing in and out, of one's own account, and who is asking."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, Response, current_app, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from courses.kernel import clock
from courses.kernel.access import Stranger, actor, actor_id, public, recognise, signed_in
from courses.kernel.brief import briefly
from courses.kernel.db import NOBODYS, Unwritten, db, transaction
from courses.kernel.errors import Forbidden, wants_json
from courses.kernel.settings import settings
from learning.accounts import actions, forms, queries, rules, sealing
from learning.accounts.models import Account, SignInCard
from learning.organization.rules import masked

bp = Blueprint("accounts", __name__)
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


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in by mobile number or user name."""
    form = forms.SignIn(then=request.args.get("then", ""))
    if not form.validate_on_submit():
        return render_template("learning/accounts/sign_in.html", form=form), 422 if form.is_submitted() else 200
    now, whose = clock.now(), _whose(form.name.data)
    tried = _count_try(whose, now=now)
    if tried is None:
        form.password.errors = [_rest_words(whose, now=now)]
        return render_template("learning/accounts/sign_in.html", form=form), 429
    account = queries.account_named(form.name.data, key=settings().data_key)
    if not sealing.fits(form.password.data, account.password_hash if account else None) or account is None or _spent(account, now=now):
        form.password.errors = [_("手机号、用户名或密码不对。错了很多次的，过 15 分钟再试；忘了密码，请支部书记帮您重设。")]
        return render_template("learning/accounts/sign_in.html", form=form), 422
    must_change = account.must_change
    _enter(account.person_id, tried, now=now)
    if must_change:
        flash(_("这是临时密码，请换成自己的密码。"), "warm")
        return redirect(url_for("accounts.password"))
    return redirect(_local(form.then.data))


@bp.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """Sign this device out."""
    with transaction(seat=actor().id):
        actions.end_session(current_user.device_id, now=clock.now())
    logout_user()
    session.clear()
    recognise(None, Stranger)
    flash(_("已退出登录。"), "good")
    response = redirect(url_for("accounts.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache"'  # so that 后退 shows nothing of the person who left
    return response


@bp.get("/who")
@public
def who() -> ResponseReturnValue:
    """Who is signed in on this device now, for a page that has been open for long; with a token fresh for them."""
    answer = jsonify(person=actor_id(), token=generate_csrf() if actor_id() else None)
    answer.cache_control.no_store = True
    return answer


@bp.get("/me")
@signed_in
def mine() -> ResponseReturnValue:
    """The person's own account: name, posts, devices."""
    account = queries.account_of(actor().id)
    mobile = sealing.unseal(account.mobile_sealed, settings().data_key) if account and account.mobile_sealed else ""
    devices = queries.devices(actor().id, now=clock.now())
    return render_template("learning/accounts/mine.html", account=account, mobile=mobile, devices=devices, this=current_user.device_id)


@bp.route("/me/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Change the person's own password; the other devices are signed out."""
    form, account = forms.ChangePassword(), queries.account_of(actor().id)
    if form.validate_on_submit() and account is not None and _is_owner(account, form):
        fault = _fault_of_new(account, form)
        if not fault:
            _set_password(account, form.password.data)
            flash(_("密码已更换，其他设备已退出登录。"), "good")
            return redirect(url_for("accounts.mine"))
        form.password.errors = [fault]
    return render_template("learning/accounts/password.html", form=form), 422 if form.is_submitted() else 200


@bp.post("/me/devices/end")
@signed_in
def end_devices() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    with transaction(seat=actor().id):
        count = actions.end_everywhere(actor().id, now=clock.now(), but=current_user.device_id)
    flash(_("已让其他 %(n)s 台设备退出登录。", n=count), "good")
    return redirect(url_for("accounts.mine"))


@bp.route("/first/<token>", methods=["GET", "POST"])
@public
def first(token: str) -> ResponseReturnValue:
    """First sign-in with a printed card: PIN, then a password of one's own."""
    now, form, token = clock.now(), forms.FirstSignIn(), rules.card_token_of(token)
    card = queries.card(token, now=now)
    if card is None:
        return _card_dead()
    if form.validate_on_submit():
        whose, pin = sealing.own_index("card", card.token_hash, settings().data_key), rules.pin_of(form.pin.data)
        tried = _count_try(whose, limit=rules.CARD_TRIES, within=timedelta(days=rules.CARD_DAYS), now=now)
        if tried is None:
            return _card_dead()
        fault = rules.password_fault(form.password.data, own_words=(pin,))
        if not sealing.fits(pin, card.pin_hash):
            form.pin.errors = [_("数字不对，请看清卡片再填。还可以试 %(n)s 次。", n=_tries_left(card, whose, now=now))]
        elif fault:
            _forgive(tried)
            form.password.errors = [fault]
        else:
            return _use_card(token, form.password.data, tried, now=now)
    name = masked(card.person.name)
    return render_template("learning/accounts/first.html", form=form, name=name), 422 if form.is_submitted() else 200


@bp.post("/type-size")
@public
def type_size() -> ResponseReturnValue:
    """Switch 长辈版 on or off."""
    response = redirect(_local(request.form.get("then", "")))
    wanted = not large_type()
    if actor().id is None:
        response.set_cookie("large", "1" if wanted else "0", max_age=31536000, samesite="Lax", secure=settings().secure_cookies)
    else:
        with transaction(seat=actor().id):
            actor().large_type = wanted
    return response


@bp.get("/language/<language>")
@public
def switch_language(language: str) -> ResponseReturnValue:
    """Switch between Chinese and English."""
    response = redirect(_local(request.args.get("then", "")))
    response.set_cookie("language", "en" if language == "en" else "zh", max_age=31536000, samesite="Lax", secure=settings().secure_cookies)
    return response


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


def _count_try(whose: str, *, limit: int | None = None, within: timedelta = rules.LOCKOUT_WINDOW, now: datetime) -> int | None:
    with transaction(seat=NOBODYS):
        return actions.count_try(whose, limit=limit or settings().lockout_failures, within=within, now=now)


def _forgive(tried: int) -> None:
    with transaction(seat=NOBODYS):
        actions.forgive(tried)


def _spent(account: Account, *, now: datetime) -> bool:
    """Whether too many tries were made at all the account's names together. Not told apart from a wrong password: it would tell whose number a number is."""
    names = queries.tried_as(account, key=settings().data_key)
    return sum(len(queries.failures(whose, since=now - rules.LOCKOUT_WINDOW)) for whose in names) > settings().lockout_failures


def _rest_words(whose: str, *, now: datetime) -> str:
    failures = queries.failures(whose, since=now - rules.LOCKOUT_WINDOW)
    rests = rules.locked_until(failures, limit=settings().lockout_failures, now=now) or now
    if actor().id and actor().posts:
        return str(_("密码错得太多，请 %(n)s 分钟后再试，或者请上级管理员帮您重设密码。", n=_minutes(rests, now)))
    return str(_("密码错得太多，请 %(n)s 分钟后再试，或者请支部书记帮您重设密码。", n=_minutes(rests, now)))


def _enter(person_id: int, tried: int, *, now: datetime) -> None:
    token = sealing.new_token()
    with transaction(seat=person_id):
        actions.forgive(tried)
        row = actions.start_session(person_id, token=token, device=rules.device_words(request.user_agent.string), days=settings().session_days, now=now)
    session.clear()
    session.permanent = True
    login_user(Ticket(token, queries.Recognised(row.id, person_id, must_change=False)))


def _is_owner(account: Account, form: forms.ChangePassword) -> bool:
    """Whether the present password was given; bounded, so that whoever finds a phone unlocked cannot guess it."""
    now, whose = clock.now(), sealing.own_index("password", account.person_id, settings().data_key)
    tried = _count_try(whose, now=now)
    if tried is None:
        form.present.errors = [_rest_words(whose, now=now)]
        return False
    if not sealing.fits(form.present.data, account.password_hash):
        form.present.errors = [_("现在的密码不对，请再想想。")]
        return False
    _forgive(tried)
    return True


def _fault_of_new(account: Account, form: forms.ChangePassword) -> str:
    if form.password.data == form.present.data:
        return str(_("新密码和现在的一样，请换一个。"))
    mobile = sealing.unseal(account.mobile_sealed, settings().data_key) if account.mobile_sealed else ""
    return rules.password_fault(form.password.data, own_words=(account.user_name or "", mobile))


def _set_password(account: Account, password: str) -> None:
    hashed, this = sealing.hash_password(password), current_user.device_id
    with transaction(seat=actor().id):
        actions.set_password(account, hashed)
        actions.end_everywhere(account.person_id, now=clock.now(), but=this)


def _use_card(token: str, password: str, tried: int, *, now: datetime) -> ResponseReturnValue:
    hashed = sealing.hash_password(password)
    with transaction():
        card = queries.card(token, now=now)
        account = actions.use_card(card, password_hash=hashed, key=settings().data_key, now=now) if card else None
    if account is None:
        return _card_dead()
    name = "" if account.mobile_index else account.user_name
    _enter(account.person_id, tried, now=now)
    known = _("密码设好了，以后用用户名“%(name)s”和它登录。", name=name) if name else _("密码设好了，以后用它登录。")
    flash(known + _("欢迎来到空中大讲堂！"), "good")
    return redirect(url_for("study.home"))


def _tries_left(card: SignInCard, whose: str, *, now: datetime) -> int:
    """How often the PIN may still be tried; a card with no try left is dead."""
    left = max(0, rules.CARD_TRIES - len(queries.failures(whose, since=now - timedelta(days=rules.CARD_DAYS))))
    if not left:
        with transaction():
            actions.kill_card(card, now=now)
    return left


def _card_dead() -> ResponseReturnValue:
    return render_template("learning/accounts/card_dead.html"), 404


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


def _whose(name: str) -> str:
    mobile = rules.normal_mobile(name)
    return sealing.index((mobile or name).strip().lower(), settings().data_key)


def _minutes(until: datetime, now: datetime) -> int:
    return max(1, -(-int((until - now).total_seconds()) // 60))


def _local(target: str | None) -> str:
    """`target` if it is a path of this site, else the home page."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or any(ord(mark) < 32 for mark in target):
        return url_for("study.home")
    return target
