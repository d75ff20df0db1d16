"""Commands of this room."""

import click
from flask.cli import AppGroup

cli = AppGroup("goals")
