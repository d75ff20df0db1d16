"""A quiz as it is typed: blocks, blanks and ticks."""

from werkzeug.datastructures import MultiDict

from courses.questions import forms
from courses.questions.forms import Block
from courses.questions.rules import Item


def sent(**fields):
    return MultiDict([(name.replace("_", "-"), value) for name, values in fields.items() for value in (values if isinstance(values, list) else [values])])


def test_empty_rows_are_no_options_and_ticks_follow_their_words():
    fields = sent(blocks="1", q0_kind="multiple", q0_stem=" 题 ", q0_option0="甲", q0_option2="丙", q0_option3="丁", q0_right=["0", "3"])
    [block] = forms.blocks_sent(fields)
    made = block.new_item()
    assert (made.stem, made.options, made.answer) == ("题", ("甲", "丙", "丁"), (0, 2))
    assert block.faults() == []


def test_a_tick_on_an_empty_row_is_pointed_out():
    [block] = forms.blocks_sent(sent(blocks="1", q0_stem="题", q0_option0="甲", q0_option1="乙", q0_right=["1", "4"]))
    assert "勾选的选项还没有填内容" in "".join(block.faults())


def test_true_or_false_takes_its_own_answer_and_ignores_the_options():
    [block] = forms.blocks_sent(sent(blocks="1", q0_kind="true_false", q0_stem="题", q0_option0="甲", q0_truth="1"))
    made = block.new_item()
    assert (made.options, made.answer, block.faults()) == (("对", "错"), (1,), [])
    [block] = forms.blocks_sent(sent(blocks="1", q0_kind="true_false", q0_stem="题"))
    assert block.faults() == ["请勾选正确答案。"]


def test_blank_and_dropped_blocks_are_no_questions():
    blocks = forms.blocks_sent(sent(blocks="3", q0_stem="一", q2_stem="三", drop=["q2-drop"]))
    assert [block.stem for block in forms.wanted(blocks)] == ["一"]


def test_nonsense_in_hidden_fields_is_brought_within_bounds():
    assert forms.blocks_sent(sent(blocks="many")) == []
    assert len(forms.blocks_sent(sent(blocks="99999"))) == forms.MOST_BLOCKS
    [block] = forms.blocks_sent(sent(blocks="1", q0_rows="5000", q0_score="-3", q0_truth="7", q0_right=["x", "900"]))
    assert (len(block.options), block.score, block.truth, block.ticked) == (8, 1, None, frozenset())


def test_a_question_comes_back_as_it_was():
    item = Item(7, "multiple", "题", ("甲", "乙", "丙"), (0, 2), "因为", 2)
    block = Block.of(item)
    made = block.new_item()
    assert (made.options, made.answer, made.explanation, made.score) == (item.options, item.answer, "因为", 2)
    assert Block.of(Item(8, "true_false", "题", ("对", "错"), (1,), "", 1)).truth == 1


def test_a_multiple_choice_with_one_right_answer_is_sent_back_as_a_single_one():
    fields = {"blocks": "1", "q0_stem": "题", "q0_option0": "甲", "q0_option1": "乙", "q0_right": ["1"]}
    [block] = forms.blocks_sent(sent(**fields, q0_kind="multiple"))
    assert "请把题型改成单选题" in "".join(block.faults())
    [block] = forms.blocks_sent(sent(**fields, q0_kind="single"))
    assert block.faults() == []
