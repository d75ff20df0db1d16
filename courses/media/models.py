"""Assets (what was uploaded) and renditions (what phones are given)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from courses.kernel.models import Job

Size = BigInteger().with_variant(Integer, "sqlite")  # SQLite's integers are of any size


class Asset(Model):
    """One uploaded recording. Its files live under the SHA-256 of its bytes; `duration_seconds` was measured by ffprobe."""

    __tablename__ = "asset"
    __table_args__ = (CheckConstraint("state in ('waiting', 'ready', 'refused')", name="state"),)

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    bytes: Mapped[int] = mapped_column(Size)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    fault: Mapped[str | None] = mapped_column(String(500))
    duration_seconds: Mapped[int | None]
    has_picture: Mapped[bool | None]
    folder: Mapped[str | None] = mapped_column(String(200))  # storage key of the finished renditions, set when ready
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    uploaded_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]

    job: Mapped[Job | None] = relationship()
    renditions: Mapped[list["Rendition"]] = relationship(order_by="Rendition.id")


class Rendition(Model):
    """One playable form of an asset: a rung of the ladder, the sound alone, the poster, the last-resort MP4."""

    __tablename__ = "rendition"
    __table_args__ = (UniqueConstraint("asset_id", "name"),)

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    name: Mapped[str] = mapped_column(String(20))  # '240p', '360p', 'sound', 'poster', ...
    path: Mapped[str] = mapped_column(String(100))  # within the asset's folder
    bytes: Mapped[int] = mapped_column(Size)
    width: Mapped[int | None]
    height: Mapped[int | None]
    bits_per_second: Mapped[int | None]


class Upload(Model):
    """A file on its way in, piece by piece (tus). Its bytes lie beside the storage until it is whole, then `asset_id` or `fault` says what it became."""

    __tablename__ = "upload"
    __table_args__ = (CheckConstraint("bytes >= 0", name="bytes"),)

    id: Mapped[Key]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    bytes: Mapped[int] = mapped_column(Size)
    begun_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"))
    fault: Mapped[str | None] = mapped_column(String(500))
