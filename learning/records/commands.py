"""Commands of records."""

import sys

import click
from flask.cli import AppGroup

from learning.records import log

cli = AppGroup("records", help="Records and the log that proves them.")


@cli.command("verify-log")
def verify_log() -> None:
    """Recompute every leaf and the chain; ends with 1 and names the first leaf that does not fit."""
    found = log.verify()
    click.echo(f"{found.leaves} leaves fit; head {found.head}")
    if found.fault:
        click.echo(found.fault, err=True)
        sys.exit(1)
