"""Assets (what was uploaded), renditions and pages (what phones are given)."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from courses.kernel.db import Key, Model
from courses.kernel.models import Job

Size = BigInteger().with_variant(Integer, "sqlite")  # SQLite's integers are of any size


class Asset(Model):
    """One uploaded recording, document or picture. Its files live under the SHA-256 of its bytes.

    `duration_seconds` was measured by ffprobe; `characters` is how much reading the pages of a document are.
    """

    __tablename__ = "asset"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'ready', 'refused')", name="state"),
        CheckConstraint("kind in ('recording', 'document', 'picture')", name="kind"),
    )

    id: Mapped[Key]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    bytes: Mapped[int] = mapped_column(Size)
    kind: Mapped[str] = mapped_column(String(10), default="recording", server_default="recording")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    fault: Mapped[str | None] = mapped_column(String(500))
    duration_seconds: Mapped[int | None]
    has_picture: Mapped[bool | None]
    page_count: Mapped[int | None]
    characters: Mapped[int | None]
    folder: Mapped[str | None] = mapped_column(String(200))  # storage key of the finished renditions, set when ready
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    uploaded_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]

    job: Mapped[Job | None] = relationship()
    renditions: Mapped[list["Rendition"]] = relationship(order_by="Rendition.id")
    pages: Mapped[list["AssetPage"]] = relationship(order_by="AssetPage.number")


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


class AssetPage(Model):
    """A page of a document, or the one of a picture: the size of its large picture, and its words, which are read aloud."""

    __tablename__ = "asset_page"
    __table_args__ = (UniqueConstraint("asset_id", "number"),)

    id: Mapped[Key]
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    number: Mapped[int]  # from 1
    width: Mapped[int]
    height: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")


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
