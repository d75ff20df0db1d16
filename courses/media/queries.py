"""Reads of media: how far the preparation is, and the signed addresses under which a person plays an asset."""

from dataclasses import dataclass
from datetime import datetime

from courses.kernel.db import db
from courses.media.models import Asset


@dataclass(frozen=True)
class Playback:
    """Addresses for one person, signed in the path so that relative ones inherit it; None where there is no such form."""

    hls: str | None
    mp4: str | None
    sound: str | None
    poster: str | None
    duration_seconds: int
    has_picture: bool


@dataclass(frozen=True)
class Preparation:
    """How far an upload is: waiting, ready or refused (with the reason)."""

    state: str
    percent: int
    fault: str | None
    duration_seconds: int | None


def playback(asset_id: int, *, person_id: int, now: datetime) -> Playback | None:
    """None unless the asset is ready."""
    return None


def preparation(asset_id: int) -> Preparation:
    """The state of an upload."""
    row = db.session.get_one(Asset, asset_id)
    return Preparation(row.state, row.job.progress if row.job else 0, row.fault, row.duration_seconds)
