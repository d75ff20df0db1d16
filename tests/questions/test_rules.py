"""What a good question is, and how answers are marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questions import rules
from courses.questions.rules import Item, NewItem


def item(number=1, answer=(1,), score=1, kind="single", options=("甲", "乙", "丙")):
    return Item(number, kind, "题目", options, answer, "", score)


def new(kind="single", stem="题目", options=("甲", "乙"), answer=(0,), **more):
    return NewItem(kind, stem, options, answer, **more)


@pytest.mark.parametrize(
    ("answer", "chosen", "right"),
    [
        ((1,), (1,), True),
        ((1,), (), False),
        ((1,), (0,), False),
        ((1,), (0, 1), False),
        ((0, 2), (0, 2), True),
        ((0, 2), (2, 0), True),
        ((0, 2), (2, 0, 2), True),
        ((0, 2), (0,), False),
        ((0, 2), (0, 1, 2), False),
    ],
)
def test_only_exactly_the_right_options_are_right(answer, chosen, right):
    assert rules.is_right(item(answer=answer), chosen) is right


def test_percent_is_of_the_score_and_rounded_down():
    items = [item(1), item(2), item(3)]
    assert rules.marked(items, {1: (1,), 2: (1,)}) == rules.Marking(66, (1, 2))
    assert rules.marked([item(1, score=3), item(2)], {2: (1,)}).score_percent == 25


def test_a_paper_without_questions_or_answers_is_worth_nothing():
    assert rules.marked([], {}) == rules.Marking(0, ())
    assert rules.marked([item(1)], {}) == rules.Marking(0, ())


@given(st.lists(st.tuples(st.integers(1, 5), st.booleans()), min_size=1, max_size=12))
def test_the_percent_lies_between_0_and_100_and_is_100_only_when_all_is_right(papers):
    items = [item(number, score=score) for number, (score, _) in enumerate(papers)]
    marking = rules.marked(items, {number: (1,) if right else (0,) for number, (_, right) in enumerate(papers)})
    assert 0 <= marking.score_percent <= 100
    assert (marking.score_percent == 100) is all(right for _, right in papers)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (new(stem="  "), "还没有写题目"),
        (new(kind="essay"), "题型"),
        (new(options=("甲",)), "2 到 8 个"),
        (new(options=tuple("一二三四五六七八九")), "2 到 8 个"),
        (new(options=("甲", "甲 ")), "一样"),
        (new(options=("甲", " ")), "空的"),
        (new(answer=()), "勾选正确答案"),
        (new(answer=(2,)), "勾选正确答案"),
        (new(answer=(-1,)), "勾选正确答案"),
        (new(answer=(0, 1)), "只能有一个"),
        (new(kind="true_false", options=("对", "错"), answer=(0, 1)), "只能有一个"),
        (new(kind="true_false", options=("是", "否")), "“对”和“错”"),
        (new(stem="长" * 601), "太长"),
        (new(explanation="长" * 801), "太长"),
        (new(options=("甲１", "甲 1")), "一样"),
        (new(answer=("甲",)), "勾选正确答案"),
        (new(difficulty=4), "难度"),
        (new(score=0), "分值"),
        (new(topic="长" * 61), "知识点"),
        (new(stem="题\x00目"), "不能保存的字符"),
        (new(explanation="讲\ud800解"), "不能保存的字符"),
        (new("fill_in", options=(), answer=()), "填空题的答案"),
        (new("fill_in", options=(), answer=("\u200b ",)), "填空题的答案"),
        (new("fill_in", options=(), answer=(1,)), "填空题的答案"),
        (new("fill_in", answer=("甲",)), "没有选项"),
        (new("fill_in", options=(), answer=tuple("一二三四五六七八九十甲")), "最多写 10 种"),
        (new("fill_in", options=(), answer=("长" * 201,)), "太长"),
    ],
)
def test_a_question_that_cannot_be_used_says_why(question, words):
    assert any(words in fault for fault in rules.complaints(question))


@pytest.mark.parametrize(
    "question",
    [
        new(),
        new(kind="multiple", answer=(0,)),
        new(kind="multiple", answer=(0, 1)),
        new(kind="true_false", options=("对", "错"), answer=(1,)),
        new(options=tuple("一二三四五六七八")),
        new("fill_in", options=(), answer=("119", "一一九"), difficulty=3, topic="消防", score=5),
    ],
)
def test_a_good_question_has_no_faults(question):
    assert rules.complaints(question) == []


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("119", True),
        ("１１９", True),
        (" 1 1 9\t", True),
        ("\u200b119", True),
        ("AED机", True),
        ("aed 机", True),
        ("ＡＥＤ机", True),
        ("1190", False),
        ("", False),
        (" ", False),
    ],
)
def test_a_blank_is_right_whatever_its_width_case_and_spaces(written, right):
    blank = item(kind="fill_in", options=(), answer=("119", "Aed机"))
    assert rules.is_right(blank, (written,)) is right
    assert not rules.is_right(blank, ())


@pytest.mark.parametrize("unseen", list(" \t\n\x00\x1c\x85\xa0\xad\u200b\u200d\u2028\u2029\u202e\u3000\ufeff"))
def test_what_is_not_seen_makes_no_difference(unseen):
    assert rules.normalised(f"党{unseen}章 A") == "党章a"


@given(st.text(max_size=30))
def test_a_normalised_text_stays_as_it_is(text):
    once = rules.normalised(text)
    assert rules.normalised(once) == once
    assert not any(letter.isspace() for letter in once)


@given(st.text(alphabet="AbcXyz19一二火警：，（", min_size=1, max_size=20), st.text(alphabet=" \t\u3000\u200b", max_size=4))
def test_spaces_and_capitals_never_turn_a_right_blank_wrong(text, spaces):
    blank = item(kind="fill_in", options=(), answer=(text,))
    for written in (spaces + text + spaces, text.upper(), text.lower(), spaces.join(text)):
        assert rules.is_right(blank, (written,))


@given(st.text(max_size=20), st.lists(st.text(max_size=8), max_size=6).flatmap(lambda options: st.tuples(st.just(options), st.permutations(options))))
def test_the_order_of_options_is_no_part_of_a_question(stem, orders):
    assert rules.fingerprint(stem, orders[0]) == rules.fingerprint(stem, orders[1])


def test_other_words_are_another_question():
    prints = {rules.fingerprint(stem, options) for stem, options in [("甲", ("乙",)), ("甲乙", ()), ("甲", ("乙", "丙")), ("甲", ("乙丙",))]}
    assert len(prints) == 4
