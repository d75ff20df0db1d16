"""The paper's order, what is drawn for it, what a saved answer may be, and which of two counts."""

import functools
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questions.rules import Item, drawn, marked
from learning.quizzes import rules
from learning.quizzes.rules import Kept


def test_a_choice_is_kept_once_and_in_order():
    assert rules.clean_choice([2, 0, 2], options=3, kind="multiple") == (0, 2)
    assert rules.clean_choice([], options=3, kind="single") == ()


def test_a_text_is_kept_as_it_was_written_but_for_the_spaces_around_it():
    assert rules.clean_choice([" 119 号 "], options=0, kind="fill_in") == ("119 号",)
    assert rules.clean_choice(["  "], options=0, kind="fill_in") == ()


@pytest.mark.parametrize(
    ("chosen", "kind"),
    [
        ([3], "single"),
        ([-1], "single"),
        ([0, 3], "multiple"),
        ([0, 1], "single"),
        ([0, 1], "true_false"),
        (["0"], "single"),
        (["甲", 0], "multiple"),
        ([0], "fill_in"),
        (["甲", "乙"], "fill_in"),
        (["长" * 201], "fill_in"),
        (["\x00"], "fill_in"),
        (["119\ud800"], "fill_in"),
    ],
)
def test_what_no_form_of_ours_sends_is_refused(chosen, kind):
    with pytest.raises(ValueError, match=r"option|text"):
        rules.clean_choice(chosen, options=3, kind=kind)


SAVES = st.lists(st.tuples(st.sampled_from([(), (0,), (1,), (0, 2), ("甲",)]), st.integers(0, 3)), min_size=1, max_size=6)


@given(SAVES.flatmap(lambda saves: st.tuples(st.just(saves), st.permutations(saves), st.lists(st.sampled_from(saves), max_size=6))))
def test_saves_commute_and_repeat_without_effect(arrivals):
    one, other, again = arrivals
    keep = lambda saves: functools.reduce(rules.later, (Kept(chosen, sequence) for chosen, sequence in saves))  # noqa: E731
    assert keep(one) == keep(other) == keep([*other, *again])
    assert keep(one).sequence == max(sequence for _, sequence in one)


@given(
    st.lists(st.lists(st.integers(0, 12), max_size=10, unique=True), max_size=3),
    st.lists(st.integers(1, 3), min_size=3, max_size=3),
    st.sets(st.integers(0, 12), max_size=3),
)
def test_a_drawn_paper_holds_what_was_asked_for_whenever_that_is_possible(pools, counts, fixed):
    counts = counts[: len(pools)]
    found = drawn(pools, counts, fixed)
    slots = [place for place, count in enumerate(counts) for _ in range(count)]
    if found is None:
        everything = (set(choice) for choice in itertools.product(*(set(pools[place]) - fixed for place in slots)))
        assert all(len(some) < len(slots) for some in itertools.islice(everything, 3000))
    else:
        assert len(set(found)) == len(found) == len(slots)
        assert not set(found) & fixed
        assert all(question in pools[place] for question, place in zip(found, slots, strict=True))


def test_a_draw_that_could_take_any_gives_way_to_one_that_cannot():
    assert drawn([[1, 2, 3], [1]], [1, 1], []) == (2, 1)
    assert drawn([[1, 2], [1, 2]], [1, 2], []) is None


def test_what_a_paper_adds_to_the_counts():
    chosen = {1: [0], 2: [0, 1, 3], 3: [0]}
    assert rules.tallied(ITEMS, chosen) == [
        rules.Tally(1, True, False, ("0",)),
        rules.Tally(2, True, False, ("1", "3")),
        rules.Tally(3, True, True, ()),
    ]
    blank = Item(4, "fill_in", "", (), ("119",), "", 1)
    assert rules.tallied([blank], {4: [" １10"]}) == [rules.Tally(4, True, False, ("110",))]
    assert rules.tallied([blank], {}) == [rules.Tally(4, False, False, ())]


@given(st.permutations(range(5)), st.permutations(range(4)))
def test_a_shuffled_paper_asks_every_question_with_every_option(questions, options):
    counts = dict.fromkeys(range(10, 15), 4)
    paper = rules.ordered(list(counts), counts, {12: options}, questions)
    assert sorted(question for question, _ in paper) == sorted(counts)
    assert all(sorted(order) == [0, 1, 2, 3] for _, order in paper)
    assert dict(map(tuple, paper))[12] == options


ITEMS = (
    Item(1, "single", "", ("a", "b", "c"), (1,), "", 1),
    Item(2, "multiple", "", ("a", "b", "c", "d"), (0, 2), "", 2),
    Item(3, "true_false", "", ("对", "错"), (0,), "", 1),
)


@pytest.mark.parametrize("chosen", [(0,), (2,), (0, 1, 2), (0, 1), (0, 2, 3), (0, 1, 2, 3), ()])
def test_a_multiple_choice_is_right_only_when_it_is_exactly_right(chosen):
    assert 2 not in marked(ITEMS, {2: chosen}).right
    assert marked(ITEMS, {2: (2, 0)}).right == (2,)


def test_the_score_weighs_questions_and_rounds_down():
    assert marked(ITEMS, {1: (1,), 2: (0, 2), 3: (0,)}).score_percent == 100
    assert marked(ITEMS, {2: (0, 2)}).score_percent == 50
    assert marked((*ITEMS[::2], Item(4, "single", "", ("a", "b"), (0,), "", 1)), {1: (1,), 3: (0,)}).score_percent == 66
    assert marked(ITEMS, {}).score_percent == 0
    assert marked((), {}).score_percent == 0


@given(st.dictionaries(st.integers(0, 5), st.frozensets(st.integers(0, 5))))
def test_a_score_is_a_percentage_and_answers_to_other_questions_add_nothing(chosen):
    marking = marked(ITEMS, chosen)
    assert 0 <= marking.score_percent <= 100
    assert set(marking.right) <= {1, 2, 3}
    assert marking == marked(ITEMS, {key: value for key, value in chosen.items() if key in {1, 2, 3}})
