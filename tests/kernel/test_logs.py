"""Logs: a line is a JSON object with its request's number, and holds nothing that anyone typed or is called."""

import json
import logging
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from courses.kernel import logs
from courses.kernel.db import db
from tests.accounts.doors import PASSWORD, browser
from tests.clients import client_for
from tests.people import County

MARKED = "马可标记"
NUMBER = "19912345678"
SECRET = "a-marked-password-of-27-chars"


@pytest.fixture
def lines(capfd: pytest.CaptureFixture[str], app: Flask) -> Any:
    """What was logged since it was last asked, at the most talkative level."""
    logs.speak("DEBUG")

    def read() -> list[dict[str, Any]]:
        said = capfd.readouterr().err
        for marked in (MARKED, NUMBER, SECRET, PASSWORD, "张甲"):
            assert marked not in said, f"{marked} stands in the log. Log ids and outcomes: whoever reads logs need not know people.\n{said[-2000:]}"
        return [json.loads(line) for line in said.splitlines()]

    return read


def test_what_people_type_reaches_no_log(app: Flask, county: County, lines: Any) -> None:
    client_for(app, county.member).post("/feedback", data={"text": MARKED * 3})
    secretary = client_for(app, county.secretary)
    for name in (MARKED, "", MARKED * 80):  # taken, refused as missing, refused as too long
        form = {"name": name, "stage": "full", "expectation": "required", "contact": MARKED, "mobile": NUMBER, "user_name": ""}
        secretary.post(f"/branches/{county.willow}/people/new", data={**form, "organization_id": county.willow})
    secretary.get("/people", query_string={"words": MARKED})
    secretary.get(f"/no/such/page/{MARKED}", query_string={"mobile": NUMBER})
    stranger = browser(app)
    stranger.post("/sign-in", data={"name": NUMBER, "password": SECRET})
    stranger.get(f"/check/{MARKED}/{SECRET}")
    said = lines()
    assert {line["event"] for line in said} >= {"answered"} and {line.get("status") for line in said} >= {302, 404}


def test_a_fault_is_told_by_kind_and_place_alone(app: Flask, county: County, lines: Any) -> None:
    def breaks(**_: object) -> str:
        with db.engine.begin() as connection:
            connection.execute(text("insert into person (id, name) values (:id, :name)"), {"id": county.member, "name": MARKED})
        return ""

    breaks.access = ("public",)  # type: ignore[attr-defined]
    app.view_functions["study.home"] = breaks
    answer = app.test_client().get("/")
    broke, answered = lines()[-2:]
    assert answer.status_code == 500 and answer.headers["X-Request-Id"] == broke["request"] == answered["request"]
    assert broke["event"] == "request_broke" and "IntegrityError" in broke["exception"] and any("test_logs.py" in place for place in broke["at"])
    assert broke["request"] in answer.get_data(as_text=True), "whoever asks for help can say this number"


def test_each_request_has_a_number_of_its_own(app: Flask, lines: Any) -> None:
    client = app.test_client()
    numbers = [client.get("/sign-in").headers["X-Request-Id"] for _ in range(2)]
    assert len(set(numbers)) == 2 and [line["request"] for line in lines() if line["event"] == "answered"] == numbers


def test_a_librarys_line_loses_what_was_filled_in(app: Flask, lines: Any) -> None:
    logging.getLogger("gunicorn.error").error("Error handling request %s", f"/c/{MARKED}?mobile={NUMBER}")
    assert "Error handling request %s" in {line["event"] for line in lines()}


def test_a_statement_that_fails_does_not_show_its_values(app: Flask) -> None:
    with pytest.raises(Exception, match="hide_parameters") as told, db.engine.begin() as connection:
        connection.execute(text("insert into no_such_table values (:name)"), {"name": MARKED})
    assert MARKED not in str(told.value)


def test_the_server_tells_of_a_request_it_cannot_read_without_whose_and_what(app: Flask, lines: Any) -> None:
    logging.getLogger("gunicorn.error").warning(f"Invalid request from ip=10.1.2.3: Invalid HTTP request line: 'GET /c/{MARKED}'")
    assert "Invalid request" in {line["event"] for line in lines()}
