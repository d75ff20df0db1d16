"""A printed form as values: what stands in each cell, so that its page, its workbook and its PDF say the same; all pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from learning.hours.rules import hours_text

Cell = str | int | date | None
TEXT, COUNT, HOURS, DAY, BLANK = "text", "count", "hours", "day", "blank"  # BLANK is left for a signature or a word by hand
PORTRAIT, LANDSCAPE = 184, 271  # millimetres of A4 between the margins


@dataclass(frozen=True)
class Column:
    """A column: its head, its width in millimetres, and what its cells hold; of hours they hold quarters."""

    words: str
    width: int
    kind: str = TEXT


@dataclass(frozen=True)
class Table:
    """A table with the sum at its foot; a new page begins before each row of `breaks`."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A form: what it is of, its tables, what has to be known to read it, and who signs it."""

    title: str
    name: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()
    signs: tuple[str, ...] = field(default=("填表人", "审核人"))

    @property
    def width(self) -> int:
        return max(sum(column.width for column in table.columns) for table in self.tables)

    @property
    def is_wide(self) -> bool:
        return self.width > PORTRAIT


def cell_text(column: Column, value: Cell) -> str:
    """A cell as it is read."""
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return hours_text(value) if column.kind == HOURS and isinstance(value, int) else str(value)


def texts(table: Table, row: Sequence[Cell]) -> list[str]:
    """A row as it is read."""
    return [cell_text(column, value) for column, value in zip(table.columns, row, strict=True)]


def numbered(rows: Iterable[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Rows with their number in front."""
    return tuple((number, *row) for number, row in enumerate(rows, 1))


def summed(columns: Sequence[Column], rows: Iterable[Sequence[Cell]], label: str = "合计") -> tuple[Cell, ...]:
    """The foot of a table: the sums of its counts and hours, and `label` in its second column."""
    kept = list(rows)
    sums: list[Cell] = [
        sum(value for row in kept if isinstance(value := row[place], int)) if column.kind in (COUNT, HOURS) else "" for place, column in enumerate(columns)
    ]
    return ("", label, *sums[2:])
