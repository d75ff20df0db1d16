"""The second language keeps up with the first."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from deploy import words
from tests.house.sources import STATIC, Source, sources

AT_A_TERMINAL = {"checks.py", "database_checks.py", "service_checks.py", "doctor.py", "commands.py", "settings.py"}
ASKS = re.compile("(?<!申)请(?!假|求).*。", re.S)
MEND = "Run ./manage words, translate what it names in templates/translations/en/LC_MESSAGES/messages.po, and run it again."


def test_every_word_of_the_interface_has_its_english():
    known = {message.id: message.string for message in words.kept() if message.id}
    here = {message.id for message in words.found() if message.id}
    waiting = sorted(str(one) for one in here if not known.get(one))
    assert not waiting, f"a reader of English would meet Chinese here: {waiting[:20]}. {MEND}"
    gone = sorted(str(one) for one in set(known) - here)
    assert not gone, f"nobody says these any more: {gone[:20]}. {MEND}"


def test_whoever_is_told_what_to_do_is_told_it_in_their_language():
    known = {message.id for message in words.found()}
    for source in sources():
        if source.path.name not in AT_A_TERMINAL and source.room != "learning.demo":
            for line, text in spoken(source):
                assert text in known, (
                    f'{source.where}:{line} tells everybody in Chinese: "{text}". Say it by Words("...", n=...), or what raises it by Refused("...", n=...).'
                )


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
    import esprima  # takes a second, which few processes of a test run have to spend

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


def spoken(source: Source) -> Iterator[tuple[int, str]]:
    """The sentences in a source that ask something of their reader, with their lines; those that describe the code are not meant."""
    described = {
        id(node.body[0].value) for node in source.nodes if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(node.body[0], ast.Expr)
    }
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described and ASKS.search(node.value):
            yield node.lineno, node.value
