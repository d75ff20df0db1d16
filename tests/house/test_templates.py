"""Every template compiles, is used, has a title, and keeps scripts and styles out of its markup."""

import ast
import re
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import meta, nodes

from tests.house.laws import for_each
from tests.house.sources import TEMPLATES, Source, sources

PAGES = sorted(TEMPLATES.rglob("*.html"))
every_template = for_each("path", lambda: PAGES)


@every_template
def test_it_compiles(app: Flask, path: Path):
    app.jinja_env.get_template(path.relative_to(TEMPLATES).as_posix())


@every_template
def test_it_has_a_title(app: Flask, path: Path):
    tree = app.jinja_env.parse(path.read_text())
    if not any(tree.find_all(nodes.Extends)):
        whole = "<html" in path.read_text()
        part = path.relative_to(TEMPLATES).as_posix() in borrowed(app)
        assert whole or part, f"{path.name} neither extends base.html nor is imported or included by a page. Extend base.html."
        assert not whole or "<title>" in path.read_text(), f"{path.name} has no title. Give it one."
        return
    titles = [block for block in tree.find_all(nodes.Block) if block.name == "title"]
    assert titles and titles[0].body, f"{path.name} has no title. People with many tabs, and screen readers, name a page by it: fill the block."


@every_template
def test_no_script_or_style_in_the_markup(path: Path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    handler = re.search(r"<[a-z][^>]*\son[a-z]+\s*=", text)
    assert not handler, f"{path.name} has an inline handler, which the content policy forbids. Find the element by a data- attribute in static/js."
    style = re.search(r"<[a-z][^>]*\sstyle\s*=", text)
    assert not style, f"{path.name} has a style attribute, which the content policy forbids. Give it a class in static/css."
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "nonce=" in script, f'{path.name}: {script} has no nonce and would not run. Add nonce="{{{{ nonce() }}}}".'
    outside = re.search(r"(?:src|href)=[\"'](?:https?:)?//", text)
    assert not outside, f"{path.name} fetches from outside. Everything a page needs is served from here: vendor it."


def test_every_template_is_used(app: Flask):
    patterns = [pattern for source in sources() for pattern in rendered(source)]
    known = borrowed(app)
    for path in PAGES:
        name = path.relative_to(TEMPLATES).as_posix()
        used = name in known or any(re.fullmatch(pattern, name) for pattern in patterns)
        assert used, f"{name} is rendered, extended and included by nobody. Remove it, or use it."


def test_every_template_named_exists(app: Flask):
    names = {path.relative_to(TEMPLATES).as_posix() for path in PAGES}
    for source in sources():
        for pattern in rendered(source):
            assert any(re.fullmatch(pattern, name) for name in names), f"{source.where} renders {pattern}, which does not exist. Mend the name or write it."
    assert borrowed(app) <= names, f"{sorted(borrowed(app) - names)} are extended or included but do not exist. Mend the name or write them."


@cache
def borrowed(app: Flask) -> set[str]:
    """The templates that others extend, import or include."""
    return {name for path in PAGES for name in meta.find_referenced_templates(app.jinja_env.parse(path.read_text())) if name}


@cache
def rendered(source: Source) -> set[str]:
    """What a source renders, as patterns: the filled-in parts of an f-string match anything within one folder."""
    found: set[str] = set()
    inner = {id(part) for node in source.nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in source.nodes:
        if isinstance(node, ast.JoinedStr):
            pattern = "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[^/]+" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            pattern = re.escape(node.value)
        else:
            continue
        if pattern.endswith(r"\.html") and "/" in pattern:
            found.add(pattern)
    return found
