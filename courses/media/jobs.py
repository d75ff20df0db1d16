"""Job bodies of media."""

import time
from collections.abc import Callable

from courses.kernel import clock, queue
from courses.kernel.db import transaction
from courses.media import actions


def install() -> None:
    """Register the bodies."""
    queue.body(actions.JOB, given_up=actions.refuse)(prepare_media)


def prepare_media(claim: queue.Claim, *, asset_id: int) -> None:
    """Prepare an upload for phones and publish it once."""
    with transaction():
        sha256 = actions.begin(claim, asset_id, now=clock.now())
    if sha256 is None:
        return
    made = actions.prepare(sha256, report=about_once_a_second(claim.report))
    with transaction():
        actions.publish_ready(claim, asset_id, made, now=clock.now())


def about_once_a_second(report: Callable[[int], None]) -> Callable[[int], None]:
    """`report`, called at most once a second; what falls between is dropped."""
    last = 0.0

    def seldom(percent: int) -> None:
        nonlocal last
        if time.monotonic() - last >= 1:
            report(percent)
            last = time.monotonic()

    return seldom
