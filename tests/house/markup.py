"""What is wrong with a page: grammar, ids, labels, headings, words for pictures. Says all of it, so that it can be mended at once."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib

SILENT = {"hidden", "submit", "button", "reset", "image"}
# What a page shows rather than how it is made: two pages that differ in nothing else are judged once.
SHOWN = re.compile(r"(?<=>)[^<]*[^<\s][^<]*(?=<)|(?<=\s)(?:nonce|value|href|src|action|alt|content)=\"[^\"]*\"")
# Where the processes of a run tell each other which pages are well made; each of them judges the others anew, and says what is wrong.
_SHARED = os.environ.get("JUDGED_PAGES")
_judged: dict[str, list[str]] = {}


def faults(page: str, *, guarded: bool = True, nonce: str | None = None) -> list[str]:
    """Every fault of a page, in words; empty when it is well made. `guarded` if its forms must carry their tokens, `nonce` if its scripts' is known."""
    wrong = [f"{script} lacks this answer's nonce and would not run" for script in re.findall(r"<script\b[^>]*>", page) if nonce and f'"{nonce}"' not in script]
    key = hashlib.sha256(f"{guarded}{SHOWN.sub('x', page)}".encode()).hexdigest()
    if key not in _judged:
        _judged[key] = _judge(page, key, guarded=guarded)
    return [*wrong, *_judged[key], *_outside(page)]


def _judge(page: str, key: str, *, guarded: bool) -> list[str]:
    mark = Path(_SHARED, key) if _SHARED else None
    if mark and mark.exists():
        return []
    found = list(_faults(page, guarded=guarded))
    if mark and not found:
        mark.touch()
    return found


def _faults(page: str, *, guarded: bool) -> Iterator[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page)
    for (line, _), code, about in parser.errors[:3]:
        yield f"not valid HTML: line {line}, {code} {about or ''}. A phone will guess what was meant; write it as it is meant"
    yield from (*_frame(tree), *_ids(tree), *_fields(tree), *_words(tree), *_tables(tree), *(_forms(tree) if guarded else ()))


def _frame(tree: Element) -> Iterator[str]:
    if not tree.get("lang"):
        yield "<html> has no lang, so a screen reader does not know how to pronounce it"
    title = tree.findtext(".//title") or ""
    if not title.strip(" ·\n").removesuffix("空中大讲堂").strip(" ·"):
        yield "the title names the product alone; say which page it is"
    if len(tree.findall(".//h1")) != 1:
        yield f"{len(tree.findall('.//h1'))} h1 instead of one: it is how a page is announced"


def _ids(tree: Element) -> Iterator[str]:
    counted = Counter(node.get("id") for node in tree.iter() if node.get("id"))
    yield from (f"id {name} stands {number} times; a label would find only the first" for name, number in counted.items() if number > 1)
    for node in tree.iter():
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls", "list", "form"):
            for target in (node.get(name) or "").split():
                if target not in counted:
                    yield f"<{node.tag} {name}={target}> points at nothing"


def _fields(tree: Element) -> Iterator[str]:
    labelled = {node.get("for") for node in tree.iter("label")} - {None}  # a label around its field names it without
    inside = {id(field) for label in tree.iter("label") for field in label.iter()}
    for tag in ("input", "select", "textarea"):
        for field in tree.iter(tag):
            named = id(field) in inside or field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
            if field.get("type") not in SILENT and not named:
                yield f"<{tag} name={field.get('name')}> has no label"


def _words(tree: Element) -> Iterator[str]:
    for picture in tree.iter("img"):
        if picture.get("alt") is None:
            yield f'<img src={picture.get("src")}> has no alt; write alt="" if it only decorates'
    for tag in ("a", "button"):
        for node in tree.iter(tag):
            said = "".join(node.itertext()).strip() or node.get("aria-label") or "".join(picture.get("alt") or "" for picture in node.iter("img"))
            if not said:
                yield f"<{tag} {node.get('href') or node.get('name') or ''}> says nothing; give it words or an aria-label"


def _tables(tree: Element) -> Iterator[str]:
    for table in tree.iter("table"):
        if table.find("caption") is None and not table.get("aria-label"):
            yield "a table has no caption: it is how it is announced"
        for head in table.iter("th"):
            if not head.get("scope"):
                yield f"<th>{''.join(head.itertext()).strip()} has no scope"


def _forms(tree: Element) -> Iterator[str]:
    for form in tree.iter("form"):
        if (form.get("method") or "get").lower() == "post" and not any(field.get("name") == "csrf_token" for field in form.iter("input")):
            yield f"<form action={form.get('action')}> posts without a token and would be refused"


def _outside(page: str) -> Iterator[str]:
    for address in re.findall(r"<(?:script|link|img|source|video|audio|iframe)\b[^>]*(?:src|href)=\"((?:https?:)?//[^\"]+)", page):
        yield f"fetches {address} from outside"
