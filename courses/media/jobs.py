"""Job bodies of media."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from courses.kernel import chores, clock, queue
from courses.kernel.db import db, transaction
from courses.kernel.storage import storage
from courses.media import actions, arrivals, document_actions, rules, upload_actions, upload_rules
from courses.media.models import Upload

log = structlog.get_logger()


def install() -> None:
    """Register the bodies and the chore."""
    chores.chore("sweep_uploads", minutes=10)(sweep_uploads)
    queue.body(actions.PREPARE, given_up=actions.refuse)(prepare_media)
    queue.body(actions.LIGHTEN)(lighten_media)
    queue.body(document_actions.DRAW, given_up=actions.refuse)(draw_document)


def prepare_media(claim: queue.Claim, *, asset_id: int) -> None:
    """Prepare an upload for phones: publish the first rung, then all of them."""
    sha256 = _begin(claim, asset_id)
    if sha256 is None:
        return
    made = actions.prepare_first(sha256, report=queue.about_once_a_second(claim.report))
    _publish(claim, asset_id, made)
    if not made.whole and not made.copied:
        _publish(claim, asset_id, actions.prepare_rest(sha256, report=queue.about_once_a_second(claim.report)))


def lighten_media(claim: queue.Claim, *, asset_id: int) -> None:
    """Add smaller rungs to an upload whose own picture plays already."""
    sha256 = _begin(claim, asset_id)
    if sha256 is not None:
        _publish(claim, asset_id, actions.prepare_rest(sha256, report=queue.about_once_a_second(claim.report)))


def draw_document(claim: queue.Claim, *, asset_id: int) -> None:
    """Draw the pages of a document."""
    sha256 = _begin(claim, asset_id)
    if sha256 is not None:
        made = document_actions.draw(sha256, report=queue.about_once_a_second(claim.report))
        with transaction():
            document_actions.publish(claim, asset_id, made, now=clock.now())


def sweep_uploads(now: datetime) -> None:
    """Remove what has expired, and files whose upload is no longer known. Each in a transaction of its own."""
    for upload_id in db.session.scalars(select(Upload.id).where(Upload.expires_at <= now)).all():
        try:
            with arrivals.held(upload_id), transaction() as session:
                upload = session.get(Upload, upload_id)
                if upload is not None and upload.expires_at <= now:
                    upload_actions.end_upload(upload)
                    arrivals.remove(upload_id)
        except arrivals.Taken:
            continue
    known = set(db.session.scalars(select(Upload.id)))
    for upload_id in arrivals.orphans(known, before=now - upload_rules.KEPT):
        arrivals.remove(upload_id)
        log.info("upload_orphan_removed", upload=upload_id)


def _begin(claim: queue.Claim, asset_id: int) -> str | None:
    storage().tidy(clock.now() - timedelta(days=1))
    with transaction():
        return actions.begin(claim, asset_id)


def _publish(claim: queue.Claim, asset_id: int, made: rules.Made) -> None:
    with transaction():
        actions.publish(claim, asset_id, made, now=clock.now())
