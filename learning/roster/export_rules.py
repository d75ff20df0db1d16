"""A roster written out so that it reads back without a change: the columns, the lines, and the same as comma-separated text."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from learning.roster.column_rules import FIELD_WORDS
from learning.roster.plan_rules import Home, Standing, values_words

FIELDS = ("id", "name", "branch", "stage", "expectation", "online", "floating", "contact", "host", "joined_on", "since")
HEADERS = tuple(FIELD_WORDS[field] for field in FIELDS)


def rows(people: Iterable[Standing], homes: Sequence[Home]) -> list[tuple[str, ...]]:
    """A line for each person. Mobile numbers are never written out."""
    labels: Mapping[int, str] = {home.id: home.label for home in homes}
    return [_row(one, labels[one.home]) for one in people]


def text(lines: Iterable[Sequence[str]]) -> bytes:
    """The table as CSV that spreadsheets open in Chinese; a cell that would be taken for a formula is marked as text."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[_safe(cell) for cell in line] for line in lines])
    return out.getvalue().encode("utf-8-sig")


def _row(one: Standing, branch: str) -> tuple[str, ...]:
    words = {**values_words(one.values), "id": str(one.id), "name": one.name, "branch": branch}
    return tuple(words.get(field, "") for field in FIELDS)


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
