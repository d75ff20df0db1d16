"""The words of the tus protocol 1.0 (https://tus.io/protocols/resumable-upload), and what an upload may be. Pure."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from courses.kernel.words import Words

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "termination", "checksum", "expiration")
ALGORITHMS = ("sha1", "sha256", "md5")
PIECE = "application/offset+octet-stream"
KEPT = timedelta(days=7)  # after the last piece; "another day" is then still in time
ALIVE = timedelta(hours=1)  # after the last byte, or after it was begun: so long room is kept for what is still to come
MOST_OPEN = 60  # unfinished uploads of one person
SPARE_BYTES = 1 << 30  # left free for the database, which must always be able to write
EMPTY = Words("这个文件是空的（0 字节）。请检查原文件能不能播放，再重新选择。")
TOO_LARGE = Words("文件太大，上限是 %(most)s MB。请导出为 1280×720 的 MP4，或者剪成几段，再上传。")


class Unreadable(ValueError):
    """A header that says nothing we know."""


@dataclass(frozen=True)
class Checksum:
    """What the bytes of a piece must hash to."""

    algorithm: str
    digest: bytes

    def begun(self) -> "hashlib._Hash":
        """A hash that has seen nothing yet."""
        return hashlib.new(self.algorithm, usedforsecurity=False)


def size(header: str | None) -> int:
    """A length or an offset in bytes; raises `Unreadable`."""
    if header is None or not header.isascii() or not header.isdigit() or len(header) > 18:
        raise Unreadable
    return int(header)


def metadata(header: str) -> dict[str, str]:
    """Upload-Metadata as words; a key alone has an empty value. Raises `Unreadable`."""
    found = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode("utf-8", "replace")
        except ValueError as fault:
            raise Unreadable from fault
    return found


def metadata_header(values: Mapping[str, str]) -> str:
    """What `metadata` reads."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}".strip() for key, value in values.items())


def checksum(header: str | None) -> Checksum | None:
    """Upload-Checksum; None where there is none. Raises `Unreadable`, also for an algorithm we do not offer."""
    if header is None:
        return None
    algorithm, _, value = header.strip().partition(" ")
    try:
        digest = base64.b64decode(value.strip(), validate=True)
    except ValueError as fault:
        raise Unreadable from fault
    if algorithm not in ALGORITHMS or len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise Unreadable
    return Checksum(algorithm, digest)


def plain_name(name: str) -> str:
    """A file's own name, without folders and without what no name holds."""
    kept = "".join(sign for sign in name.replace("\\", "/").rsplit("/", 1)[-1] if sign.isprintable())
    return kept.strip()[-200:] or "未命名"


def is_alive(begun_at: datetime, came_at: datetime | None, *, now: datetime) -> bool:
    """Whether an upload is still under way, so that room is kept for the rest of it."""
    return now - max(begun_at, came_at or begun_at) < ALIVE


def reserved(promised: Mapping[int, int], *, asker: int, free: int) -> int:
    """The bytes that are kept from what `asker` sends: all they promised themselves, and for anybody else at most half of what is free."""
    most = max(0, free - SPARE_BYTES) // 2
    return sum(count if person == asker else min(count, most) for person, count in promised.items())


def there_is_room(wanted: int, *, free: int, promised: int) -> bool:
    """Whether the disk can take `wanted` bytes beside what other uploads still may send."""
    return free - promised - SPARE_BYTES >= wanted
