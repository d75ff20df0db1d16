"""GIFT in and out."""

import pytest
from hypothesis import given, settings

from courses.importers import gift
from tests.importers.strategies import usable


@given(usable())
@settings(max_examples=150, deadline=None)
def test_what_is_written_reads_back_the_same(items):
    text = gift.written(items)
    found = gift.parsed(text)
    assert not found.refused
    assert [one.item for one in found.questions] == items
    assert gift.is_gift(text)


def read(text: str):
    found = gift.parsed(text)
    assert not found.refused, found.refused
    return [one.item for one in found.questions]


def test_moodles_own_examples_of_each_kind():
    text = (
        "// a comment\n$CATEGORY: $course$/安全/消防\n\n::title:: Who's buried in Grant's tomb?{=Grant ~no one ~Napoleon#no}\n\n"
        "Grant was buried in NYC.{TRUE#feedback wrong#feedback right}\n\n"
        "Which are right? {\n ~%50%one\n ~%50%two\n ~%-50%three\n####because}\n\n[html]<b>Two</b> plus two {=four =4}\n\n"
        "The {~cat =dog} barks.\n\nHow many? {#3}\n"
    )
    tomb, grant, which, plus, barks, many = read(text)
    assert (tomb.kind, tomb.stem, tomb.options, tomb.answer, tomb.topic) == (
        "single",
        "Who's buried in Grant's tomb?",
        ("Grant", "no one", "Napoleon"),
        (0,),
        "消防",
    )
    assert (grant.kind, grant.answer) == ("true_false", (0,))
    assert (which.kind, which.answer, which.explanation) == ("multiple", (0, 1), "because")
    assert (plus.kind, plus.stem, plus.answer) == ("fill_in", "Two plus two", ("four", "4"))
    assert barks.stem == "The____barks."
    assert (many.kind, many.answer) == ("fill_in", ("3",))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("说说看 {}", "要人来评分"),
        ("连一连 {=甲 -> 乙 =丙 -> 丁}", "连线题"),
        ("多少 {#3:0.5}", "误差"),
        ("两处 {=甲} 又 {=乙}", "几处大括号"),
        ("没有答案", "大括号"),
        ("全错 {~甲 ~乙}", "正确答案"),
    ],
)
def test_what_cannot_be_marked_is_refused_by_its_line(text: str, reason: str):
    found = gift.parsed(f"好 {{T}}\n\n{text}")
    assert [one.where for one in found.refused] == ["第 3 行"]
    assert reason in found.refused[0].reason
    assert len(found.questions) == 1
