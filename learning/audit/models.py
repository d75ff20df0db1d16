"""Append-only entries, in human words, for everything done to someone else's data; feedback and its answers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from learning.organization.models import Organization, Person


class Entry(Model):
    """Who did what to whose data, when, and how it read before and after."""

    __tablename__ = "audit_entry"
    __table_args__ = (  # each what an entry is looked for by, in the order of time
        Index("ix_audit_entry_organization_id_at", "organization_id", "at"),
        Index("ix_audit_entry_actor_id_at", "actor_id", "at"),
        Index("ix_audit_entry_act_at", "act", "at"),
        Index("ix_audit_entry_at", "at"),
    )

    id: Mapped[Key]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    about_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    act: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(Text)

    actor: Mapped[Person | None] = relationship(foreign_keys=[actor_id])
    about: Mapped[Person | None] = relationship(foreign_keys=[about_person_id])
    organization: Mapped[Organization | None] = relationship()


class EntryLine(Model):
    """What an entry about many people says of one of them: one import, a line for each person it touched."""

    __tablename__ = "audit_entry_line"

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), index=True)
    about_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    words: Mapped[str] = mapped_column(Text)

    entry: Mapped[Entry] = relationship()
    about: Mapped[Person] = relationship()


class Feedback(Model):
    """投诉建议: what someone wrote to the committee, and the answer, which the sender sees."""

    __tablename__ = "feedback"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    text: Mapped[str] = mapped_column(String(1000))
    at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(1000))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
