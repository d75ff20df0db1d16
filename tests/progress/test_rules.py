"""The laws of honest watching, on plain values."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.progress import rules
from learning.progress.rules import Window

T0 = datetime(2026, 11, 2, tzinfo=UTC)
span = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(lambda pair: (min(pair), max(pair)))
spans = st.lists(span, max_size=12)


def covered(given_spans):
    return {second for start, stop in given_spans for second in range(start, stop)}


@given(spans)
def test_merged_covers_the_same_seconds_in_order_without_touching(value):
    out = rules.merged(value)
    assert covered(out) == covered(value)
    assert all(one[1] < two[0] for one, two in pairwise(out))


@given(spans, spans)
def test_without_is_set_difference(value, taken):
    assert covered(rules.without(value, taken)) == covered(value) - covered(taken)


@given(spans, st.integers(0, 600))
def test_first_takes_as_much_as_the_budget_and_only_what_was_claimed(value, budget):
    out = rules.first(value, budget)
    assert rules.seconds(out) == min(budget, rules.seconds(value))
    assert covered(out) <= covered(value)


@given(spans)
def test_encoding_reads_back(value):
    assert rules.decode(rules.encode(value)) == rules.merged(value)


def test_an_unbroken_hour_takes_three_bytes():
    assert len(rules.encode([(0, 3600)])) == 3


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 4000)), max_size=6), st.integers(0, 5000))
def test_parallel_sessions_earn_no_more_than_one(pairs, at):
    windows = [Window(T0 + timedelta(seconds=min(p)), T0 + timedelta(seconds=max(p))) for p in pairs]
    earned = rules.open_ms(windows, after=T0, now=T0 + timedelta(seconds=at))
    assert earned == 1000 * len({s for p in pairs for s in range(min(p), max(p)) if s < at})


def test_five_seconds_after_opening_at_most_ten_are_credited():
    window = Window(T0, T0 + timedelta(hours=1))
    now = T0 + timedelta(seconds=5)
    assert rules.session_room(window, now=now, speed=2.0) == 10
    assert rules.allowance_ms(0, [window], grown_until=T0, now=now, speed=2.0) == 10_000


def test_a_day_of_silence_earns_no_more_than_the_session_was_open():
    window = Window(T0, rules.session_until(T0, now=T0, length_seconds=600))
    assert rules.session_room(window, now=T0 + timedelta(days=1), speed=2.0) == 3600


@pytest.mark.parametrize(
    "bad", [None, "x", [[1]], [[1, 2, 3]], [["a", 2]], [[True, 2]], [[float("nan"), 2]], [[0, float("inf")]], [[0, 10**9]], [[0, 1]] * 401]
)
def test_a_malformed_report_is_refused(bad):
    with pytest.raises(ValueError):
        rules.parsed(bad)


def test_a_report_shrinks_to_whole_seconds():
    assert rules.parsed([[0.2, 9.9]]) == ((1, 9),)


@pytest.mark.parametrize(("covered_seconds", "finished"), [(89, False), (90, True), (100, True), (0, False)])
def test_nine_tenths_finish_a_lecture(covered_seconds, finished):
    assert rules.is_finished(covered_seconds, 100, 0.9) is finished


def test_a_recording_without_length_is_never_finished():
    assert not rules.is_finished(0, 0, 0.9)


@pytest.mark.parametrize(("position", "at"), [(0, 0), (2, 0), (50, 47), (98, 0), (100, 0)])
def test_resuming_goes_back_a_few_seconds(position, at):
    assert rules.resume_at(position, 100) == at
