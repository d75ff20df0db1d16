"""A reader of English meets no Chinese but the county's own words and what is marked as Chinese."""

import ast
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient

from deploy.words import HAN
from learning.hours.rules import DEFAULT_BASES, DEFAULT_BASIS
from tests import makers, people
from tests.clients import client_for, forget_language
from tests.house import test_pages
from tests.house.test_pages import addresses, course, lived_in
from tests.people import County
from tests.study import test_journey

__all__ = ["course", "lived_in"]
READERS = ("county_admin", "secretary", "trainer", "reviewer", "town_admin", "member", "auditor")
OWN_TO_EACH = ("study.home", "study.courses", "study.record", "accounts.mine", "audit.desk")
MEND = 'Say it by _("...") in pages and scripts, by Words("...", n=...) below the views; only official forms, laws and what people wrote stay, marked lang="zh-CN".'
CHINESE = {
    "static": "no page",
    "accounts.switch_language": "leads back to Chinese",
    "records.verifier_page": "one file with its scripts that is kept for years and opened without us: its bytes are the same for all",
    "audit.import_roster": "names the columns of the county's own tables, which are Chinese",
    "importers.question_files": "names the words by which a file's answers are found, which are Chinese",
}
WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("member", "/me/password", {"old": "x", "new": "1"}),
    ("member", "/feedback", {"text": ""}),
    ("member", "/lessons/{lesson_id}/reading", {}),
    ("member", "/here", {"code": "000"}),
    ("secretary", "/branches/{willow}/people/new", {"name": "", "mobile": "12"}),
    ("secretary", "/branches/{willow}/roll-calls/new", {"held_on": "2031-01-01"}),
    ("secretary", "/branches/{willow}/home-deliveries/new", {"held_on": ""}),
    ("secretary", "/organizations/{willow}/classes/new", {"title": "", "since": "2026-11-03", "until": "2026-11-01"}),
    ("secretary", "/organizations/{willow}/notices", {"title": "", "until": "1999-01-01"}),
    ("secretary", "/organizations/{willow}/roster/import", {"file": b""}),
    ("secretary", "/organizations/{willow}/roster/import", {"file": b"a,b\n1,2\n"}),
    ("secretary", "/organizations/{willow}/roster/import", {"file": b"PK\x03\x04 broken"}),
    ("trainer", "/workshop/new", {"title": ""}),
    ("trainer", "/workshop/question-files", {"file": b""}),
    ("trainer", "/workshop/bank/new", {}),
    ("county_admin", "/campaigns", {"title": "", "target": "x"}),
    ("county_admin", "/hours/policies/new", {"minutes_per_hour": "5"}),
    ("county_admin", "/organizations/{county}/below/new", {"name": ""}),
    ("county_admin", "/certificates/{certificate_id}/revocation", {"reason": ""}),
    ("auditor", "/branches/{willow}/people/new", {"name": "x"}),
]


def _own_words() -> re.Pattern[str]:
    """The county's names, titles and texts, as those who write it here have them."""
    found = {basis.rstrip("。") for basis in (*DEFAULT_BASES.values(), DEFAULT_BASIS)}  # what a county holds its hours by, quoted
    for module in (makers, people, test_pages, test_journey):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {line.strip("# 0123456789.") for line in (node.value, *node.value.splitlines()) if HAN.search(line)}
    return re.compile("|".join([*(re.escape(words) for words in sorted(found, key=len, reverse=True)), r"\w\*"]))  # and a masked name


OWN = _own_words()


def _said(node: Any) -> Iterator[str]:
    """Every text that is read or heard of what is not marked as Chinese."""
    if not isinstance(node.tag, str) or node.tag in {"script", "style", "textarea"} or str(node.get("lang", "")).startswith("zh"):
        return
    yield from (text for text in (node.text, *(node.get(name) for name in ("title", "alt", "aria-label", "placeholder", "content") if node.get(name))) if text)
    yield from (str(value) for name, value in node.attrib.items() if name.startswith("data-") and name not in {"data-title", "data-name"})
    if node.tag in {"input", "button"} and node.get("type") in {"submit", "button"}:
        yield node.get("value", "")
    for child in node:
        yield from _said(child)
        yield child.tail or ""


def chinese(page: str) -> list[str]:
    """What of a page is Chinese and should not be."""
    return [left.strip()[:120] for text in _said(lxml.html.document_fromstring(page)) if HAN.search(left := OWN.sub("", text))]


@pytest.fixture
def as_english(app: Flask, county: County, lived_in: dict[str, Any]) -> Callable[[str], FlaskClient]:
    """Signs someone of the cast in as a reader of English."""
    forget_language()

    def client(who: str) -> FlaskClient:
        made = client_for(app, getattr(county, who))
        made.set_cookie("language", "en")
        return made

    return client


def test_pages_are_english(app: Flask, lived_in: dict[str, Any], as_english: Callable[[str], FlaskClient]):
    """Each page once, for the first who may see it; those that differ from person to person for everybody."""
    left: dict[str, list[str]] = {}
    first = {endpoint: address for endpoint, address in reversed(addresses(app, lived_in)) if endpoint not in CHINESE}
    for who in READERS:
        client = as_english(who)
        for endpoint, address in list(first.items()):
            answer = client.get(address)
            if answer.status_code == 200 and endpoint not in OWN_TO_EACH:
                del first[endpoint]
            if answer.mimetype == "text/html" and answer.status_code < 500 and (found := chinese(answer.text)):
                left[f"{who} at {endpoint}"] = found
    assert not left, f"a reader of English meets Chinese: {left}. {MEND}"


def test_faults_are_told_in_english(county: County, lived_in: dict[str, Any], as_english: Callable[[str], FlaskClient]):
    known = vars(county) | {name: value[0] for name, value in lived_in.items() if value}
    left: dict[str, list[str]] = {}
    for who, path, values in WRONG:
        client = as_english(who)
        typed = {name: (io.BytesIO(value), "a.csv") if isinstance(value, bytes) else value for name, value in values.items()}
        answer = client.post(path.format(**known), data=typed | {"csrf_token": _token(client)}, content_type="multipart/form-data")
        assert answer.status_code in {200, 400, 403, 404, 409, 413, 422}, f"{path} refused nothing: {answer.status_code} {answer.text[:300]}"
        if found := chinese(answer.text):
            left[f"{who} at {path}"] = found
    assert not left, f"faults are told in Chinese: {left}. {MEND}"


def _token(client: FlaskClient) -> str:
    page: Any = lxml.html.document_fromstring(client.get("/me").text)
    return str(page.xpath("//meta[@name='csrf-token']/@content")[0])
