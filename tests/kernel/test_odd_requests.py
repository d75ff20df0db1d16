"""Requests that no page of ours would send are answered, never with a fault of ours."""

import io
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse
from wtforms.fields.simple import HiddenField, StringField, TextAreaField

from courses.kernel.web import Form
from tests.clients import client_for
from tests.makers import make_course
from tests.people import County

BEYOND = (2**31, 2**40, 2**63 - 1, 2**63, 10**30)


def test_a_number_that_no_database_holds_leads_nowhere(app: Flask, county: County):
    client = client_for(app, county.member)
    for path in ("/lessons/9223372036854775808", "/courses/99999999999999999999", "/check/log/checkpoints/9223372036854775808.txt"):
        assert client.get(path).status_code == 404
    for number in BEYOND:
        for path in (f"/lessons/{number}", f"/courses/{number}", f"/attempts/{number}", f"/screens/{number}-x", f"/check/log/checkpoints/{number}.txt"):
            assert client.get(path).status_code == 404, path


def test_a_number_asked_for_that_no_database_holds_counts_as_none(app: Flask, county: County):
    clients = {who: client_for(app, getattr(county, who)) for who in ("trainer", "secretary", "county_admin")}
    branch = f"/branches/{county.willow}"
    asked = [
        ("trainer", "/workshop/bank?page={}"),
        ("county_admin", "/entries?before={}"),
        ("county_admin", "/entries?page={}"),
        ("secretary", branch + "?campaign={}"),
        ("secretary", f"/organizations/{county.willow}/certificates?course={{}}&class={{}}&year={{}}"),
        ("secretary", "/check/log/consistency.json?old={}"),
    ]
    for who, path in asked:
        for number in BEYOND:
            assert clients[who].get(path.replace("{}", str(number))).status_code < 500, path


def test_a_number_in_json_that_no_database_holds_is_refused(app: Flask, county: County):
    course, client = make_course(county), client_for(app, county.member)
    paper = client.post(f"/courses/{course.course}/quizzes/{course.quiz}/attempts").location
    for number in BEYOND:
        assert client.post(f"{paper}/answers", json={"question": number, "chosen": [1], "sequence": 1}).status_code == 422
        assert client.post(f"{paper}/answers", json={"question": course.questions[0], "chosen": [number], "sequence": 1}).status_code == 422
        assert client.post(f"/sessions/{number}/reports", json={"spans": [], "position": 0, "sequence": 1}).status_code == 404


def test_a_year_that_is_none_shows_a_page(app: Flask, county: County):
    client = client_for(app, county.member)
    for year in ("0", "-5", "99999", "x"):
        assert client.get(f"/record?year={year}").status_code < 500


def test_a_referrer_that_is_no_address_is_no_fault(app: Flask):
    assert app.test_client().post("/me/devices/end", headers={"Referer": "http://["}).status_code == 302


def sent_too_much(app: Flask, county: County, path: str, **more: str) -> TestResponse:
    sent = {"title": "读本", "picture": (io.BytesIO(bytes(18 * 1024 * 1024)), "照片.bmp"), **more}
    return client_for(app, county.trainer).post(path, data=sent, content_type="multipart/form-data", headers={"Referer": f"http://localhost{path}"})


def test_a_file_that_is_too_large_is_refused_by_its_limit_with_the_way_back(app: Flask, county: County):
    answer = sent_too_much(app, county, "/workshop/lessons/1")
    assert answer.status_code == 413 and "最多 10 MB" in answer.text and "视频" not in answer.text
    assert '<a class="button primary" href="/workshop/lessons/1" data-back>' in answer.text and "js/back.js" in answer.text
    nonce = re.search(r"'nonce-([^']*)'", answer.headers["Content-Security-Policy"])
    assert nonce and len(nonce[1]) > 16 and f'nonce="{nonce[1]}"' in answer.text


def test_words_that_are_too_many_are_not_called_a_file(app: Flask, county: County):
    trainer = client_for(app, county.trainer)
    for path, kind in (("/workshop/lessons/1", "multipart/form-data"), ("/workshop/new", "application/x-www-form-urlencoded")):
        answer = trainer.post(path, data={"text": "长" * 500_000}, content_type=kind)
        assert answer.status_code == 413 and "分成几次保存" in answer.text


@pytest.mark.parametrize("referrer", ["http://[", "https://evil.example/workshop", "http://localhost//evil.example/", "javascript:alert(1)", ""])
def test_the_way_back_leads_nowhere_but_here(app: Flask, county: County, referrer: str):
    assert "data-back" not in client_for(app, county.member).get("/lessons/1", headers={"Referer": referrer}).text


def test_what_is_typed_on_one_line_stays_on_it(app: Flask):
    class Typed(Form):
        name = StringField("名称")
        words = TextAreaField("说明")
        then = HiddenField()

    with app.test_request_context("/", method="POST", data={"name": "甲\r\nX-Evil: 1\x1b", "words": "一\r\n二", "then": "/\t/x"}):
        form = Typed(meta={"csrf": False})
        assert (form.name.data, form.words.data, form.then.data) == ("甲 X-Evil: 1", "一\n二", "/\t/x")


def test_json_nested_without_end_is_malformed_like_any_other(app: Flask, county: County):
    client, deep = client_for(app, county.member), "[" * 100_000
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint.startswith("study."):
            address = re.sub(r"<[^>]+>", "1", rule.rule)
            assert client.post(address, data=deep, content_type="application/json").status_code < 500, address
            assert client.post(address, data={"report": deep}).status_code < 500, address
    with pytest.raises(ValueError, match="nested"):
        app.json.loads(deep)


def test_half_a_character_in_json_is_refused_wherever_it_is_said(app: Flask, county: County):
    course, client = make_course(county), client_for(app, county.member)
    paper = client.post(f"/courses/{course.course}/quizzes/{course.quiz}/attempts").location
    session = client.post(f"/lessons/{course.video}/sessions", json={}).json["session"]
    addresses = [f"/lessons/{course.video}/sessions", f"/sessions/{session}/reports", f"/lessons/{course.text}/reading", f"/lessons/{course.text}/place"]
    for address in [*addresses, f"{paper}/answers", f"{paper}/submission"]:
        for body in (rb'{"more": [{"deep": "\ud800"}]}', rb'{"\uDFFF": 1}', b'{"more": "\xed\xa0\x80"}', '{"more": "\\ud800"}'.encode("utf-16")):
            answer = client.post(address, data=body, content_type="application/json")
            assert (answer.status_code, "重新输入" in answer.json["error"]) == (422, True), address
    assert client.post(addresses[1], data={"report": r'{"spans": [], "position": 0, "sequence": 1, "more": "\ud800"}'}).status_code == 422
    whole = rb'{"spans": [], "position": 0, "sequence": 1, "more": "\ud83d\ude00"}'
    assert client.post(addresses[1], data=whole, content_type="application/json").status_code == 200


def test_json_is_no_form(app: Flask, county: County):
    client, odd = client_for(app, county.member), [[1, 2], "words", {"name": 5, "password": {"a": []}}, {"name": "\ud800", "password": "x"}]
    for address in ("/sign-in", "/me/password", "/feedback"):
        for body in odd:
            answer = client.post(address, json=body)
            assert 400 <= answer.status_code < 500, (address, body)


def test_the_mark_of_the_site_is_where_browsers_look_for_it(app: Flask):
    answer = app.test_client().get("/favicon.ico")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
