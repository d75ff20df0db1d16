"""Commands of campaigns."""

import click
from flask.cli import AppGroup

from courses.kernel import clock
from courses.kernel.db import transaction
from courses.kernel.settings import settings
from learning.goals import actions

cli = AppGroup("goals", help="Campaigns and their counts.")


@cli.command("recount")
def recount() -> None:
    """Recompute every stored count from facts."""
    now = clock.now()
    with transaction():
        count = actions.recount_all(now=now, today=clock.day_of(now, settings().zone))
    click.echo(f"recounted {count} organizations")
