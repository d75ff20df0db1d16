"""How far a piece of work is, in percent, told by its parts."""

from collections.abc import Callable


def part(report: Callable[[int], None], low: int, high: int) -> Callable[[int], None]:
    """`report` for a part of the work, whose 0 to 100 are `low` to `high` of the whole."""
    return lambda percent: report(low + (high - low) * percent // 100)
