"""Tables in files that strangers made (xlsx, xls, csv): read by a bounded child, or refused with a word that says what to do."""

import json
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from courses.kernel.errors import Refused
from courses.kernel.runner import Bounds, OutOfTime, OutOfWords, run

READER = "courses.kernel.sheet_reader"
ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
BOUNDS = Bounds(seconds=20, data_bytes=768 * MEGABYTE, file_bytes=MEGABYTE, output_bytes=96 * MEGABYTE)
Cell = str | int | float | bool | date


@dataclass(frozen=True)
class Sheet:
    """One sheet: its cells as they stand, row 0 the first, and where formulas are."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    formulas: frozenset[tuple[int, int]]


def read(path: Path) -> list[Sheet]:
    """The sheets of the file at `path`; raises `Refused` for anything but a plain table of modest size."""
    if path.stat().st_size > MOST_BYTES:
        raise Refused("文件太大。名册最大 10 兆，请只留名册那一页，另存再上传。")
    try:
        environ = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        ended = run([sys.executable, "-P", "-m", READER, str(path)], BOUNDS, environ=environ)
    except (OutOfTime, OutOfWords) as fault:
        raise _too_much() from fault
    if ended.status != 0:
        raise _too_much()
    answer = json.loads(ended.output)
    if "fault" in answer:
        raise Refused(answer["fault"])
    return [_sheet(one) for one in answer["sheets"]]


def _too_much() -> Refused:
    return Refused("这个文件太复杂，在限定的时间和内存里读不完，不接收。请把名册复制到一个新表格里再上传。")


def _sheet(one: dict[str, Any]) -> Sheet:
    rows = tuple(tuple(date.fromisoformat(cell["day"]) if isinstance(cell, dict) else cell for cell in row) for row in one["rows"])
    return Sheet(one["name"], rows, frozenset((row, column) for row, column in one["formulas"]))
