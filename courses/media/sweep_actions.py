"""Clearing away the files of recordings that no course needs any more."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlalchemy import delete, or_, select

from courses.kernel.db import after_commit, db
from courses.kernel.queue import cancel
from courses.kernel.storage import storage
from courses.kernel.words import Words
from courses.media import document_rules, rules
from courses.media.models import Asset, AssetPage, Rendition

GONE = Words("这个文件没有课程再用，服务器上的文件已经清理。需要时请重新上传。")


def sweep(needed: Collection[int], *, before: datetime, now: datetime) -> int:
    """Clear away uploads older than `before` that are not `needed`; says how many. What people learned from them stands, and so do their rows.

    Files are removed once the rows say so, and only if no other upload of the same bytes is kept; a sweep broken off is finished by the next.
    """
    old = db.session.scalars(select(Asset).where(Asset.uploaded_at < before, or_(Asset.fault.is_(None), Asset.fault != GONE)))
    idle = [row for row in old if row.id not in needed]
    for row in idle:
        if row.job is not None:
            cancel(row.job, fault=GONE, now=now)
        row.state, row.fault = "refused", GONE
        for kind in (Rendition, AssetPage):
            db.session.execute(delete(kind).where(kind.asset_id == row.id))
    db.session.flush()
    gone = db.session.scalars(select(Asset).where(Asset.fault == GONE, Asset.folder.is_not(None) | Asset.id.in_([row.id for row in idle])))
    for row in gone:
        _remove(row)
    return len(idle)


def _remove(asset: Asset) -> None:
    if db.session.scalar(select(Asset.id).where(Asset.sha256 == asset.sha256, or_(Asset.fault.is_(None), Asset.fault != GONE)).limit(1)):
        return
    known = {rules.folder_of, rules.first_of, rules.source_of, document_rules.folder_of}
    keys = {place(asset.sha256) for place in known} | ({asset.folder} if asset.folder else set())
    for key in sorted(keys):
        after_commit(partial(storage().delete, key))
