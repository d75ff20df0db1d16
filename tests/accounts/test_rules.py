"""Passwords, numbers and lockout as plain decisions."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.accounts import rules
from tests.people import NOW


@pytest.mark.parametrize(
    "typed", ["19900001234", " 199 0000 1234", "199-0000-1234", "+86 199 0000 1234", "8619900001234", "１９９００００１２３４", "+86-19900001234"]
)
def test_a_number_is_the_same_however_it_is_typed(typed):
    assert rules.normal_mobile(typed) == "19900001234"


@pytest.mark.parametrize("typed", ["", "1990000123", "199000012345", "29900001234", "zhangjia", "1990000123x", "861990000123", "١٩٩٠٠٠٠١٢٣٤"])
def test_what_is_no_number_is_none(typed):
    assert rules.normal_mobile(typed) is None


@given(st.text(max_size=30))
def test_a_normal_number_is_eleven_plain_digits(typed):
    number = rules.normal_mobile(typed)
    assert number is None or (len(number) == 11 and number.isascii() and number.isdigit())


@pytest.mark.parametrize(
    "text", ["110101199003071234", "身份证11010119900307123X", "110101 19900307 123x", "１１０１０１１９９００３０７１２３Ｘ", "110101-19900307-1234"]
)
def test_an_identity_number_is_seen_through_its_disguises(text):
    assert rules.looks_like_identity_number(text)


@pytest.mark.parametrize(
    "text", ["19900001234", "张甲", "2026-11-02 10:00 柳荫村党群服务中心", "20261102 20261103 12", "订单 000000000000000000", "QC0101-2026-000017-K", ""]
)
def test_ordinary_words_are_no_identity_number(text):
    assert not rules.looks_like_identity_number(text)


@pytest.mark.parametrize("password", ["", "1234567", "12345678", "ABCD1234", "11112222", "x" * 201])
def test_a_weak_password_is_turned_down_in_words(password):
    assert rules.password_fault(password)


def test_ones_own_name_or_number_is_no_password():
    assert rules.password_fault("zhangjia88", own_words=("ZhangJia88",))
    assert rules.password_fault("19900001234", own_words=("19900001234",))
    assert rules.password_fault("荷塘月色2026", own_words=("zhangjia", "19900001234")) == ""


def test_a_name_rests_from_the_limit_on_until_the_window_has_passed():
    tries = [NOW + timedelta(minutes=n) for n in range(3)]
    assert rules.locked_until(tries[:2], limit=3, now=tries[2]) is None
    assert rules.locked_until(tries, limit=3, now=tries[2]) == NOW + rules.LOCKOUT_WINDOW
    assert rules.locked_until(tries, limit=3, now=NOW + rules.LOCKOUT_WINDOW) is None


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 10) Chrome/86 MicroMessenger/8.0", "安卓手机 · 微信"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15) Safari/604", "苹果手机 · 浏览器"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Edg/120", "电脑 · Edge"),
        ("", "其他设备 · 浏览器"),
    ],
)
def test_a_device_has_a_name_its_owner_knows(agent, words):
    assert rules.device_words(agent) == words


def test_a_cards_token_is_read_in_groups_and_capitals_and_a_long_one_as_it_stands():
    assert rules.card_token_of("ABCD-efgh-jkmn") == rules.card_token_of(rules.in_groups("abcdefghjkmn")) == "abcdefghjkmn"
    assert rules.card_token_of("Qw-_" * 8) == rules.in_groups("Qw-_" * 8) == "Qw-_" * 8
