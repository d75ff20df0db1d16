"""A first sign-in card: a QR code and a PIN, good once, for a month, for five wrong PINs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from courses.kernel.db import db
from learning.accounts import queries, rules, sealing
from learning.accounts.models import Account, Failure, SignInCard
from tests.accounts.doors import ANOTHER, PASSWORD, browser, is_in, issue, open_account, open_devices, sign_in, use
from tests.people import NOW


@pytest.fixture
def card(county, clock):
    """A card of 李乙, who has no account yet."""
    return issue(county.old_member, county.secretary)


def opens(app, card):
    return browser(app).get(card.address).status_code == 200


def test_a_card_and_its_pin_let_in_and_set_a_password(app, county, card):
    client = browser(app)
    assert "李*" in client.get(card.address).get_data(as_text=True)
    assert use(client, card).location == "/"
    assert is_in(client)
    assert sealing.fits(PASSWORD, queries.account_of(county.old_member).password_hash)


def test_the_page_shows_no_more_than_the_first_character_of_the_name(app, card):
    assert "李乙" not in browser(app).get(card.address).get_data(as_text=True)


@pytest.mark.parametrize("typed", ["234 567", " 234567 ", "２３４５６７"])
def test_the_pin_is_read_as_it_was_meant(app, card, typed):
    assert use(browser(app), card, pin=typed).status_code == 302


def test_whoever_came_by_a_card_can_come_again_without_it(app, county, card):
    """Somebody without number or name would have a password and nothing to type beside it."""
    client = browser(app)
    use(client, card)
    name = db.session.query(Account).filter_by(person_id=county.old_member).one().user_name
    assert name
    assert name in client.get("/").get_data(as_text=True)
    assert sign_in(browser(app), name).status_code == 302


def test_two_people_of_one_name_get_two_user_names(app, county, clock):
    open_account(county.neighbour, user_name="liyi", mobile=None)
    assert use(browser(app), issue(county.old_member, county.secretary)).status_code == 302
    assert queries.account_of(county.old_member).user_name == "liyi2"


def test_whoever_has_a_number_is_told_no_user_name(app, county, clock):
    open_account(county.member)
    client = browser(app)
    use(client, issue(county.member, county.secretary), password=ANOTHER)
    page = client.get("/").get_data(as_text=True)
    assert "欢迎来到空中大讲堂" in page
    assert "zhangjia" not in page


def test_a_cookie_copied_before_a_card_was_used_opens_nothing_after(app, county, clock):
    open_account(county.member)
    client, copy = browser(app), browser(app)
    sign_in(client)
    copy.set_cookie("hall", client.get_cookie("hall").value)
    assert is_in(copy)
    assert use(client, issue(county.member, county.secretary), password=ANOTHER).location == "/"
    assert is_in(client) and not is_in(copy)
    assert open_devices(county.member) == 1


def test_a_card_is_used_once_only(app, card):
    use(browser(app), card)
    second = browser(app)
    assert not opens(app, card)
    assert use(second, card, password=ANOTHER).status_code == 404
    assert not is_in(second)


def test_two_phones_at_once_use_a_card_once(app, county, card):
    with ThreadPoolExecutor(4) as many:
        answers = list(many.map(lambda _: use(browser(app), card).status_code, range(4)))
    assert sorted(answers) == [302, 404, 404, 404]
    assert open_devices(county.old_member) == 1


def test_five_wrong_pins_kill_a_card(app, card):
    client = browser(app)
    for left in (4, 3, 2, 1, 0):
        assert f"还可以试 {left} 次" in use(client, card, pin="222222").get_data(as_text=True)
    assert use(client, card).status_code == 404
    assert not opens(app, card)


def test_a_card_killed_by_guessing_stays_dead(app, county, card, clock):
    for _ in range(rules.CARD_TRIES):
        use(browser(app), card, pin="222222")
    clock.move_to(NOW + timedelta(days=2))
    sign_in(browser(app), "anyone", "wrong-guess-1")
    assert use(browser(app), card).status_code == 404
    assert queries.live_card_of(county.old_member, now=NOW + timedelta(days=2)) is None


def test_guesses_spread_over_days_are_still_five(app, card, clock):
    answers = []
    for day in range(7):
        clock.move_to(NOW + timedelta(days=2 * day))
        sign_in(browser(app), "anyone", "wrong-guess-1")
        answers.append(use(browser(app), card, pin="222222").status_code)
    assert answers == [422] * rules.CARD_TRIES + [404] * 2


def test_pins_guessed_at_once_are_no_more_than_five(app, card):
    with ThreadPoolExecutor(16) as many:
        answers = list(many.map(lambda n: use(browser(app), card, pin=f"22222{2 + n % 8}").status_code, range(16)))
    assert answers.count(422) == rules.CARD_TRIES


def test_a_weak_password_with_the_right_pin_costs_no_try(app, card):
    for _ in range(rules.CARD_TRIES + 1):
        assert use(browser(app), card, password="12345678").status_code == 422
    assert use(browser(app), card, password=card.pin + card.pin).status_code == 302
    assert db.session.query(Failure).count() == 0


def test_a_card_is_dead_after_its_days(app, card, clock):
    clock.move_to(NOW + timedelta(days=rules.CARD_DAYS) - timedelta(seconds=1))
    assert opens(app, card)
    clock.move_to(NOW + timedelta(days=rules.CARD_DAYS))
    assert not opens(app, card)
    assert use(browser(app), card).status_code == 404


def test_a_new_card_kills_the_old(app, county, card):
    new = issue(county.old_member, county.secretary, token="token-on-another-card", pin="345678")
    assert use(browser(app), card).status_code == 404
    assert use(browser(app), new).status_code == 302


def test_using_a_card_signs_the_persons_other_devices_out(app, county, clock):
    open_account(county.member)
    lost = browser(app)
    sign_in(lost)
    use(browser(app), issue(county.member, county.secretary), password=ANOTHER)
    assert not is_in(lost)
    assert sign_in(browser(app), password=ANOTHER).status_code == 302


def test_neither_token_nor_pin_is_kept_in_the_clear(app, card):
    row = db.session.query(SignInCard).one()
    assert card.token not in row.token_hash
    assert row.pin_hash.startswith("$argon2id$")


def test_an_unknown_card_is_a_dead_card(app, county):
    client = browser(app)
    assert client.get("/first/never-printed").status_code == 404
    assert "这张卡片不能用了" in client.get("/first/never-printed").get_data(as_text=True)


def test_a_pin_has_no_digit_that_is_read_as_a_letter():
    assert all(len(pin) == 6 and not set(pin) & set("01") for pin in (sealing.new_pin() for _ in range(200)))
