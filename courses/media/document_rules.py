"""What a document may be, which files its pages become, and how much reading it is. Pure."""

import re
import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

RECIPE = 1  # raised whenever the same bytes would be drawn differently; part of the folder's key
OFFICE = ("pptx", "ppt", "odp", "docx", "doc", "odt")  # what the office suite turns into PDF first
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")
PDF, ZIP, OLE = b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ACCEPTED = ".pptx,.ppt,.pdf,.docx,.doc,.odp,.odt"

MOST_PAGES = 300
MOST_BYTES = 200 * 1024 * 1024
MOST_CHARACTERS = 20_000  # of one page's text
PAGE_CHARACTERS = 40  # a page is looked at for as long as this many characters are read, though it have none
LIGHT_WIDTH = 720  # twice or three times the width of a phone's column
LARGE_WIDTH = 1600
TALLEST = 3  # times its width; what is longer is drawn smaller, so that a picture never has more than so many pixels

_FILE = re.compile(r"^page-\d{4}\.(webp|jpg)$")
_RADICALS = range(0x2E80, 0x2FE0)  # some programs write these for the characters they are part of


@dataclass(frozen=True)
class DrawnPage:
    """One page as it was drawn: the size of its large picture, and its words."""

    number: int
    width: int
    height: int
    text: str


@dataclass(frozen=True)
class Drawn:
    """Everything drawn of a document."""

    pages: tuple[DrawnPage, ...]

    @property
    def characters(self) -> int:
        """How much reading it is, in characters."""
        return sum(max(PAGE_CHARACTERS, characters(page.text)) for page in self.pages)

    def told(self) -> dict[str, Any]:
        """As JSON says it."""
        return asdict(self)

    @classmethod
    def heard(cls, said: dict[str, Any]) -> "Drawn":
        """What `told` says."""
        return cls(tuple(DrawnPage(**page) for page in said["pages"]))


def is_document(head: bytes) -> bool:
    """Whether a file that begins so is looked at as a document and not as a recording."""
    return head.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(PDF) or head.startswith((ZIP, OLE))


def folder_of(sha256: str) -> str:
    """The storage key of the pages drawn from the bytes with this hash."""
    return f"documents/{sha256}-r{RECIPE}"


def light(number: int) -> str:
    """The file of a page's picture for a phone's column."""
    return f"page-{number:04d}.webp"


def large(number: int) -> str:
    """The file of a page's picture for looking closely, and for phones that know no WebP."""
    return f"page-{number:04d}.jpg"


def is_servable(path: str) -> bool:
    """Whether `path` names a picture of a page."""
    return _FILE.match(path) is not None and "\n" not in path


def drawn_size(width: float, height: float) -> tuple[int, int]:
    """The large picture of a page of these points: as wide as `LARGE_WIDTH`, unless it is so tall that it must be narrower."""
    wide = LARGE_WIDTH if height <= width * TALLEST else LARGE_WIDTH * TALLEST * width / height
    return max(1, round(wide)), max(1, round(wide * height / width))


def tidied(text: str) -> str:
    """A page's words as they are read aloud: no control signs, whole characters for radicals, no empty lines, no endless spaces."""
    whole = "".join(unicodedata.normalize("NFKC", sign) if ord(sign) in _RADICALS else sign for sign in text[: MOST_CHARACTERS * 2])
    kept = "".join(sign for sign in whole.replace("\r", "\n") if sign in "\n\t " or unicodedata.category(sign)[0] != "C")
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in kept.split("\n"))
    return "\n".join(line for line in lines if line)[:MOST_CHARACTERS]


def characters(text: str) -> int:
    """Visible characters."""
    return len(re.sub(r"\s", "", text))
