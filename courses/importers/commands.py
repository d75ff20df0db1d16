"""Question files at a terminal: read one and say what was understood, writing nothing. Needs neither database nor server."""

import json
import sys
from pathlib import Path

import click

from courses.importers import files
from courses.importers.rules import Reading
from courses.kernel.errors import Refused


@click.group()
def cli() -> None:
    """Question files."""


@cli.command("read")
@click.argument("file", type=click.Path(path_type=Path))
def read(file: Path) -> None:
    """Print the questions of FILE and what was refused as one JSON object; ends with 2 and a reason for a file that is refused."""
    try:
        if not file.is_file():
            raise Refused("没有这个文件，请检查文件名。")
        found = files.read(file)
    except Refused as fault:
        click.echo(json.dumps({"reason": fault.message}, ensure_ascii=False))
        sys.exit(2)
    click.echo(json.dumps(told(found), ensure_ascii=False, indent=1))


def told(found: Reading) -> dict[str, list[dict[str, object]]]:
    """A reading in plain values: answers are places of options from 0, or the texts accepted in a blank."""
    questions: list[dict[str, object]] = [
        {
            "type": item.kind,
            "stem": item.stem,
            "options": list(item.options),
            "answer": list(item.answer),
            "explanation": item.explanation,
            "topic": item.topic,
            "difficulty": item.difficulty,
            "score": item.score,
        }
        for item in (one.item for one in found.questions)
    ]
    return {"questions": questions, "refused": [{"where": one.where, "reason": one.reason} for one in found.refused]}


if __name__ == "__main__":
    cli(prog_name="./manage questions")
