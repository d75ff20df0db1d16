"""The only reader of the wall clock; everything below the views is told what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def local(instant: datetime, zone: str = "Asia/Shanghai") -> datetime:
    """`instant` as the people of the county read it on the wall."""
    return instant.astimezone(ZoneInfo(zone))


def day_of(instant: datetime, zone: str = "Asia/Shanghai") -> date:
    """The calendar day of `instant` in the county."""
    return local(instant, zone).date()
