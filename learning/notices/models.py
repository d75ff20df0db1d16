"""Notices of organizations to everyone at or below them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from learning.organization.models import Organization


class Notice(Model):
    """Words for everyone at or below an organization, to be seen up to and including the day `until`, unless they were withdrawn."""

    __tablename__ = "notice"
    __table_args__ = (CheckConstraint("(withdrawn_at is null) = (withdrawn_by_id is null)", name="withdrawal"),)

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(String(2000))
    until: Mapped[date]
    posted_at: Mapped[datetime]
    posted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    organization: Mapped[Organization] = relationship()
