"""Writes about a roster's file: it is kept sealed while looked over, its headers are remembered, and in the end it is forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, update

from courses.kernel.db import db
from courses.kernel.errors import Refused
from learning.organization.models import Organization, Person
from learning.roster import column_rules, files, queries
from learning.roster.column_rules import FIELD_WORDS
from learning.roster.models import RosterColumns, RosterDraft
from learning.roster.table_rules import Table

KEPT_FOR = timedelta(days=1)


def keep(where: Organization, table: Table, file_name: str, *, actor: Person, key: bytes, now: datetime) -> RosterDraft:
    """Keep a file to be looked over; those that `actor` left, and anyone's older than a day, are forgotten."""
    stale = or_(RosterDraft.by_id == actor.id, RosterDraft.at < now - KEPT_FOR)
    db.session.execute(update(RosterDraft).where(stale, RosterDraft.sealed.is_not(None)).values(sealed=None))
    columns = column_rules.understood(table.headers, queries.remembered(where))
    row = RosterDraft(
        organization_id=where.id, by_id=actor.id, at=now, file_name=file_name[:120], columns=list(columns), sealed=files.seal(table, key), applied_at=None
    )
    db.session.add(row)
    db.session.flush()
    return row


def set_columns(draft: RosterDraft, table: Table, columns: Sequence[str], *, actor: Person, now: datetime) -> None:
    """Say what the columns mean, and remember it for this organization; raises `Refused` for a field given twice or a column that must not be read."""
    given = [field for field in columns if field]
    twice = next((field for field in given if given.count(field) > 1), None)
    if twice is not None:
        raise Refused("“%(field_words)s”选了两次，请只留一栏。", field_words=FIELD_WORDS[twice])
    if "name" not in given:
        raise Refused("请指出哪一栏是姓名。")
    if len(columns) != len(table.headers) or any(field not in FIELD_WORDS for field in given) or any(columns[place] for place in table.dropped):
        raise Refused("有一栏不能这样用，请重新选。")
    draft.columns = list(columns)
    meant = column_rules.to_remember(table.headers, columns)
    before = queries.remembered(draft.organization)
    if any(before.get(header, column_rules.field_of(header)) != field for header, field in meant.items()):
        db.session.add(RosterColumns(organization_id=draft.organization_id, by_id=actor.id, at=now, headers={**before, **meant}))
    db.session.flush()


def finish(draft: RosterDraft, *, now: datetime) -> None:
    """The file was imported: its lines are forgotten."""
    draft.sealed, draft.applied_at = None, now
