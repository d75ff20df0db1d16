"""Files that were asked for, and what became of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from courses.kernel.models import Job


class Export(Model):
    """A file that someone asked for. Ready once it has `ready_at`; `fault` says why it was not made; from `until` on nobody gets it any more.

    `capability` at the organization is what let them ask, and is asked again while it is made and when it is fetched; both are empty for
    what is one's own. Storage keeps the file under `key` until `removed_at`.
    """

    __tablename__ = "export"
    __table_args__ = (CheckConstraint("organization_id is null or capability <> ''", name="scope"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(String(220))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    capability: Mapped[str] = mapped_column(String(30))
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    items: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    fault: Mapped[str | None] = mapped_column(String(500))
    until: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    job: Mapped[Job] = relationship()
