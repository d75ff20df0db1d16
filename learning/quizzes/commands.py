"""Commands of papers."""

import click
from flask.cli import AppGroup

from courses.kernel.db import transaction
from learning.quizzes import tally_actions

cli = AppGroup("quizzes", help="How questions went.")


@cli.command("recount")
def recount() -> None:
    """Recompute how each question went from the marked papers."""
    with transaction():
        count = tally_actions.recount()
    click.echo(f"recounted {count} questions")
