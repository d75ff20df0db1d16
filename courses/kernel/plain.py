"""What every database holds of what a browser says: whole numbers of four bytes, and text without NUL or half a character."""

import json
import re
from typing import Any

MOST = 2**31 - 1  # PostgreSQL's ids and running numbers
_HALVES = re.compile("[\ud800-\udfff]")  # of UTF-16's pairs: JSON can spell one alone, no encoding can


def whole(typed: str) -> int:
    """A number as a form or an address spells it, for `get(..., type=whole)`; raises ValueError, which counts as none, beyond what an id can be."""
    number = int(typed)
    if abs(number) > MOST:
        raise ValueError("no database holds it")
    return number


def is_whole(said: object) -> bool:
    """Whether JSON said a whole number that every database holds."""
    return isinstance(said, int) and not isinstance(said, bool) and abs(said) <= MOST


def is_text(text: str) -> bool:
    """Whether every database holds this text."""
    return "\x00" not in text and not _HALVES.search(text)


def mended(text: str) -> str:
    """A text that can be shown and stored, with a mark in place of each half character."""
    return _HALVES.sub("\ufffd", text)


def is_sayable(said: Any) -> bool:
    """Whether no text in what JSON said, however deep, holds half a character; NUL is for whoever keeps the text to refuse."""
    try:
        json.dumps(said, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
