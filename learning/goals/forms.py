"""What a browser may ask of a campaign's standing."""

from datetime import date


def day(text: str | None) -> date | None:
    """A day as 2026-11-02; None for none and for anything that is no day."""
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        return None
