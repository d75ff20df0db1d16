"""A roster's file while it is looked over, and what an organization's headers mean."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from learning.organization.models import Organization, Person


class RosterDraft(Model):
    """A file that was read and is looked over; its lines are sealed, for they hold mobile numbers, and go when it is imported or left alone."""

    __tablename__ = "roster_draft"

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    file_name: Mapped[str] = mapped_column(String(120))
    columns: Mapped[list[str]] = mapped_column(JSON)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    applied_at: Mapped[datetime | None]

    organization: Mapped[Organization] = relationship()
    by: Mapped[Person] = relationship()


class RosterColumns(Model):
    """What the headers of an organization's files were last taken to mean, {header: field}; the newest row is in force."""

    __tablename__ = "roster_columns"

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
