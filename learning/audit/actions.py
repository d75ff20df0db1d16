"""Writes of the audit room: entries in human words, and feedback with its answers. Entries are only ever added."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from courses.kernel.db import db
from courses.kernel.errors import Refused
from learning.audit.models import Entry, EntryLine, Feedback


def note(act: str, words: str, *, actor: Any, organization_id: int | None, about_person_id: int | None = None, now: datetime) -> Entry:
    """Add an entry: `act` is a short name for it, `words` say what was done and how it read before and after."""
    row = Entry(at=now, actor_id=actor.id if actor else None, organization_id=organization_id, about_person_id=about_person_id, act=act, words=words)
    db.session.add(row)
    db.session.flush()
    return row


def note_many(entry: Entry, lines: Iterable[tuple[int, int, str]]) -> None:
    """Add the lines of an entry about many people: (person, their organization, words)."""
    rows = [{"entry_id": entry.id, "about_person_id": who, "organization_id": where, "words": words} for who, where, words in lines]
    if rows:
        db.session.execute(insert(EntryLine), rows)


def write_feedback(text: str, *, actor: Any, now: datetime) -> Feedback:
    """Someone writes to the committee; raises `Refused` for someone who belongs nowhere."""
    if actor.membership is None:
        raise Refused("您的组织关系还没有登记，请先联系所在党支部。")
    row = Feedback(person_id=actor.id, organization_id=actor.membership.organization_id, text=text, at=now)
    db.session.add(row)
    db.session.flush()
    return row


def answer_feedback(row: Feedback, answer: str, *, actor: Any, now: datetime) -> None:
    """Answer what someone wrote; raises `Refused` when it has been answered, or is one's own."""
    if row.person_id == actor.id:
        raise Refused("不能答复自己写的意见，请由其他同志办理。")
    if row.answered_at is not None:
        raise Refused("这条意见已经有人答复了。")
    row.answer, row.answered_at, row.answered_by_id = answer, now, actor.id
    note("answer_feedback", f"答复了{row.person.name}的意见", actor=actor, organization_id=row.organization_id, about_person_id=row.person_id, now=now)
