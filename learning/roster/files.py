"""A roster's file: from the disk to a table, and a table sealed between its preview and its import."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from courses.kernel import sheets, words
from courses.kernel.errors import Refused
from learning.accounts import sealing
from learning.roster import table_rules
from learning.roster.table_rules import NoRoster, Row, Table


def read(path: Path) -> Table:
    """The table in the file; raises `Refused` for a file that is no roster, with what to do."""
    try:
        return table_rules.table_of((sheet.name, sheet.rows, sheet.formulas) for sheet in sheets.read(path))
    except NoRoster as fault:
        raise Refused(fault.message) from fault


def text(lines: Iterable[Sequence[str]]) -> bytes:
    """Lines as CSV that spreadsheets open in Chinese; a cell that would be taken for a formula is marked as text."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in line] for line in lines])
    return out.getvalue().encode("utf-8-sig")


def seal(table: Table, key: bytes) -> bytes:
    """The table as it may be kept: nobody reads it without the key."""
    said = {**vars(table), "notices": _kept(table.notices), "rows": [{**vars(row), "faults": _kept(row.faults)} for row in table.rows]}
    return sealing.seal(json.dumps(said, ensure_ascii=False), key)


def unseal(blob: bytes, key: bytes) -> Table:
    """What `seal` wrote."""
    kept = json.loads(sealing.unseal(blob, key))
    rows = tuple(Row(row["number"], tuple(row["cells"]), _again(row["faults"])) for row in kept["rows"])
    return Table(kept["sheet"], kept["head"], tuple(kept["headers"]), rows, tuple(kept["dropped"]), _again(kept["notices"]))


def _kept(said: Iterable[str]) -> list[Any]:
    return [words.kept(one) for one in said]


def _again(said: Iterable[Any]) -> tuple[str, ...]:
    return tuple(words.again(one) for one in said)
