"""Requests that no page of ours would send are answered, never with a fault of ours."""

import re

import pytest
from flask import Flask
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
