"""A roster written out so that it reads back without a change: the columns and the lines."""

from collections.abc import Iterable, Mapping, Sequence

from learning.roster.column_rules import FIELD_WORDS
from learning.roster.plan_rules import Home, Standing, values_words

FIELDS = ("id", "name", "branch", "stage", "expectation", "online", "floating", "contact", "host", "joined_on", "since")
HEADERS = tuple(FIELD_WORDS[field] for field in FIELDS)


def rows(people: Iterable[Standing], homes: Sequence[Home]) -> list[tuple[str, ...]]:
    """A line for each person. Mobile numbers are never written out."""
    labels: Mapping[int, str] = {home.id: home.label for home in homes}
    return [_row(one, labels[one.home]) for one in people]


def _row(one: Standing, branch: str) -> tuple[str, ...]:
    words = {**values_words(one.values), "id": str(one.id), "name": one.name, "branch": branch}
    return tuple(words.get(field, "") for field in FIELDS)
