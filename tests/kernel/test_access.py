"""The guard at every route, and how a refusal is answered to a page and to a script."""

import pytest
from flask import Flask

from courses.kernel.access import Stranger, may, public, signed_in
from courses.kernel.errors import Forbidden, Missing, Refused
from tests.clients import client_for


@pytest.fixture
def routes(app: Flask) -> Flask:
    """The app with a few routes of this test's own."""

    @public
    def refuse() -> str:
        raise Refused("请先填写姓名。", fields={"name": "必填"})

    @public
    def hidden() -> str:
        raise Missing

    @public
    def forbidden() -> str:
        raise Forbidden

    @public
    def breaks() -> str:
        raise ZeroDivisionError("secret detail")

    @signed_in
    def inside() -> str:
        return "inside"

    @may("edit_people")
    def edit() -> str:
        return "edited"

    def silent() -> str:
        return "open to all"

    for view in (refuse, hidden, forbidden, breaks, inside, edit, silent):
        app.add_url_rule(f"/test/{view.__name__}", f"test_{view.__name__}", view, methods=["GET", "POST"])
    return app


JSON = {"Accept": "application/json"}


def test_a_route_that_declares_nothing_is_refused(routes: Flask):
    routes.config["PROPAGATE_EXCEPTIONS"] = False
    answer = routes.test_client().get("/test/silent")
    assert answer.status_code == 500
    assert b"open to all" not in answer.data


def test_a_stranger_is_led_to_sign_in_and_back(routes: Flask):
    answer = routes.test_client().get("/test/inside?a=1")
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?then=/test/inside")


def test_a_strangers_script_is_told_to_sign_in(routes: Flask):
    answer = routes.test_client().get("/test/inside", headers=JSON)
    assert answer.status_code == 401
    assert answer.json["signed_out"] is True


def test_a_strangers_form_leads_to_sign_in_and_back_to_its_page(routes: Flask):
    answer = routes.test_client().post("/test/edit", headers={"Referer": "http://localhost/people/3"})
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?then=/people/3")


def test_who_signed_in_may_enter(routes: Flask, county):
    assert client_for(routes, county.member).get("/test/inside").data == b"inside"


def test_a_capability_is_asked_for(routes: Flask, county):
    assert client_for(routes, county.member).get("/test/edit").status_code == 403
    assert client_for(routes, county.secretary).get("/test/edit").data == b"edited"


@pytest.mark.parametrize(("name", "status", "words"), [("refuse", 422, "请先填写姓名"), ("hidden", 404, "没有找到"), ("forbidden", 403, "职务")])
def test_refusals_are_pages_for_people(routes: Flask, name: str, status: int, words: str):
    answer = routes.test_client().get(f"/test/{name}")
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert words in answer.text


def test_refusals_are_json_for_scripts(routes: Flask):
    answer = routes.test_client().get("/test/refuse", headers=JSON)
    assert answer.status_code == 422
    assert answer.json == {"error": "请先填写姓名。", "fields": {"name": "必填"}}


def test_an_unknown_address_is_a_page_too(routes: Flask):
    answer = routes.test_client().get("/nowhere")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert routes.test_client().get("/nowhere", headers=JSON).json["error"]


def test_a_fault_of_ours_shows_no_detail(routes: Flask):
    routes.config["PROPAGATE_EXCEPTIONS"] = False
    answer = routes.test_client().get("/test/breaks")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text and "Traceback" not in answer.text
    assert "稍后再试" in answer.text


def test_a_stranger_may_nothing():
    assert not Stranger().may("edit_people")
    assert Stranger().reach("edit_people") == []


def test_every_answer_carries_the_content_policy(routes: Flask):
    headers = routes.test_client().get("/test/refuse").headers
    assert "script-src 'self' 'nonce-" in headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-cache"
