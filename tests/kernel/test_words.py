"""Words below the views: Chinese wherever they are kept, in the reader's language where they are shown."""

import pickle

from flask import Flask, render_template_string

from courses.kernel.errors import Refused
from courses.kernel.words import Words, joined
from tests.clients import forget_language

ASKED = {"headers": {"Cookie": "language=en"}}


def test_words_are_chinese_to_whoever_keeps_them_and_english_to_whoever_reads_it(app: Flask):
    fault = Refused("第 %(number)s 题：%(wrong)s", number=2, wrong=Words("请选择题型。"))
    for told in (fault.message, pickle.loads(pickle.dumps(fault.message))):
        with app.test_request_context(**ASKED):
            forget_language()
            assert told == "第 2 题：请选择题型。" == f"{told}" == "".join([told])
            assert str(told) == render_template_string("{{ told }}", told=told) == "Question 2: Choose the kind of question."
        with app.test_request_context():
            forget_language()
            assert str(told) == "第 2 题：请选择题型。"


def test_a_refusal_is_answered_in_the_readers_language(app: Flask):
    client = app.test_client()
    client.get("/language/en")
    page, data = client.get("/courses/9"), client.get("/who/nobody", headers={"Accept": "application/json"})
    assert "系统" not in page.get_data(as_text=True) and data.json["error"].startswith("This page was not found")


def test_several_words_are_joined_and_still_translated(app: Flask):
    both = joined([Words("正式党员"), Words("预备党员")], "、")
    assert both == "正式党员、预备党员"
    with app.test_request_context(**ASKED):
        assert str(both) == "Full member, Probationary member"
        assert joined([], "、") == str(joined([])) == ""


def test_a_percent_sign_without_values_is_only_a_percent_sign():
    assert Words("不到 1%") == "不到 1%" == str(Words("不到 1%")) and Words("100%% %(n)s", n=1) == "100% 1"
