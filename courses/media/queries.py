"""Reads of media: how far the preparation is, and the signed addresses under which a person plays an asset."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy import func, select

from courses.kernel.access import Actor
from courses.kernel.db import db
from courses.kernel.errors import Missing
from courses.kernel.plain import MOST
from courses.kernel.settings import settings
from courses.kernel.storage import storage
from courses.kernel.words import again
from courses.media import document_rules, plan_rules, rules, tokens
from courses.media.models import Asset, AssetPage, Rendition, Upload


@dataclass(frozen=True)
class Playback:
    """Addresses for one person, signed in the path so that relative ones inherit it; None where there is no such form."""

    hls: str | None
    mp4: str | None
    sound: str | None
    poster: str | None
    sheet: "SeekSheet | None"
    duration_seconds: int
    has_picture: bool
    sound_bytes: int = 0


@dataclass(frozen=True)
class SeekSheet:
    """The sheet of small pictures shown while someone looks for a place, and how it is laid out."""

    address: str
    layout: plan_rules.Sheet


@dataclass(frozen=True)
class Page:
    """A page of a document for one person: its words, its size, and the addresses of its light and its large picture."""

    number: int
    width: int
    height: int
    text: str
    light: str
    large: str


@dataclass(frozen=True)
class Preparation:
    """How far an upload is: waiting, ready or refused (with the reason).

    `going_on` while a job is still to run or runs, also beside a lesson that plays already; `note` says what holds it up.
    """

    state: str
    percent: int
    fault: str | None
    duration_seconds: int | None
    page_count: int | None
    going_on: bool
    note: str | None
    can_retry: bool
    kind: str  # recording, document or picture


@dataclass(frozen=True)
class Served:
    """The storage key of a file that a token opens, and for how many seconds more."""

    key: str
    mime: str
    seconds_left: int


Standing = Callable[[int], bool]
STANDINGS: list[Standing] = []


def ask_standing(standing: Standing) -> Standing:
    """Register who knows whether a version of a course may still be played; media does not know courses."""
    STANDINGS.append(standing)
    return standing


def playback(asset_id: int, *, person_id: int, version_id: int | None = None, now: datetime) -> Playback | None:
    """None unless the asset is ready. With a `version_id` the addresses end as soon as that version may no longer be played."""
    asset = db.session.get(Asset, asset_id)
    if asset is None or asset.state != "ready":
        return None
    until = now + timedelta(hours=settings().media_hours)
    token = tokens.sign(tokens.Ticket(asset_id, person_id, version_id, until), key=settings().secret_key)
    rows = {row.name: row for row in db.session.scalars(select(Rendition).where(Rendition.asset_id == asset_id))}
    seconds = asset.duration_seconds or 0

    def address(name: str) -> str | None:
        return url_for("media.play", token=token, file=rows[name].path) if name in rows else None

    sprite = rows.get("sprite")
    sheet = SeekSheet(address("sprite") or "", plan_rules.sheet(seconds, sprite.width or 1, sprite.height or 1)) if sprite else None
    return Playback(
        address("hls"),
        address("mp4"),
        address("sound"),
        address("poster"),
        sheet,
        seconds,
        bool(asset.has_picture),
        rows["sound"].bytes if "sound" in rows else 0,
    )


def pages(asset_id: int, *, person_id: int, version_id: int | None = None, now: datetime) -> list[Page]:
    """The pages of a document or picture; none until they are drawn. Addresses end as those of `playback` do.

    They change every six hours and not every second, so that a phone does not fetch the same pictures again.
    """
    rows = list(db.session.scalars(select(AssetPage).where(AssetPage.asset_id == asset_id).order_by(AssetPage.number)))
    round_hour = now.replace(hour=now.hour // 6 * 6, minute=0, second=0, microsecond=0) + timedelta(hours=6)
    ticket = tokens.Ticket(asset_id, person_id, version_id, round_hour + timedelta(hours=settings().media_hours))
    token = tokens.sign(ticket, key=settings().secret_key)

    def address(file: str) -> str:
        return url_for("media.play", token=token, file=file)

    return [
        Page(row.number, row.width, row.height, row.text, address(document_rules.light(row.number)), address(document_rules.large(row.number))) for row in rows
    ]


def attachment(asset_id: int | None, *, person_id: int, now: datetime) -> Playback | Page | None:
    """What goes with a question, for one person: a picture, or a recording to be played; None while it is not ready."""
    row = db.session.get(Asset, asset_id) if asset_id else None
    if row is None or row.kind != "picture":
        return playback(row.id, person_id=person_id, now=now) if row else None
    return pages(row.id, person_id=person_id, now=now)[0] if row.state == "ready" else None


def picture_book(*, person_id: int, version_id: int | None = None, now: datetime) -> Callable[[int], Page | None]:
    """Who gives this person the pictures of a text, by their number; none for what is no picture."""

    def picture(number: int) -> Page | None:
        known = db.session.scalar(select(Asset.id).where(Asset.id == number, Asset.kind == "picture", Asset.state == "ready"))
        return pages(number, person_id=person_id, version_id=version_id, now=now)[0] if known else None

    return picture


def preparation(asset_id: int) -> Preparation:
    """The state of an upload."""
    row = db.session.get_one(Asset, asset_id)
    going_on = row.job is not None and row.job.state in {"queued", "running"}
    percent = row.job.progress if row.job is not None and going_on else 100 if row.state == "ready" else 0
    note = row.job.fault if row.job is not None and (going_on or (row.state == "ready" and row.job.state == "failed")) else None
    fault, note = (again(words) if words else None for words in (row.fault, note))
    return Preparation(row.state, percent, fault, row.duration_seconds, row.page_count, going_on, note, is_unfinished(row) and not going_on, row.kind)


def is_unfinished(asset: Asset) -> bool:
    """Whether something of the upload is still to be made: nothing plays, or the first rung alone."""
    return asset.state != "ready" or asset.folder == rules.first_of(asset.sha256)


def preparation_for(actor: Actor, asset_id: int) -> Preparation:
    """The state of one of the actor's own uploads; raises `Missing` for any other."""
    return preparation(own_asset(actor, asset_id).id)


def asset(asset_id: int) -> Asset | None:
    """An upload, whoever it is of; None for a number that somebody wrote and nothing has."""
    return db.session.get(Asset, asset_id) if asset_id <= MOST else None


def own_asset(actor: Actor, asset_id: int) -> Asset:
    """An upload of the actor's own; raises `Missing` for any other."""
    row = db.session.get(Asset, asset_id)
    if row is None or row.uploaded_by_id != actor.id:
        raise Missing("没有找到这个上传的文件。")
    return row


def own_upload(actor: Actor, upload_id: int) -> Upload:
    """An upload on its way, of the actor's own; raises `Missing` for any other."""
    row = db.session.get(Upload, upload_id)
    if row is None or row.owner_id != actor.id:
        raise Missing("没有找到这个上传，可能已经取消或过期。请重新选择文件再传。")
    return row


def unfinished_uploads(actor: Actor, *, now: datetime) -> list[Upload]:
    """What the actor began to send and did not finish, latest first."""
    mine = (Upload.owner_id == actor.id, Upload.asset_id.is_(None), Upload.fault.is_(None), Upload.expires_at > now)
    return list(db.session.scalars(select(Upload).where(*mine).order_by(Upload.id.desc())))


def recent(actor: Actor, *kinds: str, most: int = 50) -> list[Asset]:
    """What the actor sent lately, of these kinds or of recordings and documents, latest first; of equal files the latest alone."""
    wanted = Asset.kind.in_(kinds or ("recording", "document"))
    latest = select(func.max(Asset.id)).where(Asset.uploaded_by_id == actor.id, wanted).group_by(Asset.sha256)
    return list(db.session.scalars(select(Asset).where(Asset.id.in_(latest)).order_by(Asset.id.desc()).limit(most)))


def served(token: str, file: str, *, actor_id: int | None, now: datetime) -> Served:
    """The file that `token` opens; raises `Missing` for a forged, foreign or expired token, a strange name, an asset that is not ready, or a
    version that is not shown any more.

    A request without a session is let in, because the players of some phones send no cookie; one of another person is not.
    """
    ticket = tokens.read(token, key=settings().secret_key)
    if ticket is None or not rules.is_servable(file) or actor_id not in {None, ticket.person_id}:
        raise Missing
    if ticket.is_over(now):
        raise Missing("播放链接已经过期，请刷新页面接着学，进度不会丢。")
    if ticket.version_id is not None and not all(standing(ticket.version_id) for standing in STANDINGS):
        raise Missing("这门课现在没有开放。")
    folder = db.session.scalar(select(Asset.folder).where(Asset.id == ticket.asset_id, Asset.state == "ready"))
    if folder is None or not storage().exists(f"{folder}/{file}"):
        raise Missing
    return Served(f"{folder}/{file}", rules.mime_of(file), int((ticket.until - now).total_seconds()))
