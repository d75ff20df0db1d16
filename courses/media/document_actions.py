"""Writes of documents: ask for their pages, draw them, publish what was drawn; and pictures, which are drawn at once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from sqlalchemy import delete

from courses.kernel.access import Actor
from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.queue import Claim
from courses.kernel.settings import settings
from courses.kernel.storage import storage
from courses.media import document_rules, documents, rules, upload_rules
from courses.media.models import Asset, AssetPage
from courses.media.workspace import workspace

DRAW = "draw_document"
MOST_PICTURE = 10 * 1024 * 1024  # bytes


def drawn_before(sha256: str) -> document_rules.Drawn | None:
    """The pages of these bytes, if they were drawn before."""
    return _drawn(sha256) if storage().exists(document_rules.folder_of(sha256)) else None


def draw(sha256: str, *, report: Callable[[int], None]) -> document_rules.Drawn:
    """Draw the pages and put them in their place, whole or not at all; safe to be killed and run again."""
    key = document_rules.folder_of(sha256)
    if not storage().exists(key):
        with workspace(sha256) as made_in:
            documents.drawn(storage().local(rules.source_of(sha256)), made_in, settings(), report=report)
            storage().put_folder(key, made_in)
    return _drawn(sha256)


@dataclass(frozen=True)
class Taken:
    """A picture that was looked into, drawn light for phones and kept."""

    sha256: str
    file_name: str
    bytes: int
    made: document_rules.Drawn


def take_picture(stream: IO[bytes], file_name: str) -> Taken:
    """Draw a picture and keep what was drawn; raises `Refused` with the remedy. Belongs outside a transaction, as drawing takes a while.

    The file itself is let go, because of what its camera wrote into it: the place where it was taken, and whose camera it is.
    """
    data = stream.read(MOST_PICTURE + 1)
    if len(data) > MOST_PICTURE:
        raise Refused("图片太大，上限是 %(most)s MB。请缩小后再上传。", most=MOST_PICTURE // 1024 // 1024)
    sha256 = hashlib.sha256(data).hexdigest()
    key = document_rules.folder_of(sha256)
    if not storage().exists(key):
        with workspace(sha256) as made_in:
            source = made_in.parent / "source"
            source.write_bytes(data)
            documents.pictured(source, made_in)
            storage().put_folder(key, made_in)
    return Taken(sha256, upload_rules.plain_name(file_name), len(data), _drawn(sha256))


def enter_picture(taken: Taken, *, actor: Actor, now: datetime) -> Asset:
    """Enter a picture that was taken; it is ready at once."""
    asset = Asset(sha256=taken.sha256, kind="picture", file_name=taken.file_name, bytes=taken.bytes, state="waiting", uploaded_by_id=actor.id, uploaded_at=now)
    db.session.add(asset)
    db.session.flush()
    make_ready(asset, taken.made, now=now)
    return asset


def publish(claim: Claim, asset_id: int, made: document_rules.Drawn, *, now: datetime) -> None:
    """Let the pages be read: rows and state in one transaction, and only by whoever still holds the job."""
    claim.hold()
    asset = db.session.get_one(Asset, asset_id)
    if asset.state == "waiting":
        make_ready(asset, made, now=now)


def make_ready(asset: Asset, made: document_rules.Drawn, *, now: datetime) -> None:
    """The pages are there: state and rows of `asset`."""
    asset.state, asset.ready_at, asset.fault = "ready", asset.ready_at or now, None
    asset.folder, asset.page_count, asset.characters = document_rules.folder_of(asset.sha256), len(made.pages), made.characters
    db.session.execute(delete(AssetPage).where(AssetPage.asset_id == asset.id))
    db.session.add_all(AssetPage(asset_id=asset.id, number=page.number, width=page.width, height=page.height, text=page.text) for page in made.pages)
    db.session.flush()
    db.session.expire(asset, ["pages"])


def _drawn(sha256: str) -> document_rules.Drawn:
    return documents.remembered(storage().local(f"{document_rules.folder_of(sha256)}/{documents.MANIFEST}"))
