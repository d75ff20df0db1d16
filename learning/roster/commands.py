"""What can be asked about a roster's file from a terminal, without a database: what is understood of it and what is refused."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from courses.kernel import clock
from courses.kernel.errors import Refused
from learning.roster import column_rules, files, table_rules
from learning.roster.column_rules import FIELD_WORDS
from learning.roster.table_rules import Line, NoRoster, Table


@click.group()
def cli() -> None:
    """Rosters as files."""


@cli.command("read")
@click.argument("file", type=click.Path(path_type=Path))
def read(file: Path) -> None:
    """Print as JSON what is understood of FILE and what is refused; nothing is written. Status 2 for a file that is not taken."""
    try:
        if not file.is_file():
            raise Refused("没有这个文件。 / no such file")
        table = files.read(file)
        columns = column_rules.understood(table.headers, {})
        lines = table_rules.lines(table, columns, today=clock.day_of(clock.now()))
    except (Refused, NoRoster) as fault:
        click.echo(json.dumps({"file": file.name, "refused_file": True, "reason": getattr(fault, "message", str(fault))}, ensure_ascii=False, indent=1))
        sys.exit(2)
    click.echo(json.dumps(_report(file.name, table, columns, lines), ensure_ascii=False, indent=1))


def _report(name: str, table: Table, columns: tuple[str, ...], lines: list[Line]) -> dict[str, Any]:
    taken, refused = [line for line in lines if not line.faults], [line for line in lines if line.faults]
    return {
        "file": name,
        "sheet": table.sheet,
        "head_row": table.head,
        "columns": [_column(place, header, columns[place], table) for place, header in enumerate(table.headers) if header],
        "people": len(taken),
        "understood": [{"row": line.number, **{field: _plain(value) for field, value in line.values.items()}} for line in taken],
        "refused": [{"row": line.number, "reasons": list(line.faults)} for line in refused],
        "left_out": [{"row": line.number, "what": list(line.notes)} for line in taken if line.notes],
        "notices": list(table.notices),
    }


def _column(place: int, header: str, field: str, table: Table) -> dict[str, Any]:
    if place in table.dropped:
        return {"header": header, "field": None, "dropped": "身份证号，整栏不读"}
    return {"header": header, "field": field or None, "means": FIELD_WORDS.get(field)}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


if __name__ == "__main__":
    cli(prog_name="./manage people")
