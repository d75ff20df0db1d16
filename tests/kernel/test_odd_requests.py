"""Requests that no page of ours would send are answered, never with a fault of ours."""

import io
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse
from wtforms.fields.simple import HiddenField, StringField, TextAreaField

from courses.kernel.web import Form
from tests.clients import client_for
from tests.people import County


def test_a_number_that_no_database_holds_leads_nowhere(app: Flask, county: County):
    client = client_for(app, county.member)
    for path in ("/lessons/9223372036854775808", "/courses/99999999999999999999", "/check/log/checkpoints/9223372036854775808.txt"):
        assert client.get(path).status_code == 404


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


def test_the_mark_of_the_site_is_where_browsers_look_for_it(app: Flask):
    answer = app.test_client().get("/favicon.ico")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
