"""Commands of records."""

import sys

import click
from flask.cli import AppGroup

from learning.records import log

cli = AppGroup("records", help="Records and the log that proves them.")


@cli.command("verify-log")
@click.option("--kept", default="", help="A head printed earlier and written down elsewhere: shows whether the end of the log was cut off since.")
def verify_log(kept: str) -> None:
    """Recompute every leaf and the chain; ends with 1 and names the first leaf that does not fit."""
    found = log.verify(kept=kept.strip().lower())
    click.echo(f"{found.leaves} leaves fit; head {found.head}")
    if found.fault:
        click.echo(found.fault, err=True)
        sys.exit(1)
