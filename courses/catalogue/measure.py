"""How minutes become hours to suggest to a reviewer: told by whoever gives the hours, since the catalogue has no policy of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import Flask, current_app


@dataclass(frozen=True)
class Suggestion:
    """Hours to suggest, in quarters, and how they were reckoned, in words."""

    quarters: int
    words: str

    def is_far_below(self, quarters: int) -> bool:
        """Whether hours are so many more than these that they may be mistyped: four times as many, and two hours above."""
        return quarters > 4 * self.quarters and quarters >= self.quarters + 8


Reader = Callable[[int, date], Suggestion]


def install(app: Flask, read: Reader) -> None:
    """Let `read` say what so many minutes are worth on a day."""
    app.extensions["measure"] = read


def suggestion(minutes: int, on: date) -> Suggestion:
    """What to suggest for a course of so many minutes."""
    read: Reader = current_app.extensions["measure"]
    return read(minutes, on)
