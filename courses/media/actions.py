"""Writes of media: take an upload in, publish what was made of it, or say why nothing can be made."""

import errno
import hashlib
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from courses.kernel.access import Actor
from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.queue import Claim, enqueue
from courses.kernel.settings import settings
from courses.kernel.storage import storage
from courses.media import preparation, rules
from courses.media.models import Asset, Rendition

JOB = "prepare_media"


class Arrival:
    """An upload on its way in: a file of its own in a workspace, hashed and measured as it is written. Close it in any case."""

    def __init__(self, file_name: str) -> None:
        self.file_name = (file_name.replace("\\", "/").rsplit("/", 1)[-1].strip() or "未命名")[-200:]
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
            raise Refused(f"文件太大，上限是 {settings().max_upload_mb} MB。请导出为 1280×720 的 MP4，或者剪成几段，再上传。")
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

    def settle(self) -> str:
        """Look into the finished file and keep it; gives its SHA-256. Raises `Refused` with the remedy."""
        try:
            self._file.close()
        except OSError as fault:
            raise _full(fault) from fault
        if self.bytes == 0:
            raise Refused("这个文件是空的（0 字节）。请检查原文件能不能播放，再重新选择。")
        preparation.examined(self.path, settings())
        sha256 = self._hash.hexdigest()
        storage().put(rules.source_of(sha256), self.path)
        return sha256

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


def enter(sha256: str, arrival: Arrival, *, actor: Actor, now: datetime) -> Asset:
    """Enter a settled upload. Bytes that were prepared before are ready at once; others get a job."""
    asset = Asset(sha256=sha256, file_name=arrival.file_name, bytes=arrival.bytes, state="waiting", uploaded_by_id=actor.id, uploaded_at=now)
    db.session.add(asset)
    db.session.flush()
    if storage().exists(rules.folder_of(sha256)):
        _make_ready(asset, _made(rules.folder_of(sha256)), now=now)
    else:
        asset.job_id = enqueue(JOB, {"asset_id": asset.id}, now=now).id
    return asset


def begin(claim: Claim, asset_id: int, *, now: datetime) -> str | None:
    """The SHA-256 of what is to be prepared, if the job is still ours; None when the asset has been decided already."""
    claim.hold()
    storage().tidy(now - timedelta(days=1))
    asset = db.session.get_one(Asset, asset_id)
    return asset.sha256 if asset.state == "waiting" else None


def prepare(sha256: str, *, report: Callable[[int], None]) -> rules.Made:
    """Make the forms of these bytes and put them in their place, whole or not at all; `report` hears the percent.

    Safe to be killed and run again: the place is named by the bytes and the recipe, and only `publish_ready` lets anyone see it.
    """
    key, workspace = rules.folder_of(sha256), storage().workspace()
    try:
        if not storage().exists(key):
            made = workspace / "made"
            made.mkdir()
            preparation.make(storage().local(rules.source_of(sha256)), made, settings(), report=report)
            storage().put_folder(key, made)
        return _made(key)
    except OSError as fault:
        if fault.errno != errno.ENOENT or storage().exists(rules.source_of(sha256)):
            raise
        raise Refused("上传的原文件不见了，请重新上传。") from fault
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def publish_ready(claim: Claim, asset_id: int, made: rules.Made, *, now: datetime) -> None:
    """Let the asset be played: its renditions and its state in one transaction, and only by whoever still holds the job."""
    claim.hold()
    asset = db.session.get_one(Asset, asset_id)
    if asset.state == "waiting":
        _make_ready(asset, made, now=now)


def refuse(asset_id: int, *, fault: str, now: datetime) -> None:
    """Nothing can be made of this upload; `fault` tells the trainer what to do."""
    asset = db.session.get_one(Asset, asset_id)
    if asset.state == "waiting":
        asset.state, asset.fault = "refused", fault[:500]


def _made(folder: str) -> rules.Made:
    return preparation.remembered(storage().local(f"{folder}/{preparation.MANIFEST}"))


def _make_ready(asset: Asset, made: rules.Made, *, now: datetime) -> None:
    asset.state, asset.ready_at, asset.fault = "ready", now, None
    asset.duration_seconds, asset.has_picture, asset.folder = made.seconds, made.has_picture, rules.folder_of(asset.sha256)
    for form in made.forms:
        row = Rendition(asset_id=asset.id, name=form.name, path=form.path, bytes=form.bytes, width=form.width, height=form.height)
        row.bits_per_second = form.bits_per_second
        db.session.add(row)
    db.session.flush()


def _full(fault: OSError) -> Exception:
    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Refused("服务器的存储空间满了，暂时存不下这个文件。请联系管理员清理空间后再上传。")
    return fault
