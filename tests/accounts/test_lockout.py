"""Guessing is bounded: by name, in the database, for names that exist and names that do not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from learning.accounts import actions, queries, rules, sealing
from learning.accounts.models import Failure
from tests.accounts.doors import ANOTHER, MOBILE, browser, change_password, failures, is_in, sign_in
from tests.people import NOW

WRONG = "wrong-guess-1"


@pytest.fixture
def limit(app):
    return settings().lockout_failures


def guess(app, times, name="zhangjia"):
    return [sign_in(browser(app), name, WRONG).status_code for _ in range(times)]


@pytest.mark.parametrize("name", ["zhangjia", "nobody-of-this-name", MOBILE, "19900009999"])
def test_after_so_many_wrong_guesses_a_name_rests(app, member, limit, name):
    assert guess(app, limit, name) == [422] * limit
    answer = sign_in(browser(app), name, WRONG)
    assert answer.status_code == 429
    assert "15 分钟后再试" in answer.get_data(as_text=True)


def test_while_a_name_rests_the_right_password_does_not_help_and_nothing_more_is_counted(app, member, limit):
    guess(app, limit)
    client = browser(app)
    assert sign_in(client).status_code == 429
    assert not is_in(client)
    assert failures() == limit


def test_the_rest_ends_with_the_window(app, member, limit, clock):
    guess(app, limit)
    clock.move_to(NOW + rules.LOCKOUT_WINDOW - timedelta(seconds=1))
    assert sign_in(browser(app)).status_code == 429
    clock.move_to(NOW + rules.LOCKOUT_WINDOW)
    assert sign_in(browser(app)).status_code == 302


def test_other_names_are_not_held_up(app, member, limit):
    guess(app, limit, "nobody-of-this-name")
    assert sign_in(browser(app)).status_code == 302


def test_a_name_is_one_name_however_it_is_spelled(app, member, limit):
    for spelling in (MOBILE, "199 0000 1234", "+8619900001234", "199-0000-1234"):
        guess(app, limit // 4, spelling)
    assert sign_in(browser(app), MOBILE).status_code == 429


def test_signing_in_rightly_is_not_counted_as_a_guess(app, member, limit):
    for _ in range(limit + 1):
        assert sign_in(browser(app)).status_code == 302
    assert failures() == 0


def test_guesses_made_at_once_are_no_more_than_guesses_made_in_turn(app, member, limit):
    with ThreadPoolExecutor(24) as many:
        answers = list(many.map(lambda _: guess(app, 1)[0], range(3 * limit)))
    assert answers.count(422) == limit
    assert failures() == limit


def test_no_name_is_kept_in_the_clear(app, member):
    guess(app, 1, "zhangjia")
    guess(app, 1, MOBILE)
    for row in db.session.query(Failure):
        assert len(row.whose) == 64
        assert MOBILE not in row.whose


def test_a_helper_who_resets_the_password_ends_the_rest(app, member, limit):
    guess(app, limit)
    guess(app, limit, MOBILE)
    with transaction():
        account = queries.account_of(member)
        actions.set_password(account, sealing.hash_password(ANOTHER))
        actions.forget_failures(account, key=settings().data_key)
    assert sign_in(browser(app), MOBILE, ANOTHER).status_code == 302


def test_whoever_finds_a_phone_unlocked_cannot_guess_its_password_for_ever(app, member, limit):
    client = browser(app)
    sign_in(client)
    assert [change_password(client, WRONG).status_code for _ in range(limit)] == [422] * limit
    answer = change_password(client)
    assert answer.status_code == 422
    assert "分钟后再试" in answer.get_data(as_text=True)
    assert sign_in(browser(app)).status_code == 302  # the owner, elsewhere, with the password as it was


def test_two_names_of_one_person_do_not_double_the_guesses_nor_tell_that_they_are_one(app, member, limit):
    guess(app, limit - 1, "zhangjia")
    assert guess(app, 2, MOBILE) == [422] * 2, "another number would be answered alike"
    assert sign_in(browser(app), MOBILE).status_code == 422, "the right password, after too many guesses at both names"
    assert sign_in(browser(app), "19900009999").status_code == 422


def test_a_person_with_two_names_is_let_in_within_the_limit(app, member, limit):
    guess(app, limit // 2, "zhangjia")
    assert sign_in(browser(app), MOBILE).status_code == 302
