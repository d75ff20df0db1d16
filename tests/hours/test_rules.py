"""Arithmetic of credit hours, in quarters."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue.rules import quarters as typed_hours
from learning.hours import rules
from learning.hours.rules import Terms

TERMS = Terms()
QUARTERS = st.integers(0, 400)


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


def counted(totals, terms=TERMS):
    return rules.year_hours(2026, rules.figures(totals, terms, required=128), terms)


def test_a_year_has_every_kind_and_counts_those_of_the_policy():
    year = counted({"online_training": 3, "self_study": 9})
    assert {row.kind: row.quarters for row in year.rows} == {**dict.fromkeys(rules.KINDS, 0), "online_training": 3, "self_study": 9}
    assert year.counted == 3
    assert [row.words for row in year.rows if not row.counts] == ["个人自学"]


def test_whether_online_study_counts_is_the_countys_decision():
    assert counted({"online_training": 3, "collective_study": 2}, replace(TERMS, counted_kinds=("collective_study",))).counted == 2


def test_the_default_says_on_what_it_rests():
    assert "第二十条" in rules.DEFAULT_BASIS
    assert "32学时" in rules.DEFAULT_BASIS
    assert "self_study" not in rules.DEFAULT_COUNTED
    assert set(rules.DEFAULT_COUNTED) < set(rules.KINDS)
    assert set(rules.DEFAULT_BASES) == set(rules.TOPICS)
    assert not rules.faults(TERMS)


@pytest.mark.parametrize(
    ("minutes", "rounding", "quarters"),
    [
        (45, "nearest", 4),
        (45, "down", 4),
        (45, "up", 4),
        (46, "nearest", 4),
        (46, "up", 5),
        (46, "down", 4),
        (16, "nearest", 1),
        (17, "nearest", 2),
        (1, "down", 1),
    ],
)
def test_minutes_become_quarters_as_the_county_rounds(minutes, rounding, quarters):
    assert rules.quarters_for(minutes, replace(TERMS, rounding=rounding)) == quarters


@given(st.integers(1, 2000), st.integers(10, 120))
def test_rounding_down_never_gives_more_than_nearest_nor_that_more_than_up(minutes, per_hour):
    down, nearest, up = (rules.quarters_for(minutes, Terms(minutes_per_hour=per_hour, rounding=how)) for how in ("down", "nearest", "up"))
    assert down <= nearest <= up <= down + 1


@pytest.mark.parametrize(("group", "leads", "hours"), [("required", False, 128), ("required", True, 224), ("encouraged", True, 0), ("other", False, 0)])
def test_what_a_year_asks(group, leads, hours):
    assert rules.required(TERMS, group=group, leads=leads) == hours


@given(QUARTERS, QUARTERS, QUARTERS, QUARTERS)
def test_what_is_carried_is_surplus_of_the_year_itself_and_within_the_limit(counted, carried_in, required, most):
    out = rules.carried_over(counted, carried_in=carried_in, required=required, most=most)
    assert 0 <= out <= min(most, counted)
    if out:
        assert counted + carried_in - out >= required, "nobody carries away what the year itself still needed"
    if not required:
        assert out == 0


@given(QUARTERS, QUARTERS, st.integers(1, 400), QUARTERS, st.integers(0, 40))
def test_who_earned_more_carries_no_less(counted, carried_in, required, most, more):
    before = rules.carried_over(counted, carried_in=carried_in, required=required, most=most)
    after = rules.carried_over(counted + more, carried_in=carried_in, required=required, most=most)
    assert before <= after <= before + more


@given(st.lists(QUARTERS, max_size=8), QUARTERS)
def test_an_hour_is_carried_once_and_none_is_made(years, most):
    """However long the chain of years, nobody has used more hours than they earned, and no hour is used two years after its own."""
    carried = 0
    for counted in years:
        found = rules.figures({"online_training": counted}, replace(TERMS, carry_quarters=most), required=128, carried_in=carried)
        assert found.done == counted + carried
        assert found.carried_out <= counted
        assert found.remaining == max(0, 128 - found.done)
        carried = found.carried_out


def test_a_county_that_carries_nothing_carries_nothing():
    assert rules.figures({"online_training": 400}, TERMS, required=128).carried_out == 0


@pytest.mark.parametrize(
    ("first", "last_closed", "this_year", "due"),
    [
        (None, None, 2026, None),
        (2026, None, 2026, None),
        (2025, None, 2026, 2025),
        (2023, None, 2026, 2023),
        (2023, 2024, 2026, 2025),
        (2023, 2025, 2026, None),
    ],
)
def test_years_are_closed_in_their_order_once_they_are_over(first, last_closed, this_year, due):
    assert rules.closable(first, last_closed=last_closed, this_year=this_year) == due


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("minutes_per_hour", {"minutes_per_hour": 0}),
        ("half_day_hours", {"half_day_quarters": 40}),
        ("secretary_hours", {"secretary_quarters": 4}),
        ("carry_hours", {"carry_quarters": 129}),
        ("counted_kinds", {"counted_kinds": ()}),
        ("basis_annual", {"bases": {**rules.DEFAULT_BASES, "annual": " "}}),
    ],
)
def test_terms_that_contradict_themselves_are_refused(field, change):
    assert list(rules.faults(replace(TERMS, **change))) == [field]


def test_attendance_is_centralized_at_a_class_and_away():
    kinds = {(kind, in_class): rules.kind_of_session(kind, in_class=in_class) for kind in ("group_viewing", "rotation") for in_class in (False, True)}
    assert [words for key, words in kinds.items() if words == "collective_study"] == ["collective_study"]
    assert kinds["group_viewing", False] == "collective_study"


def test_a_basis_that_many_rules_share_is_said_once():
    said = [("甲", "一", "某条例。"), ("乙", "二", "某条例。"), ("丙", "三", "某办法"), ("丁", "四", "某条例。")]
    assert rules.sentences(said) == ("甲：一（依据：某条例）", "乙：二（依据同上）", "丙：三（依据：某办法）", "丁：四（依据：某条例）")
