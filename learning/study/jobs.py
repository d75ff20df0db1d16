"""The desk's chores: recordings that nobody learns from any more make room, and papers whose time is over are handed in."""

from datetime import datetime, timedelta

import structlog

from courses.catalogue import queries as catalogue
from courses.kernel.chores import chore
from courses.kernel.db import Unwritten, transaction
from courses.kernel.settings import settings
from courses.media import sweep_actions
from learning.quizzes import queries as quizzes
from learning.study import actions, queries

log = structlog.get_logger()
KEPT = timedelta(days=30)  # an upload is left alone so long, whatever becomes of it
EVERY_MINUTES = 12 * 60
PAPERS_EVERY_MINUTES = 5
UNDER_WAY = timedelta(minutes=1)  # an answer that came in time is written by then, however busy the server was


def install() -> None:
    """Register the chores."""
    chore("sweep_media", minutes=EVERY_MINUTES)(sweep_media)
    chore("end_papers", minutes=PAPERS_EVERY_MINUTES)(end_papers)


def sweep_media(now: datetime) -> None:
    """Clear away the files of recordings of retired versions once nobody is still learning from them."""
    with transaction():
        count = sweep_actions.sweep(catalogue.recordings_needed(queries.versions_in_use()), before=now - KEPT, now=now)
    if count:
        log.info("media_swept", assets=count)


def end_papers(now: datetime) -> None:
    """到时自动交卷: hand in and mark what was left open beyond its time, each paper in a transaction of its own.

    A paper that cannot be ended, whatever is wrong with it, keeps no other open, and a heap of them only the heap.
    """
    ended, failed = 0, set[int]()
    while not ended and (due := quizzes.overdue(now - UNDER_WAY, but=failed)):
        failed |= {attempt_id for attempt_id in due if not _end(attempt_id, now=now)}
        ended = len(set(due) - failed)
    if ended:
        log.info("papers_ended", papers=ended)


def _end(attempt_id: int, *, now: datetime) -> bool:
    try:
        with transaction():
            actions.end(attempt_id, county=actions.County.of(settings()), now=now)
    except Unwritten:  # no paper's fault
        raise
    except Exception:
        log.exception("paper_not_ended", attempt=attempt_id)
        return False
    return True
