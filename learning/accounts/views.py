"""Pages of signing in and out, and of one's own account; those of the card have a module of their own and hang on the same blueprint."""

from datetime import datetime

from flask import flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from courses.kernel import clock
from courses.kernel.access import Stranger, actor, actor_id, public, recognise, signed_in
from courses.kernel.db import transaction
from courses.kernel.settings import settings
from learning.accounts import actions, card_views, forms, queries, rules, sealing
from learning.accounts.asking import Ticket, large_type
from learning.accounts.blueprint import bp
from learning.accounts.entering import count_try, enter, forgive
from learning.accounts.models import Account

__all__ = ["bp", "card_views"]


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in by mobile number or user name."""
    form = forms.SignIn(then=request.args.get("then", ""))
    if not form.validate_on_submit():
        return render_template("learning/accounts/sign_in.html", form=form), 422 if form.is_submitted() else 200
    now, whose = clock.now(), _whose(form.name.data)
    tried = count_try(whose, now=now)
    if tried is None:
        form.password.errors = [_rest_words(whose, now=now)]
        return render_template("learning/accounts/sign_in.html", form=form), 429
    account = queries.account_named(form.name.data, key=settings().data_key)
    if not sealing.fits(form.password.data, account.password_hash if account else None) or account is None or _spent(account, now=now):
        form.password.errors = [_("手机号、用户名或密码不对。错了很多次的，过 15 分钟再试；忘了密码，请支部书记帮您重设。")]
        return render_template("learning/accounts/sign_in.html", form=form), 422
    must_change = account.must_change
    enter(account.person_id, tried, now=now)
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
    """Change the person's own password; the other devices are signed out, and so is whoever has a copy of this one's cookie."""
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


def _is_owner(account: Account, form: forms.ChangePassword) -> bool:
    """Whether the present password was given; bounded, so that whoever finds a phone unlocked cannot guess it."""
    now, whose = clock.now(), sealing.own_index("password", account.person_id, settings().data_key)
    tried = count_try(whose, now=now)
    if tried is None:
        form.present.errors = [_rest_words(whose, now=now)]
        return False
    if not sealing.fits(form.present.data, account.password_hash):
        form.present.errors = [_("现在的密码不对，请再想想。")]
        return False
    forgive(tried)
    return True


def _fault_of_new(account: Account, form: forms.ChangePassword) -> str:
    if form.password.data == form.present.data:
        return str(_("新密码和现在的一样，请换一个。"))
    mobile = sealing.unseal(account.mobile_sealed, settings().data_key) if account.mobile_sealed else ""
    return rules.password_fault(form.password.data, own_words=(account.user_name or "", mobile))


def _set_password(account: Account, password: str) -> None:
    hashed, token, this = sealing.hash_password(password), sealing.new_token(), current_user.device_id
    with transaction(seat=actor().id):
        actions.set_password(account, hashed)
        actions.end_everywhere(account.person_id, now=clock.now(), but=this)
        actions.renew_session(this, token=token)
    login_user(Ticket(token, queries.Recognised(this, account.person_id, must_change=False, last_on=current_user.last_on)))


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
