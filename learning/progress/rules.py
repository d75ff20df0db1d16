"""Spans of media, the allowance that bounds their credit, and when a lesson is finished. Whole seconds throughout.

A span is (start, stop), half open. A person's allowance is in milliseconds of media: it grows with the time for which at least
one of their sessions is open, times the highest playback speed, and is spent by newly covered seconds (HOUSE.md law 5).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Span = tuple[int, int]
Spans = tuple[Span, ...]

OPEN_AT_ONCE = 4  # sessions of players and readers
DOWNLOADS_AT_ONCE = 12  # sessions opened by a download: a day in the field
OPENED_A_DAY = 500  # beyond this a browser is asked to wait, which keeps the table small
LONGEST_SESSION = timedelta(hours=12)
SHORTEST_IDLE = timedelta(minutes=30)
KEPT_AFTER_END = timedelta(days=180)  # for reports that come late
MOST_SPANS = 400  # of one report, and of what one session keeps waiting; an honest one has a handful
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Window:
    """When a session is open, [since, until), and what it has credited so far."""

    since: datetime
    until: datetime
    credited_seconds: int = 0


def merged(spans: Iterable[Span]) -> Spans:
    """The union as ordered spans that neither touch nor overlap."""
    given = [span for span in spans if span[0] < span[1]]
    if len(given) < 2:  # as nearly always
        return tuple(given)
    out: list[Span] = []
    for start, stop in sorted(given):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], stop))
        else:
            out.append((start, stop))
    return tuple(out)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> Spans:
    """The seconds of `spans` that are not in `taken`."""
    left = merged(spans)
    for start, stop in merged(taken):
        left = tuple(piece for low, high in left for piece in ((low, min(high, start)), (max(low, stop), high)) if piece[0] < piece[1])
    return left


def seconds(spans: Iterable[Span]) -> int:
    """How many seconds the union covers."""
    return sum(stop - start for start, stop in merged(spans))


def clipped(spans: Iterable[Span], length: int) -> Spans:
    """The union within [0, length)."""
    return merged((max(0, start), min(length, stop)) for start, stop in spans)


def first(spans: Iterable[Span], budget: int) -> Spans:
    """The first `budget` seconds of the union."""
    out: list[Span] = []
    for start, stop in merged(spans):
        if budget <= 0:
            break
        out.append((start, min(stop, start + budget)))
        budget -= out[-1][1] - start
    return tuple(out)


def beyond(spans: Iterable[Span], budget: int) -> Spans:
    """What `first` leaves."""
    whole = merged(spans)
    return without(whole, first(whole, budget))


def bounded(spans: Iterable[Span]) -> Spans:
    """The first spans of the union, as many as a session may keep waiting, so that nobody fills the table with crumbs."""
    return merged(spans)[:MOST_SPANS]


def parsed(value: object) -> Spans:
    """The spans of a report as it came from a browser; raises ValueError for anything but pairs of finite numbers."""
    if not isinstance(value, list) or len(value) > MOST_SPANS:
        raise ValueError("not a list of spans")
    return merged(_pair(item) for item in value)


def encode(spans: Iterable[Span]) -> bytes:
    """Spans as the varints of gaps and lengths: an unbroken lecture of an hour takes three bytes."""
    out, last = bytearray(), 0
    for start, stop in merged(spans):
        for number in (start - last, stop - start):
            out += _varint(number)
        last = stop
    return bytes(out)


def decode(blob: bytes) -> Spans:
    """What `encode` wrote."""
    numbers: list[int] = []
    value = shift = 0
    for byte in blob:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(value)
            value = shift = 0
    out: list[Span] = []
    last = 0
    for gap, length in zip(numbers[::2], numbers[1::2], strict=True):
        out.append((last + gap, last + gap + length))
        last += gap + length
    return tuple(out)


def open_ms(windows: Iterable[Window], *, after: datetime, now: datetime) -> int:
    """Milliseconds in (after, now] for which at least one window is open."""
    origin = after
    pieces = ((max(window.since, after), min(window.until, now)) for window in windows)
    union = merged((_ms(start - origin), _ms(stop - origin)) for start, stop in pieces if start < stop)
    return seconds(union)  # of milliseconds, by the same arithmetic


def allowance_ms(left_ms: int, windows: Iterable[Window], *, grown_until: datetime, now: datetime, speed: float) -> int:
    """The allowance at `now`, given what was left at `grown_until`."""
    return left_ms + int(open_ms(windows, after=grown_until, now=now) * speed)


def session_room(window: Window, *, now: datetime, speed: float) -> int:
    """Seconds a session may still credit: its own age times the speed, less what it has credited."""
    age = _ms(min(now, window.until) - window.since)
    return max(0, int(age * speed) // 1000 - window.credited_seconds)


def session_until(since: datetime, *, now: datetime, length_seconds: int, offline: bool = False) -> datetime:
    """How long a session heard from at `now` stays open: long enough to play the lesson through without a network.

    One that a download opened stays open for as long as a session may: its reports come when the phone is back from the field.
    """
    idle = max(SHORTEST_IDLE, timedelta(seconds=length_seconds))
    return since + LONGEST_SESSION if offline else min(now + idle, since + LONGEST_SESSION)


def tick(instant: datetime) -> int:
    """An instant in whole seconds since 2026 began (UTC), four bytes a row until 2094."""
    return max(0, (instant - _BEGINNING) // timedelta(seconds=1))


def moves(tick_of_position: int, *, than: int, sequence: int, last: int) -> bool:
    """Whether a position held at `tick_of_position` replaces one held at `than`.

    Within a session the running number decides, which makes a replay harmless; between devices the moment at which it was held.
    """
    return sequence > last and tick_of_position >= than


def is_finished(covered_seconds: int, length_seconds: int, threshold: float) -> bool:
    """Whether enough of a lecture was played."""
    return length_seconds > 0 and covered_seconds >= math.ceil(length_seconds * threshold)


def reading_seconds(characters: int, characters_per_minute: int) -> int:
    """The shortest time in which a text of this length is believed to be read."""
    return math.ceil(characters * 60 / characters_per_minute)


def resume_at(position: int, length: int) -> int:
    """Where to go on: a few seconds back, and from the start once the end was reached."""
    return 0 if position >= length - 3 else max(0, position - 3)


def clock_text(seconds: int) -> str:
    """A position in a recording: 75 as 1:15, 3675 as 1:01:15."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def spans_text(spans: Iterable[Span]) -> str:
    """Spans of a recording as 0:00–1:40、2:10–3:00."""
    return "、".join(f"{clock_text(start)}–{clock_text(stop)}" for start, stop in spans)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*out, number))


def _pair(item: object) -> Span:
    if not isinstance(item, list) or len(item) != 2:
        raise ValueError("not a pair")
    start, stop = item
    for number in (start, stop):
        if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) <= 10**7:  # nor NaN
            raise ValueError("not a number of seconds")
    return math.ceil(start), math.floor(stop)


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)
