"""Adapter of typst, the typesetter: a form of ours and its values in, the bytes of a page out. The same values give the same bytes."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

FORMS = Path(__file__).resolve().parent / "papers"


def pdf(form: str, values: Mapping[str, Any]) -> bytes:
    """The form `papers/<form>.typ` filled in, as PDF."""
    return _compile(form, values, "pdf")


def picture(form: str, values: Mapping[str, Any], *, dots_per_inch: int = 150) -> bytes:
    """The first page of the form as PNG."""
    return _compile(form, values, "png", ppi=float(dots_per_inch))


def families() -> set[str]:
    """The font families that papers can use on this machine."""
    return set(_fonts().families())


def font_files(*wanted: str) -> list[tuple[Path, int]]:
    """(file, place in it) of the fonts of these families, of every font when none is named."""
    return [(Path(font.path), font.index) for font in _fonts().fonts() if font.path and (not wanted or font.family in wanted)]


def _compile(form: str, values: Mapping[str, Any], kind: Any, **more: Any) -> bytes:
    inputs = {"data": json.dumps(values, ensure_ascii=False, sort_keys=True)}
    made: Any = typst.compile(str(FORMS / f"{form}.typ"), root=str(FORMS), font_paths=_fonts(), format=kind, sys_inputs=inputs, timestamp=0, **more)
    return made if isinstance(made, bytes) else made[0]


@cache
def _fonts() -> Any:
    """The fonts of this machine, looked for once: that takes ten times as long as a page."""
    return typst.Fonts()
