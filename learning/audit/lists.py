"""Long lists written to files in the background: the entries, and the rosters of a place."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from courses.kernel.clock import local
from courses.kernel.db import db
from courses.kernel.settings import settings
from learning.audit import entry_queries, import_queries
from learning.audit.entry_rules import asked_from
from learning.exports import xlsx
from learning.exports.actions import Order
from learning.roster import export_rules, files

Report = Callable[[int], None]
ENTRIES = (("时间", 18), ("党组织", 24), ("经办人", 12), ("涉及的同志", 12), ("做了什么", 80))
ROSTER = tuple((words, max(10, 2 * len(words) + 2)) for words in export_rules.HEADERS)
_BATCH = 500


def write_entries(order: Order, path: Path, report: Report) -> int:
    """The entries that whoever asked may see, as they stood when they asked, newest first, each followed by its lines about single people."""
    return xlsx.table(path, title=order.title, sheet="操作记录", headers=ENTRIES, rows=_entries(order, report))


def write_roster(order: Order, path: Path, report: Report) -> int:
    """The rosters at and below a place as a workbook that reads back without a change."""
    return roster_sheet(path, order.title, _roster(order))


def roster_sheet(out: Path | BinaryIO, title: str, rows: list[tuple[str, ...]]) -> int:
    """The lines of rosters as a workbook."""
    return xlsx.table(out, title=title, sheet="名册", headers=ROSTER, rows=rows)


def write_roster_text(order: Order, path: Path, report: Report) -> int:
    """The same as comma-separated text."""
    rows = _roster(order)
    path.write_bytes(files.text([export_rules.HEADERS, *rows]))
    return len(rows)


def _entries(order: Order, report: Report) -> Iterator[tuple[Any, ...]]:
    asked, newest = asked_from(order.asked), 0
    while True:
        page = entry_queries.found(order.actor, asked, zone=settings().zone, size=_BATCH)
        newest = newest or (page.rows[0].id if page.rows else 0)
        yield from (line for row in page.rows if row.at < order.at for line in _lines(row))
        if page.before is None:
            return
        asked = replace(asked, before=page.before)
        db.session.rollback()  # as long as the list is, no read transaction is held for its whole length
        report(99 * (newest - page.before) // newest)


def _lines(row: Any) -> Iterator[tuple[Any, ...]]:
    at, place = local(row.at, settings().zone).strftime("%Y-%m-%d %H:%M"), row.organization.name
    by = row.actor.name if row.actor else "系统"
    yield at, place, by, row.about.name if row.about else "", row.words
    for line in entry_queries.lines_of(row):
        yield at, place, by, line.about.name, line.words


def _roster(order: Order) -> list[tuple[str, ...]]:
    where = import_queries.place_for(order.actor, order.organization_id or 0)
    rows, _ = import_queries.exported(where, asking=order.person_id)
    db.session.rollback()
    return rows
