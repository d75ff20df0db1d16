"""What stands on someone's desk: the branches within reach, by the committee above them."""

from dataclasses import dataclass
from typing import Any

from learning.audit import request_queries
from learning.audit.ledger_queries import SEEN_BY
from learning.organization import queries as organization
from learning.organization import transfer_queries
from learning.organization.models import Organization
from learning.organization.rules import HOMES


@dataclass(frozen=True)
class Desk:
    """The branches whose roster someone keeps or sees, by the name of what stands above them; `only_branch` for whoever has nothing else to do.

    `posting` are the organizations in whose name they post notices, `tops` those of which they read the summary sheet.
    """

    branches: dict[str, list[Organization]]
    only_branch: Organization | None
    transfers: int  # that wait for an answer
    posting: list[Organization]
    shelves: list[Organization]  # committees of whose certificates someone may have files made
    tops: list[Organization]
    requests: int  # to correct a record, that nobody has answered


def incoming(actor: Any) -> int:
    """How many transfers wait for an answer of `actor`."""
    return sum(one.answers for one in transfer_queries.waiting(actor)) if actor.may("edit_people") else 0


def desk(actor: Any) -> Desk:
    """The desk of `actor`."""
    rows = organization.homes(actor, "see_roster")
    grouped: dict[str, list[Organization]] = {}
    for row in rows:
        grouped.setdefault(row.parent.name if row.parent else "", []).append(row)
    serves_one = len(rows) == 1 and len(actor.posts) == 1
    shelves = [row for row in organization.tops(actor, "see_people") if row.kind not in HOMES]
    return Desk(
        grouped,
        rows[0] if serves_one else None,
        incoming(actor),
        organization.tops(actor, "post_notice"),
        shelves,
        _tops(actor),
        request_queries.waiting(actor),
    )


def _tops(actor: Any) -> list[Organization]:
    found = {row.id: row for capability in SEEN_BY for row in organization.tops(actor, capability)}
    return sorted(found.values(), key=lambda row: row.code)
