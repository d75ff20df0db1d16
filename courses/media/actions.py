"""Writes of media: take an upload in, publish what was made of it, or say why nothing can be made."""

import hashlib
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import delete, select

from courses.kernel.access import Actor
from courses.kernel.db import after_commit, db, lock_row
from courses.kernel.errors import Refused
from courses.kernel.models import Job
from courses.kernel.queue import Claim, cancel, enqueue
from courses.kernel.settings import settings
from courses.kernel.storage import storage
from courses.kernel.words import Words
from courses.media import document_actions, document_rules, examination, preparation, queries, rules, upload_rules
from courses.media.document_actions import DRAW
from courses.media.models import Asset, Rendition, Upload
from courses.media.workspace import NO_SPACE, workspace

PREPARE = "prepare_media"
LIGHTEN = "lighten_media"  # smaller rungs beside a picture that was copied, once those that cannot be played yet are done
LIGHTEN_AFTER = timedelta(minutes=10)
CANCELLED = Words("您取消了准备。原文件还在，需要时点“重试”。")


class Arrival:
    """An upload on its way in: a file of its own in a workspace, hashed and measured as it is written. Close it in any case."""

    def __init__(self, file_name: str) -> None:
        self.file_name = upload_rules.plain_name(file_name)
        self.folder = storage().workspace()
        self.path = self.folder / "source"
        self.bytes = 0
        self._hash = hashlib.sha256()
        self._most = settings().max_upload_mb * 1024 * 1024
        self._file = self.path.open("w+b")

    def write(self, data: bytes) -> int:
        """Add bytes; raises `Refused` above the limit or when the disk is full."""
        self.bytes += len(data)
        if self.bytes > self._most:
            raise Refused(upload_rules.TOO_LARGE, most=settings().max_upload_mb)
        self._hash.update(data)
        try:
            return self._file.write(data)
        except OSError as fault:
            raise _full(fault) from fault

    def seek(self, place: int) -> int:
        """For the form parser, which rewinds what it has filled."""
        return self._file.seek(place)

    def read(self, size: int = -1) -> bytes:
        """Read on from where `seek` left."""
        return self._file.read(size)

    def settle(self) -> examination.Kept:
        """Look into the finished file and keep it. Raises `Refused` with the remedy."""
        try:
            self._file.close()
        except OSError as fault:
            raise _full(fault) from fault
        if self.bytes == 0:
            raise Refused(upload_rules.EMPTY)
        kind = examination.kind_of(self.path, settings())
        sha256 = self._hash.hexdigest()
        storage().put(rules.source_of(sha256), self.path)
        return kept(sha256, kind)

    def close(self) -> None:
        """Leave nothing behind."""
        self._file.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def receive(stream: BinaryIO, file_name: str, *, actor: Actor, now: datetime) -> Asset:
    """Take in an upload and ask for its preparation; raises `Refused` in plain Chinese.

    Pages use `Arrival` and `enter` apart, so that no transaction waits for a slow line.
    """
    arrival = Arrival(file_name)
    try:
        while chunk := stream.read(1 << 20):
            arrival.write(chunk)
        return enter(arrival.settle(), arrival, actor=actor, now=now)
    finally:
        arrival.close()


def add_file(path: Path, file_name: str, *, actor: Actor, now: datetime) -> Asset:
    """Take in a file of this machine through the same door as an upload."""
    with path.open("rb") as stream:
        return receive(stream, file_name, actor=actor, now=now)


def kept(sha256: str, kind: str) -> examination.Kept:
    """An upload that lies in storage, with what was made of the same bytes before. Belongs outside a transaction."""
    if kind == "document":
        return examination.Kept(sha256, kind, document_actions.drawn_before(sha256))
    key = rules.folder_of(sha256)
    return examination.Kept(sha256, kind, _made(key) if storage().exists(key) else None)


def enter(kept: examination.Kept, arrival: Arrival | Upload, *, actor: Actor, now: datetime) -> Asset:
    """Enter a settled upload. Bytes that were prepared before are ready at once; others get a job."""
    asset = Asset(
        sha256=kept.sha256, kind=kept.kind, file_name=arrival.file_name, bytes=arrival.bytes, state="waiting", uploaded_by_id=actor.id, uploaded_at=now
    )
    db.session.add(asset)
    db.session.flush()
    if isinstance(kept.made, document_rules.Drawn):
        document_actions.make_ready(asset, kept.made, now=now)
    elif kept.made is not None:
        _make_ready(asset, kept.made, now=now)
    else:
        _ask(asset, now=now)
    return asset


def begin(claim: Claim, asset_id: int) -> str | None:
    """The SHA-256 of what is to be prepared, if the job is still ours; None when there is nothing left to do."""
    claim.hold()
    asset = db.session.get_one(Asset, asset_id)
    unfinished = asset.state == "waiting" or (asset.state == "ready" and asset.folder == rules.first_of(asset.sha256))
    return asset.sha256 if unfinished else None


def prepare_first(sha256: str, *, report: Callable[[int], None]) -> rules.Made:
    """Make what plays first of these bytes and put it in its place, whole or not at all; `report` hears the percent.

    Safe to be killed and run again: the place is named by the bytes and the recipe, and only `publish` lets anyone see it.
    """
    for key in (rules.folder_of(sha256), rules.first_of(sha256)):
        if storage().exists(key):
            return _made(key)
    with workspace(sha256) as made_in:
        made = preparation.first(storage().local(rules.source_of(sha256)), made_in, settings(), report=report)
        storage().put_folder(rules.folder_of(sha256) if made.whole else rules.first_of(sha256), made_in)
        return made


def prepare_rest(sha256: str, *, report: Callable[[int], None]) -> rules.Made:
    """Make everything of these bytes, beginning from what `prepare_first` made; likewise safe to be run again."""
    key = rules.folder_of(sha256)
    if not storage().exists(key):
        with workspace(sha256) as made_in:
            preparation.rest(storage().local(rules.source_of(sha256)), storage().local(rules.first_of(sha256)), made_in, settings(), report=report)
            storage().put_folder(key, made_in)
    return _made(key)


def publish(claim: Claim, asset_id: int, made: rules.Made, *, now: datetime) -> None:
    """Let what was made be played: renditions and state in one transaction, and only by whoever still holds the job."""
    claim.hold()
    asset = db.session.get_one(Asset, asset_id)
    if asset.state == "refused" or asset.folder == _place(asset.sha256, made):
        return
    _make_ready(asset, made, now=now)
    if made.whole:
        _drop_first(asset.sha256)
    elif made.copied:
        asset.job_id = enqueue(LIGHTEN, {"asset_id": asset_id}, now=now, due=now + LIGHTEN_AFTER).id


def refuse(asset_id: int, *, fault: str, now: datetime) -> None:
    """Nothing can be made of this upload; `fault` tells the trainer what to do. What plays already goes on playing."""
    asset = db.session.get_one(Asset, asset_id)
    if asset.state == "waiting":
        asset.state, asset.fault = "refused", fault[:500]


def stop_preparing(asset: Asset, *, now: datetime) -> None:
    """Cancel what is being made of an upload; what plays already goes on playing."""
    job = db.session.get(Job, asset.job_id, with_for_update=True) if asset.job_id else None
    if job is None or job.state not in {"queued", "running"}:
        raise Refused("现在没有正在做的准备，不用取消。请刷新页面看看。")
    cancel(job, fault=CANCELLED, now=now)
    refuse(asset.id, fault=CANCELLED, now=now)


def standing_source(sha256: str) -> str | None:
    """The same hash if the uploaded bytes still lie in storage, for `prepare_again`. Belongs outside a transaction."""
    return sha256 if storage().exists(rules.source_of(sha256)) else None


def prepare_again(asset: Asset, *, source: str | None, now: datetime) -> None:
    """Try once more what failed or was cancelled; raises `Refused` if there is nothing to try, or the upload is gone."""
    lock_row(asset)
    if not queries.is_unfinished(asset) or (asset.job is not None and asset.job.state in {"queued", "running"}):
        raise Refused("这个文件不用重试。请刷新页面看看。")
    if source != asset.sha256:
        raise Refused("上传的原文件已经清理，请重新上传。")
    if asset.state == "refused":
        asset.state, asset.fault = "waiting", None
    _ask(asset, now=now)


def _ask(asset: Asset, *, now: datetime) -> None:
    payload = {"asset_id": asset.id}
    job = enqueue(DRAW, payload, now=now) if asset.kind == "document" else enqueue(PREPARE, payload, now=now)
    asset.job_id = job.id


def _made(folder: str) -> rules.Made:
    return preparation.remembered(storage().local(f"{folder}/{preparation.MANIFEST}"))


def _make_ready(asset: Asset, made: rules.Made, *, now: datetime) -> None:
    asset.state, asset.ready_at, asset.fault = "ready", asset.ready_at or now, None
    asset.duration_seconds, asset.has_picture, asset.folder = made.seconds, made.has_picture, _place(asset.sha256, made)
    db.session.execute(delete(Rendition).where(Rendition.asset_id == asset.id))
    for form in made.forms:
        row = Rendition(asset_id=asset.id, name=form.name, path=form.path, bytes=form.bytes, width=form.width, height=form.height)
        row.bits_per_second = form.bits_per_second
        db.session.add(row)
    db.session.flush()
    db.session.expire(asset, ["renditions"])


def _drop_first(sha256: str) -> None:
    """The first rung stands in the whole folder too: under its own name it goes once nobody is sent there."""
    key = rules.first_of(sha256)
    if db.session.scalar(select(Asset.id).where(Asset.folder == key).limit(1)) is None:
        after_commit(partial(storage().delete, key))


def _place(sha256: str, made: rules.Made) -> str:
    return rules.folder_of(sha256) if made.whole else rules.first_of(sha256)


def _full(fault: OSError) -> Exception:
    if fault.errno in NO_SPACE:
        return Refused("服务器的存储空间满了，暂时存不下这个文件。请联系管理员清理空间后再上传。")
    return fault
