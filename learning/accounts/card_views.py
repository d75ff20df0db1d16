"""Pages of the first sign-in with a printed card."""

from datetime import datetime, timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from courses.kernel import clock
from courses.kernel.access import public
from courses.kernel.db import transaction
from courses.kernel.settings import settings
from learning.accounts import actions, forms, queries, rules, sealing
from learning.accounts.blueprint import bp
from learning.accounts.entering import count_try, enter, forgive
from learning.accounts.models import SignInCard
from learning.organization.rules import masked


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
        tried = count_try(whose, limit=rules.CARD_TRIES, within=timedelta(days=rules.CARD_DAYS), now=now)
        if tried is None:
            return _card_dead()
        fault = rules.password_fault(form.password.data, own_words=(pin,))
        if not sealing.fits(pin, card.pin_hash):
            form.pin.errors = [_("数字不对，请看清卡片再填。还可以试 %(n)s 次。", n=_tries_left(card, whose, now=now))]
        elif fault:
            forgive(tried)
            form.password.errors = [fault]
        else:
            return _use_card(token, form.password.data, tried, now=now)
    name = masked(card.person.name)
    return render_template("learning/accounts/first.html", form=form, name=name), 422 if form.is_submitted() else 200


def _use_card(token: str, password: str, tried: int, *, now: datetime) -> ResponseReturnValue:
    hashed = sealing.hash_password(password)
    with transaction():
        card = queries.card(token, now=now)
        account = actions.use_card(card, password_hash=hashed, key=settings().data_key, now=now) if card else None
    if account is None:
        return _card_dead()
    name = "" if account.mobile_index else account.user_name
    enter(account.person_id, tried, now=now)
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
