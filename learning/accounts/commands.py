"""Commands of this room."""

from flask.cli import AppGroup

cli = AppGroup("accounts")
