"""Job bodies of media."""

import time
from collections.abc import Callable

from courses.kernel import chores, clock, queue
from courses.kernel.db import transaction
from courses.media import actions, rules, upload_actions


def install() -> None:
    """Register the bodies and the chore."""
    chores.chore("sweep_uploads", minutes=10)(upload_actions.sweep_uploads)
    queue.body(actions.PREPARE, given_up=actions.refuse)(prepare_media)
    queue.body(actions.LIGHTEN)(lighten_media)


def prepare_media(claim: queue.Claim, *, asset_id: int) -> None:
    """Prepare an upload for phones: publish the first rung, then all of them."""
    sha256 = _begin(claim, asset_id)
    if sha256 is None:
        return
    made = actions.prepare_first(sha256, report=about_once_a_second(claim.report))
    _publish(claim, asset_id, made)
    if not made.whole and not made.copied:
        _publish(claim, asset_id, actions.prepare_rest(sha256, report=about_once_a_second(claim.report)))


def lighten_media(claim: queue.Claim, *, asset_id: int) -> None:
    """Add smaller rungs to an upload whose own picture plays already."""
    sha256 = _begin(claim, asset_id)
    if sha256 is not None:
        _publish(claim, asset_id, actions.prepare_rest(sha256, report=about_once_a_second(claim.report)))


def _begin(claim: queue.Claim, asset_id: int) -> str | None:
    with transaction():
        return actions.begin(claim, asset_id, now=clock.now())


def _publish(claim: queue.Claim, asset_id: int, made: rules.Made) -> None:
    with transaction():
        actions.publish(claim, asset_id, made, now=clock.now())


def about_once_a_second(report: Callable[[int], None]) -> Callable[[int], None]:
    """`report`, called at most once a second; what falls between is dropped."""
    last = 0.0

    def seldom(percent: int) -> None:
        nonlocal last
        if time.monotonic() - last >= 1:
            report(percent)
            last = time.monotonic()

    return seldom
