"""How a campaign counts, as laws over any numbers."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from learning.goals import rules
from learning.goals.rules import Counts

DAY = date(2026, 11, 2)
people = st.integers(0, 20_000)


@given(people, people)
def test_a_rate_never_exceeds_100_and_is_100_only_for_everyone(trained, rest):
    share = rules.percent(trained, trained + rest)
    assert share is None if trained + rest == 0 else 0 <= share <= 100
    assert (share == 100) == (rest == 0 and trained > 0)


def test_a_rate_of_nobody_is_a_dash():
    assert rules.percent_text(0, 0) == "—"
    assert rules.percent_text(999, 1000) == "99%"


@given(people, st.dictionaries(st.integers(1, 40), people))
def test_shares_add_up_to_the_target_and_none_is_further_than_one_from_its_part(target, in_scope):
    out = rules.shares(target, in_scope)
    total = sum(in_scope.values())
    assert sum(out.values()) == (target if total else 0)
    assert all(abs(out[key] * total - target * number) < total for key, number in in_scope.items()) or total == 0


def test_shares_are_compared_with_what_is_shared_out_level_by_level():
    parents = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3}
    assert rules.added_up(50, {}, parents) == {}
    assert rules.added_up(50, {2: 40, 3: 40}, parents) == {1: rules.Sum(80, 50, of_target=True)}
    assert rules.added_up(50, {2: 40, 3: 10, 4: 30, 5: 10, 6: 9}, parents) == {
        1: rules.Sum(50, 50, of_target=True),
        2: rules.Sum(40, 40),
        3: rules.Sum(9, 10),
    }
    assert rules.added_up(50, {4: 20, 6: 5}, parents) == {1: rules.Sum(25, 50, of_target=True)}, "branches alone stand for those above them"


@given(st.integers(0, 500), st.dictionaries(st.integers(1, 40), people, min_size=1))
def test_what_was_shared_out_in_proportion_adds_up(target, in_scope):
    parents = {0: None, **dict.fromkeys(in_scope, 0)}
    fits = rules.added_up(target, rules.shares(target, in_scope), parents)[0].fits
    assert fits or not any(in_scope.values())


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.data())
def test_sums_of_a_tree_add_up_at_every_level(own, data):
    parents = {0: None} | {key: data.draw(st.integers(0, key - 1)) for key in range(1, len(own))}
    sums = rules.summed(dict(enumerate(own)), parents)
    assert sums[0] == sum(own)
    for key in parents:
        assert sums[key] == own[key] + sum(sums[child] for child, above in parents.items() if above == key)


@given(st.lists(st.builds(Counts, *[people] * 8), max_size=6))
def test_counts_add_field_by_field(rows):
    total = sum(rows, Counts())
    assert total.trained == sum(row.trained for row in rows)
    assert total.others == sum(row.others for row in rows)


def test_the_distance_to_the_target_is_never_rounded_up():
    assert rules.target_text(3, 10_000) == "不到 1%"
    assert rules.target_text(0, 10_000) == "0%"
    assert rules.target_text(12, 10) == "120%"


def test_the_day_shown_lies_within_the_campaign_and_not_after_today():
    since, until = date(2026, 3, 1), date(2026, 12, 31)
    show = lambda asked, today=DAY: rules.day_shown(asked, since=since, until=until, today=today)  # noqa: E731
    assert show(None) == DAY
    assert show(date(2026, 5, 1)) == date(2026, 5, 1)
    assert show(date(2026, 1, 1)) == since
    assert show(date(2027, 1, 1)) == DAY
    assert show(None, date(2027, 2, 1)) == until
