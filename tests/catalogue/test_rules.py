"""States, what keeps a draft from being submitted, hours, and the cutting of a text."""

import re

import pytest

from courses.catalogue import rules, text
from courses.catalogue.rules import Draft, LessonOutline, Outline


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "draft"),
        ({"submitted": 1}, "submitted"),
        ({"submitted": 1, "returned": 1}, "returned"),
        ({"submitted": 2, "returned": 1}, "submitted"),
        ({"submitted": 1, "published": True, "newest_published": True}, "published"),
        ({"submitted": 1, "published": True, "newest_published": True, "withdrawn": True}, "withdrawn"),
        ({"submitted": 1, "published": True}, "superseded"),
        ({"withdrawn": True}, "draft"),
    ],
)
def test_a_state_is_read_from_rows(facts, state):
    full = {"submitted": 0, "returned": 0, "published": False, "newest_published": False, "withdrawn": False, **facts}
    assert rules.state_of(**full) == state
    assert rules.is_editable(state) is (state in {"draft", "returned"})


@pytest.mark.parametrize(
    ("lesson", "words"),
    [
        (("讲座", "video", "none", 0, None), "还没有上传"),
        (("讲座", "video", "waiting", 0, None), "还在准备"),
        (("讲座", "video", "refused", 0, None), "换一个文件"),
        (("读本", "text", "none", 0, None), "还没有正文"),
        (("读本", "text", "none", 9, 0), "还没有题目"),
    ],
)
def test_each_fault_names_its_lesson(lesson, words):
    [fault] = rules.faults(Draft("课", True, (lesson,)))
    assert words in fault
    assert lesson[0] in fault


def test_all_faults_are_told_at_once():
    lessons = (("讲座", "video", "none", 0, None), ("读本", "text", "none", 0, 0))
    assert len(rules.faults(Draft("课", False, lessons))) == 4
    assert len(rules.faults(Draft("课", False, ()))) == 2


def test_a_complete_draft_has_none():
    assert rules.faults(Draft("课", True, (("讲座", "video", "ready", 0, 3), ("读本", "text", "none", 9, None)))) == []


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("0.25", 1),
        ("0.5", 2),
        ("1", 4),
        (" 1.50 ", 6),
        ("100", 400),
        ("0", None),
        ("0.3", None),
        ("100.25", None),
        ("-1", None),
        ("1e9", None),
        ("", None),
        ("NaN", None),
        ("一", None),
    ],
)
def test_hours_are_typed_in_quarters(typed, count):
    assert rules.quarters(typed) == count


def test_quarters_are_said_as_hours():
    assert [rules.hours_text(count) for count in (1, 2, 4, 6, 40)] == ["0.25", "0.5", "1", "1.5", "10"]


@pytest.mark.parametrize(("minutes", "count"), [(1, 1), (11, 1), (22, 2), (45, 4), (90, 8)])
def test_suggested_hours_follow_45_minutes(minutes, count):
    assert rules.suggested_quarters(minutes) == count


def test_a_text_is_cut_at_second_level_headings():
    assert rules.sections("开头\n\n## 一\n甲\n\n### 小\n乙\n\n##  二 \n丙") == [("", "开头"), ("一", "甲\n\n### 小\n乙"), ("二", "丙")]
    assert rules.sections("") == []
    assert rules.sections("## 只有标题") == [("只有标题", "")]


def test_only_visible_characters_count():
    assert rules.characters("## 学习\n\n- **要** 讲究\n") == 5


@pytest.mark.parametrize(
    "dangerous",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[点我](javascript:alert(1))",
        "![图](http://elsewhere.example/x.png)",
        '<a href="data:text/html,x">x</a>',
        "<svg/onload=alert(1)>",
        "<style>*{display:none}</style>",
    ],
)
def test_nothing_in_a_text_can_run_or_load(dangerous):
    for tag, attributes in re.findall(r"<(\w+)([^>]*)>", text.html(dangerous, lambda _number: None)):
        assert tag in {"p", "a"}
        assert not re.search(r"\bon\w+=|javascript:|data:|src=", attributes)


def test_plain_marks_are_kept():
    html = text.html("# 大\n\n**重**\n\n1. 一\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n[网](https://example.cn)", lambda _number: None)
    for mark in ("<h3>大</h3>", "<strong>重</strong>", "<ol>", "<td>1</td>", 'href="https://example.cn"', "noopener"):
        assert mark in html


def test_a_course_is_finished_by_every_lesson_and_every_quiz():
    lessons = (LessonOutline(1, "a", 1, "video", "讲", 1, 60, 0, 8), LessonOutline(2, "b", 2, "text", "读", None, 0, 300, None))
    outline = Outline(1, 1, 1, "课", "", "系列", 1, 2, lessons, 9, None)
    assert outline.requirement == rules.Requirement(frozenset({"a", "b"}), frozenset({8, 9}))
    assert rules.minutes(lessons) == 2
