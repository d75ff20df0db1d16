"""Addresses are made for a page, so they are asked for as a page asks."""

from datetime import datetime

from flask import current_app

from courses.media import queries


def playback_of(asset_id: int, person_id: int, *, now: datetime) -> queries.Playback | None:
    """What a page of this person would play."""
    with current_app.test_request_context():
        return queries.playback(asset_id, person_id=person_id, now=now)


def pages_of(asset_id: int, person_id: int, *, now: datetime) -> list[queries.Page]:
    """The pages of a document as a page of the site would hand them to this person."""
    with current_app.test_request_context():
        return queries.pages(asset_id, person_id=person_id, now=now)
