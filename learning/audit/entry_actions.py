"""Writes about the entries themselves: a file of them is asked for, which is an entry too."""

from datetime import datetime
from typing import Any

from learning.audit.actions import note
from learning.audit.entry_rules import ACT_WORDS, Asked
from learning.exports import actions as exports
from learning.exports.models import Export
from learning.exports.rules import Wish
from learning.organization import queries as organization

KIND = "entries"


def export(asked: Asked, *, actor: Any, now: datetime) -> Export:
    """Have all entries within reach of `actor` that a search finds written to a file."""
    where = organization.tops(actor, "see_entries")[0]
    said = "，".join(ACT_WORDS.get(text, text) for text in asked.terms.values())
    title = f"{where.name}操作记录{f'（{said[:100]}）' if said else ''}"
    row = exports.ask(Wish(KIND, title, "xlsx", where.id, "see_entries", {**asked.terms}), actor=actor, now=now)
    note("export", f"导出{title}", actor=actor, organization_id=where.id, now=now)
    return row
