"""The files of uploads on their way: appended piece by piece, and true to what was answered of them even after a power cut.

The length of the file is the offset; nothing else remembers it, so a killed process loses nothing that reached the kernel. Before an
offset is answered, the file is synced.
"""

import fcntl
import hmac
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from courses.kernel.settings import settings
from courses.media.upload_rules import Checksum

CHUNK = 64 << 10  # on a weak line this is seconds, and what has come is to be counted when the line breaks
Read = Callable[[int], bytes]


class Taken(Exception):
    """Another request is writing to this upload at this moment."""


class Damaged(Exception):
    """A piece is not what its checksum promised; nothing of it was kept."""


def path_of(upload_id: int) -> Path:
    """Where the bytes of an upload lie until they are kept."""
    return _folder() / str(upload_id)


def offset(upload_id: int) -> int:
    """How many bytes are on the disk, and stay there."""
    try:
        with path_of(upload_id).open("rb") as handle:
            os.fsync(handle.fileno())
            return os.fstat(handle.fileno()).st_size
    except FileNotFoundError:
        return 0


def came_at(upload_id: int) -> datetime | None:
    """When the last byte of an upload came; None while there is none."""
    try:
        found = path_of(upload_id).stat()
    except FileNotFoundError:
        return None
    return datetime.fromtimestamp(found.st_mtime, UTC) if found.st_size else None


@contextmanager
def held(upload_id: int) -> Iterator[Path]:
    """The file of an upload for one writer alone; raises `Taken` at once if there is another."""
    path = path_of(upload_id)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield path
    except BlockingIOError as fault:
        raise Taken from fault
    finally:
        os.close(handle)


def append(path: Path, read: Read, *, checksum: Checksum | None = None) -> None:
    """Add what `read` gives, up to its end, to the file, durably. When `read` or the disk fails in the middle, what came before stays.

    A piece with a checksum is first written beside the file and added only when it is whole and right; raises `Damaged` if it is not.
    """
    if checksum is None:
        _write(path, read)
        return
    beside, seen = path.with_suffix(".piece"), checksum.begun()

    def heard(most: int) -> bytes:
        data = read(most)
        seen.update(data)
        return data

    try:
        _write(beside, heard)
        if not hmac.compare_digest(seen.digest(), checksum.digest):
            raise Damaged
        with beside.open("rb") as piece:
            _write(path, piece.read)
    finally:
        beside.unlink(missing_ok=True)


def remove(upload_id: int) -> None:
    """Forget the bytes of an upload."""
    path_of(upload_id).unlink(missing_ok=True)


def free_bytes() -> int:
    """The room left on the disk."""
    return shutil.disk_usage(_folder()).free


def orphans(known: set[int], *, before: datetime) -> list[int]:
    """Files of no known upload that nobody has written to since `before`."""
    found = [path for path in _folder().iterdir() if path.name.isdigit() and int(path.name) not in known]
    return [int(path.name) for path in found if path.stat().st_mtime < before.timestamp()]


def _folder() -> Path:
    folder = settings().data_dir / "files" / "arriving"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(path: Path, read: Read) -> None:
    with path.open("ab", buffering=0) as out:
        try:
            while data := read(CHUNK):
                rest = memoryview(data)
                while rest:
                    rest = rest[out.write(rest) :]
        finally:
            os.fsync(out.fileno())
