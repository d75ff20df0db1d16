"""The desk's chore: recordings that nobody learns from any more make room."""

from datetime import datetime, timedelta

import structlog

from courses.catalogue import queries as catalogue
from courses.kernel.chores import chore
from courses.kernel.db import transaction
from courses.media import sweep_actions
from learning.study import queries

log = structlog.get_logger()
KEPT = timedelta(days=30)  # an upload is left alone so long, whatever becomes of it
EVERY_MINUTES = 12 * 60


def install() -> None:
    """Register the chore."""
    chore("sweep_media", minutes=EVERY_MINUTES)(sweep_media)


def sweep_media(now: datetime) -> None:
    """Clear away the files of recordings of retired versions once nobody is still learning from them."""
    with transaction():
        count = sweep_actions.sweep(catalogue.recordings_needed(queries.versions_in_use()), before=now - KEPT, now=now)
    if count:
        log.info("media_swept", assets=count)
