"""The second language keeps up with the first."""

import re
from pathlib import Path

import esprima
import pytest
from flask import Flask

from deploy import words
from tests.house.sources import STATIC

MEND = "Run ./manage words, translate what it names in templates/translations/en/LC_MESSAGES/messages.po, and run it again."


def test_every_word_of_the_interface_has_its_english():
    known = {message.id: message.string for message in words.kept() if message.id}
    here = {message.id for message in words.found() if message.id}
    waiting = sorted(str(one) for one in here if not known.get(one))
    assert not waiting, f"a reader of English would meet Chinese here: {waiting[:20]}. {MEND}"
    gone = sorted(str(one) for one in set(known) - here)
    assert not gone, f"nobody says these any more: {gone[:20]}. {MEND}"


def test_a_translation_fills_in_what_its_original_does():
    for message in words.kept():
        if message.id:
            wanted, given = (sorted(re.findall(r"%\(\w+\)[sd]|%%", str(text))) for text in (message.id, message.string))
            assert wanted == given, f"{message.id!r} fills in {wanted}, its English {given}: the page would fail. {MEND}"


def test_the_compiled_catalogue_is_that_of_the_words():
    assert words.compiled(words.merged(words.kept(), words.found())) == (words.FOLDER / "messages.mo").read_bytes(), MEND


def test_the_catalogue_of_scripts_is_that_of_the_words():
    assert words.OF_SCRIPTS.read_text() == words.of_scripts(words.kept()), MEND


@pytest.mark.parametrize("path", sorted((STATIC / "js").glob("*.js")), ids=lambda path: path.name)
def test_a_script_says_only_what_the_catalogue_can_say(path: Path):
    tokens = esprima.tokenize(path.read_text())
    for place, token in enumerate(tokens):
        if token.type in {"String", "Template"} and words.HAN.search(token.value):
            before = [one.value for one in tokens[max(0, place - 2) : place]]
            assert before == ["_", "("], f'{path.name} says {token.value} in Chinese to everybody. Write _("..."), with its values as %(name)s.'


def test_a_page_is_english_once_it_is_asked_for(app: Flask):
    client = app.test_client()
    client.get("/language/en")
    page = client.get("/sign-in").get_data(as_text=True)
    assert 'lang="en"' in page
    assert "Sign in to Sky Lecture Hall" in page
    assert "登录空中大讲堂" not in page
