"""Sets a slide of a demo lecture by typst: its values in, a PNG of 1280x720 out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

FORM = Path(__file__).resolve().parent / "slide.typ"


def slide(values: Mapping[str, Any]) -> bytes:
    """The slide as PNG, 1280 pixels wide and 720 high."""
    inputs = {"data": json.dumps(values, ensure_ascii=False)}
    made = typst.compile(str(FORM), format="png", ppi=72.0, sys_inputs=inputs)
    return made if isinstance(made, bytes) else made[0]
