"""Sets the demo's slides by typst: their values in; a PNG of 1280x720 out, or a PDF of them all."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typst

FORM = Path(__file__).resolve().parent / "slide.typ"


def slide(values: Mapping[str, Any]) -> bytes:
    """The slide as PNG, 1280 pixels wide and 720 high."""
    made = typst.compile(str(FORM), format="png", ppi=72.0, sys_inputs=_inputs([values]))
    return made if isinstance(made, bytes) else made[0]


def deck(pages: Sequence[Mapping[str, Any]]) -> bytes:
    """The slides as one PDF, with their words in it."""
    made = typst.compile(str(FORM), format="pdf", sys_inputs=_inputs(pages))
    return made if isinstance(made, bytes) else made[0]


def _inputs(pages: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {"data": json.dumps(pages, ensure_ascii=False)}
