"""Question files that were brought: what became of each, with who and when."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from courses.kernel.models import Job


class QuestionFile(Model):
    """A file of questions on its way into a bank. Read once it has `read_at`, in the bank once it has `entered_at`; `fault` says why it is not taken.

    The file and what was read of it lie in storage under `key`; the counts are of that reading and of what entering it did.
    """

    __tablename__ = "question_file"

    id: Mapped[Key]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(60), unique=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    found: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    entered_at: Mapped[datetime | None]
    new: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None] = mapped_column(String(500))

    job: Mapped[Job] = relationship()
