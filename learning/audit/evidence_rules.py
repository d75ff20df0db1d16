"""Positions in a recording, in words."""

from collections.abc import Iterable

from learning.progress.rules import Span


def clock_text(seconds: int) -> str:
    """A position in a recording: 75 as 1:15, 3675 as 1:01:15."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def spans_text(spans: Iterable[Span]) -> str:
    """Spans of a recording as 0:00–1:40、2:10–3:00."""
    return "、".join(f"{clock_text(start)}–{clock_text(stop)}" for start, stop in spans)
