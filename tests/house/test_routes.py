"""Every route says who may use it, and every address a page names exists."""

import ast
import re

from flask import Flask
from jinja2 import nodes

from learning.organization import rules
from tests.house.sources import ROOT, STATIC, TEMPLATES, calls, sources

# What strangers may open, and why each must be open. Everything else needs at least a sign-in.
OPEN = {
    "static": "style, scripts and icons hold nothing about anyone",
    "styles": "the joined style sheet",
    "favicon": "the mark of the site",
    "accounts": "signing in happens before one is signed in",
    "records": "whoever holds a certificate may check it",
    "media": "the signed address is the authority, because a phone's player sends no cookie",
    "audit.screen": "the computer of a hall needs no one's password; its address is its own authority for a day, and it names nobody",
    "audit.screen_number": "the same screen's next number",
    "study.help": "one may read how to sign in before signing in",
    "accounts.type_size": "larger type is needed on the sign-in page too",
}


def test_every_route_declares_who_may_use_it(app: Flask):
    for rule in app.url_map.iter_rules():
        declared = getattr(app.view_functions[rule.endpoint], "access", None)
        assert declared, f"{rule} declares nothing and would be refused. Put @public, @signed_in or @may(...) right above its def."


def test_capabilities_that_routes_ask_for_are_granted_to_someone(app: Flask):
    known = {capability for granted in rules._GRANTS.values() for capability in granted}
    for endpoint, view in app.view_functions.items():
        kind, *capabilities = getattr(view, "access", ("",))
        assert kind != "may" or capabilities, f"{endpoint} asks for no capability at all. Name one."
        unknown = set(capabilities) - known
        assert not unknown, (
            f"{endpoint} asks for {sorted(unknown)}, which no post grants: nobody could use it. Mend the word or grant it in organization/rules.py."
        )


def test_routes_open_to_strangers_are_few_and_known(app: Flask):
    for endpoint, view in app.view_functions.items():
        if getattr(view, "access", ("",))[0] == "public":
            known = endpoint in OPEN or endpoint.split(".")[0] in OPEN
            assert known, f"{endpoint} is open to strangers. If it must be, say why in OPEN; else use @signed_in or @may."


# Routes that answer before anyone is recognised, and where it is shown that they say who, whose and when as the long way does.
SHORTCUTS = {"study.heartbeat": "tests/progress/test_report_actions.py", "study.save_answer": "tests/quizzes/test_answer_actions.py"}


def test_shortcuts_are_few_and_held_against_the_long_way(app: Flask):
    for endpoint, view in app.view_functions.items():
        if hasattr(view, "shortcut"):
            assert view.access == ("signed_in",), f"{endpoint} has a shortcut and is not @signed_in: a shortcut knows no posts and no strangers."
            assert (ROOT / SHORTCUTS.get(endpoint, "none")).exists(), f"{endpoint} has a shortcut. Name in SHORTCUTS the property test that holds it."


# A GET that writes, and why it may: none of them changes what anyone achieved.
WRITES_ON_GET = {
    "learning.study.views.lesson": "opening a lecture opens its study session",
    "learning.records.views.verify": "a wrong code is counted, so that codes cannot be tried in bulk",
}


def test_what_changes_something_is_not_a_get():
    for source in sources():
        for node in source.nodes:
            marks = [ast.unparse(mark) for mark in node.decorator_list] if isinstance(node, ast.FunctionDef) else []
            if not any(".get(" in mark for mark in marks) or any(".post(" in mark for mark in marks):
                continue
            allowed = f"{source.module}.{node.name}" in WRITES_ON_GET
            assert allowed or "transaction(" not in ast.unparse(node), (
                f"{source.where}: {node.name} writes on GET; a prefetched link would change data. Use POST."
            )


def test_addresses_named_in_pages_exist(app: Flask):
    known = set(app.view_functions)
    for path in sorted(TEMPLATES.rglob("*.html")):
        tree = app.jinja_env.parse(path.read_text())
        for call in tree.find_all(nodes.Call):
            name = getattr(call.node, "name", None)
            given = call.args[0] if call.args else None
            if not isinstance(given, nodes.Const):
                continue
            where = f"{path.relative_to(TEMPLATES)}:{call.lineno}"
            if name == "url_for":
                assert given.value in known, f"{where} links to {given.value}, which does not exist: the page would fail. Mend the name or add the route."
            if name == "asset":
                assert (STATIC / given.value).exists(), f"{where} needs static/{given.value}, which does not exist."


def test_addresses_named_in_code_exist(app: Flask):
    for source in sources():
        for call in calls(source, "url_for"):
            given = call.args[0]
            if isinstance(given, ast.Constant):
                assert given.value in app.view_functions, (
                    f"{source.where}:{call.lineno} goes to {given.value}, which does not exist. Mend the name or add the route."
                )


def test_icons_named_in_pages_are_in_the_sprite(app: Flask):
    sprites = "".join(path.read_text() for path in (STATIC / "vendor" / "lucide").glob("*.svg"))
    drawn = set(re.findall(r'id="([a-z0-9-]+)"', sprites))
    for path in sorted(TEMPLATES.rglob("*.html")):
        for call in app.jinja_env.parse(path.read_text()).find_all(nodes.Call):
            if getattr(call.node, "name", None) == "icon" and call.args and isinstance(call.args[0], nodes.Const):
                assert call.args[0].value in drawn, (
                    f"{path.relative_to(TEMPLATES)}:{call.lineno} draws {call.args[0].value}, which the sprite lacks: an empty box would show."
                )
