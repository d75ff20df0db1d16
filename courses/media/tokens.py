"""The signed word in a media address: who may play which asset, in which version of a course, until when. It stands in the path, so that relative addresses inherit it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer


@dataclass(frozen=True)
class Ticket:
    """What a token says. `version_id` is the version of the course in which it is played; None in the preview of whoever writes or reviews it."""

    asset_id: int
    person_id: int
    version_id: int | None
    until: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it has expired."""
        return now >= self.until


def sign(ticket: Ticket, *, key: str) -> str:
    """The token for `ticket`."""
    return _signer(key).dumps([ticket.asset_id, ticket.person_id, ticket.version_id, int(ticket.until.timestamp())])


def read(token: str, *, key: str) -> Ticket | None:
    """The ticket that `token` stands for, expired or not; None if it was not signed by us."""
    try:
        asset_id, person_id, version_id, until = _signer(key).loads(token)
        return Ticket(int(asset_id), int(person_id), None if version_id is None else int(version_id), datetime.fromtimestamp(int(until), UTC))
    except (BadData, ValueError, TypeError, OverflowError):
        return None


def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="media-address")
