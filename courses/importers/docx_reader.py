"""Started as a program of its own, inside limits: prints the lines of a Word document as JSON. The only importer of python-docx.

`python docx_reader.py FILE` prints {"lines": [...]} or {"fault": "broken"}, or "long". Numbers that Word itself writes before a paragraph are absent
from its text; they are counted here by the document's own numbering, so that an automatic "3." or "B." is read like a typed one.
"""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table

MOST_LINES = 200_000
BROKEN, LONG = "broken", "long"
_CHINESE = "零一二三四五六七八九"


def lines(path: str) -> list[str]:
    """Every line of the document in reading order: paragraphs, and the cells of tables from left to right."""
    document = docx.Document(path)
    numbers = Numbers(document)
    out: list[str] = []
    for line in _lines(document.iter_inner_content(), numbers):
        out += line.split("\n")
        if len(out) > MOST_LINES:
            raise OverflowError
    return out


def _lines(blocks: Any, numbers: "Numbers") -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                yield "\t".join("\n".join(_lines(cell.iter_inner_content(), numbers)) for cell in _distinct(row.cells))
        else:
            yield f"{numbers.before(block)}{block.text}"


def _distinct(cells: Any) -> list[Any]:
    """The cells of a row, a merged one once."""
    return list({id(cell._tc): cell for cell in cells}.values())


class Numbers:
    """What Word writes before numbered paragraphs: each list and level has its counter."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, dict[str, tuple[str, str, int]]] = {}
        self.counts: dict[str, dict[int, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        shapes = {one.get(qn("w:abstractNumId")): _levels(one) for one in root.iterchildren(qn("w:abstractNum"))}
        for one in root.iterchildren(qn("w:num")):
            link = one.find(qn("w:abstractNumId"))
            shape = dict(shapes.get(link.get(qn("w:val")), {})) if link is not None else {}
            for change in one.iterchildren(qn("w:lvlOverride")):
                start = change.find(qn("w:startOverride"))
                level = change.get(qn("w:ilvl"))
                if start is not None and level in shape:
                    shape[level] = (*shape[level][:2], int(start.get(qn("w:val"))))
            self.levels[one.get(qn("w:numId"))] = shape

    def before(self, paragraph: Any) -> str:
        """The mark before this paragraph, such as "3. " or "B. "; empty for a plain one or a bullet."""
        found = _numbering(paragraph)
        if found is None or found[0] not in self.levels or str(found[1]) not in self.levels[found[0]]:
            return ""
        key, level = found
        counts = self.counts.setdefault(key, {})
        counts[level] = counts[level] + 1 if level in counts else self.levels[key][str(level)][2]
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        shape, pattern, _ = self.levels[key][str(level)]
        if shape == "bullet" or not pattern:
            return ""
        return re.sub(r"%(\d)", lambda mark: self._shown(key, int(mark[1]) - 1), pattern).rstrip() + " "

    def _shown(self, key: str, level: int) -> str:
        shape, _, start = self.levels[key].get(str(level), ("decimal", "", 1))
        return _number(shape, self.counts[key].get(level, start))


def _levels(shape: Any) -> dict[str, tuple[str, str, int]]:
    out = {}
    for level in shape.iterchildren(qn("w:lvl")):
        said = {name: child.get(qn("w:val")) for name in ("numFmt", "lvlText", "start") if (child := level.find(qn(f"w:{name}"))) is not None}
        out[level.get(qn("w:ilvl"))] = (said.get("numFmt") or "decimal", said.get("lvlText") or "", int(said.get("start") or 1))
    return out


def _numbering(paragraph: Any) -> tuple[str, int] | None:
    """(list, level) of a paragraph, by its own properties or its style's."""
    own = paragraph._p.pPr.numPr if paragraph._p.pPr is not None else None
    style = paragraph.style
    while own is None and style is not None:
        shape = style.element.find(qn("w:pPr"))
        own = shape.find(qn("w:numPr")) if shape is not None else None
        style = style.base_style
    if own is None:
        return None
    key, level = own.find(qn("w:numId")), own.find(qn("w:ilvl"))
    if key is None or key.get(qn("w:val")) == "0":
        return None
    return key.get(qn("w:val")), int(level.get(qn("w:val"))) if level is not None else 0


def _number(shape: str, number: int) -> str:
    if shape in {"upperLetter", "lowerLetter"} and number > 0:
        letter = chr(65 + (number - 1) % 26)
        return letter if shape == "upperLetter" else letter.lower()
    if shape.startswith(("chineseCounting", "ideographDigital", "japaneseCounting", "taiwaneseCounting")) and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return (("" if tens == 1 else _CHINESE[tens]) + "十" if tens else "") + (_CHINESE[ones] if ones or not tens else "")
    return str(number)


if __name__ == "__main__":
    try:
        answer: dict[str, Any] = {"lines": lines(sys.argv[1])}
    except OverflowError:
        answer = {"fault": LONG}
    except Exception:
        answer = {"fault": BROKEN}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))
