"""A notice is seen to the end of its last day, and for a year at most."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from learning.notices.rules import LONGEST, fault_of

TODAY = date(2026, 11, 2)


@given(some.integers(-400, 800))
def test_a_notice_ends_between_today_and_a_year_from_now(days: int):
    taken = fault_of(TODAY + timedelta(days=days), TODAY) == ""
    assert taken == (0 <= days <= LONGEST.days)
