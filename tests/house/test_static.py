"""Scripts and styles keep to what the oldest phones to be served can read: ES2017, no flex gap, no dvh, no :has."""

import re
from pathlib import Path

import pytest

from tests.house.sources import STATIC, TEMPLATES

SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
STYLES = sorted((STATIC / "css").rglob("*.css"))
# Called on those phones these are undefined, though the grammar lets them pass: (what, the engine that brought it).
TOO_NEW = {
    r"\.replaceAll\(": "Chrome 85",
    r"\.at\(": "Chrome 92",
    r"\.flat(Map)?\(": "Chrome 69",
    r"Object\.fromEntries\(": "Chrome 73",
    r"\bstructuredClone\(": "Chrome 98",
    r"\bglobalThis\b": "Chrome 71",
    r"Promise\.(any|allSettled)\(": "Chrome 76",
    r"\.finally\(": "Chrome 63",
    r"\bqueueMicrotask\(": "Chrome 71",
    r"\bcrypto\.randomUUID\(": "Chrome 92",
    r"\.replaceChildren\(": "Chrome 86",
}
each_script = pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
each_style = pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)


@each_script
def test_the_script_is_es2017(path: Path):
    import esprima  # takes a second, which few processes of a test run have to spend

    try:
        tree = esprima.parseScript(path.read_text(), loc=True)
    except esprima.Error as fault:
        pytest.fail(f"{path.name}: {fault}. Phones of 2017 refuse the whole file: write it without `?.`, `??`, optional catch binding and other later grammar.")
    for node in _nodes(tree.toDict()):
        spread = node["type"] in {"SpreadElement", "RestElement"} and node.get("inside") in {"ObjectExpression", "ObjectPattern"}
        assert not spread, f"{path.name}:{node['loc']['start']['line']} spreads an object, which came after ES2017. Use Object.assign."


@each_script
def test_the_script_calls_nothing_too_new(path: Path):
    for pattern, since in TOO_NEW.items():
        found = re.search(pattern, path.read_text())
        assert not found, f"{path.name} uses {found and found.group()} ({since} or later). Write it with what phones of 2017 have."


@each_script
def test_the_script_is_loaded_by_a_page(path: Path):
    name = f"js/{path.name}"
    assert any(name in page.read_text() for page in TEMPLATES.rglob("*.html")), f"static/{name} is loaded by no page. Remove it, or load it."


@each_style
def test_the_style_is_readable_by_old_phones(path: Path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    for selector, body in re.findall(r"([^{}]*)\{([^{}]*)\}", text):
        gap = re.search(r"(?<![-\w])(row-|column-)?gap\s*:", body)
        grid = re.search(r"display\s*:\s*(inline-)?grid|columns?\s*:", body)
        assert not gap or grid, f"{path.name}: {selector.strip()} uses gap outside a grid; before Chrome 84 everything sticks together. Use margins."
    for word in ("dvh", "svh", "lvh", ":has("):
        assert word not in text, f"{path.name} uses {word}, which old engines drop with the whole rule. Use vh or a class."
    assert "http" not in text.replace("http://www.w3.org", ""), f"{path.name} fetches from outside. Vendor what it needs."


def test_what_is_vendored_says_its_licence():
    for folder in sorted(path for path in (STATIC / "vendor").iterdir() if path.is_dir()):
        names = {path.name.upper().split(".")[0] for path in folder.iterdir()}
        assert names & {"LICENSE", "LICENCE"}, f"static/vendor/{folder.name} has no licence file. Copy it from the library's package."


def _nodes(tree: object, inside: str = ""):
    if isinstance(tree, dict):
        if "type" in tree and "loc" in tree:
            yield {**tree, "inside": inside}
        for value in tree.values():
            yield from _nodes(value, str(tree.get("type", inside)))
    elif isinstance(tree, list):
        for value in tree:
            yield from _nodes(value, inside)
