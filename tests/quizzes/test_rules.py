"""The paper's order, and what a saved answer may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questions.rules import Item, marked
from learning.quizzes import rules


def test_a_choice_is_kept_once_and_in_order():
    assert rules.clean_choice([2, 0, 2], options=3, single=False) == (0, 2)
    assert rules.clean_choice([], options=3, single=True) == ()


@pytest.mark.parametrize(("chosen", "single"), [([3], True), ([-1], True), ([0, 3], False), ([0, 1], True)])
def test_what_no_form_of_ours_sends_is_refused(chosen, single):
    with pytest.raises(ValueError, match="option"):
        rules.clean_choice(chosen, options=3, single=single)


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
