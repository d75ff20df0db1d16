"""The number of a self sign-in: the same for everyone who looks, another for each session and soon after, and of no use later."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from learning.classes import sign_in_rules as rules

AT = datetime(2026, 11, 2, 2, 0, 3, tzinfo=UTC)
moments = st.integers(0, 10**9).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


@given(st.text(min_size=1), st.integers(1, 2**62), moments, st.integers(0, 59))
def test_a_number_is_live_for_a_minute_at_least(secret, session, at, later):
    number = rules.number(secret, session, at)
    assert len(number) == 6 and number.isdigit()
    assert rules.is_live(secret, session, number, at + timedelta(seconds=later))
    assert 0 < rules.seconds_left(at) <= rules.STEP_SECONDS


@given(st.text(min_size=1), st.integers(1, 2**62), moments)
def test_it_changes_with_the_step(secret, session, at):
    shown = [rules.number(secret, session, at + timedelta(seconds=rules.STEP_SECONDS * step)) for step in range(6)]
    assert len(set(shown)) > 1


def test_it_opens_its_own_session_and_dies():
    number = rules.number("s", 7, AT)
    assert not rules.is_live("s", 8, number, AT)
    assert not rules.is_live("other", 7, number, AT)
    assert not rules.is_live("s", 7, number, AT + timedelta(seconds=rules.STEP_SECONDS * rules.LIVE_STEPS))
    assert not rules.is_live("s", 7, number, AT - timedelta(seconds=rules.STEP_SECONDS)), "not before it is shown"
    assert not rules.is_live("s", 7, "", AT)


def test_digits_are_taken_as_people_type_them():
    number = rules.number("s", 7, AT)
    wide = "".join(chr(ord("０") + int(digit)) for digit in number)
    assert rules.is_live("s", 7, f" {number[:3]} {number[3:]} ", AT) and rules.is_live("s", 7, wide, AT)


@given(st.text())
def test_nonsense_is_no_session_and_no_number(text):
    rules.tidied(text)
    found = rules.session_of(text)
    assert found is None or found >= 0


def test_a_screens_address_is_of_one_session_and_one_day():
    token = rules.screen_token("s", 7, date(2026, 11, 2))
    assert rules.session_of(token) == 7
    assert token not in {
        rules.screen_token("s", 7, date(2026, 11, 3)),
        rules.screen_token("s", 8, date(2026, 11, 2)),
        rules.screen_token("t", 7, date(2026, 11, 2)),
    }
