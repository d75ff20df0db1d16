"""Adapter of fontTools: which characters of a name the papers cannot show. To the typesetter a missing glyph is no error: it draws an empty box."""

import unicodedata
from functools import cache

from fontTools.ttLib import TTFont

from courses.kernel.words import Words
from learning.records import typst

FAMILIES = ("Noto Serif CJK SC", "Noto Sans CJK SC")


def undrawn(name: str) -> str:
    """The characters of a name that no font here can draw, each once, in their order; those of private use mean something else on each machine."""
    ours = _covered(*FAMILIES)
    return "".join(dict.fromkeys(mark for mark in name if not _is_drawn(mark, ours)))


def warning(name: str) -> str:
    """What to say and do about a name that cannot be printed; nothing for one that can."""
    missing = undrawn(name)
    if not missing:
        return ""
    codes = "、".join(f"U+{ord(mark):04X}" for mark in missing)
    return Words(
        "姓名里的“%(missing)s”（%(codes)s）本机字体画不出来，证明上会是空框。请核对是不是从别的系统复制来的自造字，改成标准的字；"
        "确实是这个字的，请管理员安装有这个字的字体（例如 fonts-hanazono）并重启，再发证明。",
        missing=missing,
        codes=codes,
    )


def _is_drawn(mark: str, ours: frozenset[int]) -> bool:
    kind = unicodedata.category(mark)
    if kind in {"Co", "Cn", "Cs"}:
        return False
    return ord(mark) in ours or kind[0] in "CZ" or ord(mark) in _covered()


@cache
def _covered(*families: str) -> frozenset[int]:
    """What the fonts of these families can draw, or all fonts together: the typesetter takes a glyph from whichever has it."""
    out: set[int] = set()
    for path, place in dict(typst.font_files(*families)).items():  # of a collection one font: they share their characters
        with TTFont(path, fontNumber=place, lazy=True) as font:
            out |= (font.getBestCmap() or {}).keys()
    return frozenset(out)
