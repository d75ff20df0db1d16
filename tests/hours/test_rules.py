"""Arithmetic of credit hours, in quarters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue.rules import quarters as typed_hours
from learning.hours import rules


@pytest.mark.parametrize(
    ("quarters", "text"),
    [(0, "0"), (1, "0.25"), (2, "0.5"), (3, "0.75"), (4, "1"), (6, "1.5"), (40, "10"), (128, "32"), (400, "100"), (-1, "-0.25"), (-4, "-1")],
)
def test_quarters_read_as_hours(quarters, text):
    assert rules.hours_text(quarters) == text


@given(st.integers(1, 400))
def test_what_a_reviewer_approves_reads_back(quarters):
    assert typed_hours(rules.hours_text(quarters)) == quarters


@pytest.mark.parametrize(
    "typed", ["0.125", "0.3", "1.26", "0.2500001", "0", "-1", "100.25", "", "一", "1/4", "nan", "inf", "-inf", "1e400", "1e2", "1_0", "0x4"]
)
def test_half_quarters_and_what_is_no_number_of_hours_are_refused(typed):
    assert typed_hours(typed) is None


def test_a_year_has_every_kind_and_counts_those_of_the_policy():
    year = rules.year_hours(2026, {"online_training": 3, "self_study": 9}, counted=rules.DEFAULT_COUNTED, required=128, basis="依据")
    assert {row.kind: row.quarters for row in year.rows} == {**dict.fromkeys(rules.KINDS, 0), "online_training": 3, "self_study": 9}
    assert year.counted == 3
    assert [row.words for row in year.rows if not row.counts] == ["个人自学"]


def test_whether_online_study_counts_is_the_countys_decision():
    year = rules.year_hours(2026, {"online_training": 3, "collective_study": 2}, counted=("collective_study",), required=128, basis="依据")
    assert year.counted == 2


def test_the_default_says_on_what_it_rests():
    assert "第二十条" in rules.DEFAULT_BASIS
    assert "32学时" in rules.DEFAULT_BASIS
    assert "self_study" not in rules.DEFAULT_COUNTED
    assert set(rules.DEFAULT_COUNTED) < set(rules.KINDS)
