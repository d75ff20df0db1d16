"""What the usual report of a player changes, decided on values: one open session of a recording that stands, nothing else of the person's at work.

Nine reports in ten are of this kind. It says the same as `actions.extend`, which takes every other; tests hold the two against each other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from learning.progress import rules
from learning.progress.note_rules import of_claims


class Standing(NamedTuple):
    """A session with its person's allowance and its recording's coverage, as one read finds them."""

    person_id: int
    session_id: int
    coverage_id: int
    since: datetime
    until: datetime
    offline: bool
    sequence: int
    credited_seconds: int
    claimed: bytes
    spans: bytes
    covered_seconds: int
    position: int
    position_at: int
    sound_only: bool
    left_ms: int
    grown_until: datetime
    seconds: int
    finished: bool


@dataclass(frozen=True)
class Said:
    """What a report says of the moment it was made: spans played, where the player stood, and how long ago."""

    spans: rules.Spans
    position: int
    sequence: int
    sound_only: bool
    ago_seconds: int


def is_theirs(said: object, person_id: int) -> bool:
    """Whether a script speaks for this person: it names them, by number or in writing, or nobody. What is said may be of any type."""
    return said is None or (isinstance(said, int | str) and not isinstance(said, bool) and str(said) == str(person_id))


def after(before: Standing, said: Said, *, speed: float, threshold: float, now: datetime) -> Standing | None:
    """The standing after a report; None when it is not the usual one: the session is over, something is odd, or it finishes the lesson."""
    if before.until <= now:
        return None
    covered = rules.decode(before.spans)
    window = rules.Window(before.since, before.until, before.credited_seconds)
    room = rules.session_room(window, now=now, speed=speed)
    claims = rules.merged((*rules.decode(before.claimed), *rules.without(rules.clipped(said.spans, before.seconds), covered)))
    if of_claims(claims, room=room):
        return None
    left_ms = _grown(before, window, speed=speed, now=now)
    fresh = rules.without(rules.bounded(claims), covered)
    taken = rules.first(fresh, min(left_ms // 1000, room))
    amount = rules.seconds(taken)
    spans = rules.merged((*covered, *taken))
    if amount and not before.finished and rules.is_finished(rules.seconds(spans), before.seconds, threshold):
        return None
    return _moved(before, said, now=now)._replace(
        until=before.until if before.offline else max(before.until, rules.session_until(before.since, now=now, length_seconds=before.seconds)),
        credited_seconds=before.credited_seconds + amount,
        claimed=rules.encode(rules.without(fresh, taken)),
        spans=rules.encode(spans),
        covered_seconds=rules.seconds(spans) if amount else before.covered_seconds,
        left_ms=left_ms - amount * 1000,
        grown_until=max(before.grown_until, now),
    )


def _grown(before: Standing, window: rules.Window, *, speed: float, now: datetime) -> int:
    if now <= before.grown_until:
        return before.left_ms
    return rules.allowance_ms(before.left_ms, [window], grown_until=before.grown_until, now=now, speed=speed)


def _moved(before: Standing, said: Said, *, now: datetime) -> Standing:
    held = rules.tick(now - timedelta(seconds=said.ago_seconds))
    sequence = max(before.sequence, said.sequence)
    if not rules.moves(held, than=before.position_at, sequence=said.sequence, last=before.sequence):
        return before._replace(sequence=sequence)
    position = max(0, min(before.seconds, said.position))
    return before._replace(sequence=sequence, position=position, position_at=held, sound_only=said.sound_only)
