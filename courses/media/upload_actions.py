"""Writes of resumable uploads: begin one, keep what arrived whole as an asset, end one."""

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select

from courses.kernel.access import Actor
from courses.kernel.db import db
from courses.kernel.errors import Refused
from courses.kernel.settings import settings
from courses.kernel.storage import passing_folder, storage
from courses.kernel.words import Words
from courses.media import actions, arrivals, examination, rules, upload_rules
from courses.media.models import Upload
from courses.media.workspace import NO_SPACE

log = structlog.get_logger()
FULL = Words("服务器的存储空间不够，放不下这个文件。请联系管理员清理空间后再传；已经传上来的部分还在。")


class TooLarge(Refused):
    """Above the county's limit."""

    status = 413


class NoRoom(Refused):
    """The disk is full, or would be."""

    status = 507


def begin_upload(file_name: str, length: int, *, actor: Actor, now: datetime) -> Upload:
    """Promise room for a file; raises `Refused` if it is too large, the disk too full, or too much unfinished already."""
    most = settings().max_upload_mb
    if length > most * 1024 * 1024:
        raise TooLarge(upload_rules.TOO_LARGE, most=most)
    still_open = db.session.scalars(select(Upload).where(Upload.asset_id.is_(None), Upload.fault.is_(None))).all()
    if sum(row.owner_id == actor.id for row in still_open) >= upload_rules.MOST_OPEN:
        raise Refused("没有传完的文件太多了。请先把它们传完或取消，再传新的。")
    _must_fit(length, still_open, actor.id, now=now)
    upload = Upload(owner_id=actor.id, file_name=upload_rules.plain_name(file_name), bytes=length, begun_at=now, expires_at=now + upload_rules.KEPT)
    db.session.add(upload)
    db.session.flush()
    return upload


def must_still_fit(upload: Upload, *, now: datetime) -> None:
    """Refuse more of an upload whose room was not kept, because nothing came for long, and is gone; what has arrived stays."""
    rest = 0 if upload.fault or upload.asset_id else upload.bytes - arrivals.offset(upload.id)
    if rest > 0 and not _is_alive(upload, now=now):
        others = select(Upload).where(Upload.asset_id.is_(None), Upload.fault.is_(None), Upload.id != upload.id)
        _must_fit(rest, db.session.scalars(others).all(), upload.owner_id, now=now)


def must_leave_room() -> None:
    """Refuse to write into what is left free for the database."""
    if arrivals.free_bytes() < upload_rules.SPARE_BYTES:
        raise NoRoom(FULL)


def prolong(upload: Upload, *, now: datetime) -> None:
    """A piece came: the rest is waited for anew."""
    upload.expires_at = now + upload_rules.KEPT


def keep(upload: Upload) -> examination.Kept:
    """Look into the finished file and keep it under its hash; raises `Refused` with the remedy. Belongs outside a transaction.

    The arrived file stays until the asset is entered, so a worker or server killed here costs nothing.
    """
    path = arrivals.path_of(upload.id)
    if upload.bytes == 0:
        raise Refused(upload_rules.EMPTY)
    kind = examination.kind_of(path, settings())
    with path.open("rb") as handle:
        sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
    if not storage().exists(rules.source_of(sha256)):
        with passing_folder() as folder:
            try:
                os.link(path, folder / "source")
                storage().put(rules.source_of(sha256), folder / "source")
            except OSError as fault:
                raise no_room(fault) from fault
    return actions.kept(sha256, kind)


def end_upload(upload: Upload) -> None:
    """Forget an upload that was cancelled or has expired."""
    db.session.delete(upload)


def _must_fit(wanted: int, others: Sequence[Upload], asker: int, *, now: datetime) -> None:
    """Refuse what does not fit beside the uploads of `others` that are under way."""
    promised: Counter[int] = Counter()
    for row in others:
        if _is_alive(row, now=now):
            promised[row.owner_id] += max(0, row.bytes - arrivals.offset(row.id))
    free = arrivals.free_bytes()
    if not upload_rules.there_is_room(wanted, free=free, promised=upload_rules.reserved(promised, asker=asker, free=free)):
        raise NoRoom(FULL)


def _is_alive(upload: Upload, *, now: datetime) -> bool:
    return upload_rules.is_alive(upload.begun_at, arrivals.came_at(upload.id), now=now)


def no_room(fault: OSError) -> Exception:
    """What to say of a fault of the disk: that it is full, if that is what it is."""
    return NoRoom(FULL) if fault.errno in NO_SPACE else fault
