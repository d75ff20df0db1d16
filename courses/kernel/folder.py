"""Files kept in a folder of this machine, and the empty folders in which work is done."""

import errno
import os
import re
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

_KEY = re.compile(r"^[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*$")


def checked(key: str) -> str:
    """`key`, if it is one; raises ValueError for a name that could leave the storage."""
    if not _KEY.fullmatch(key) or ".." in key:
        raise ValueError("not a storage key")
    return key


class StoreFault(OSError):
    """A store elsewhere refused, with a `code` of its own, or cannot be reached, without one. It tells no address and no key of ours."""

    def __init__(self, code: str, key: str, *, kind: str = "") -> None:
        super().__init__(errno.EIO, f"the object store answered {code}" if code else f"the object store cannot be reached: {kind}", key)
        self.code = code


class Desk:
    """Empty folders for work in progress, on one local disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "work").mkdir(parents=True, exist_ok=True)

    def workspace(self) -> Path:
        """A new empty folder on the same disk, for work in progress; the caller removes it."""
        return Path(tempfile.mkdtemp(dir=self.root / "work"))

    def tidy(self, before: datetime) -> int:
        """Remove the workspaces in which nothing was written since `before`: their owners were killed. Says how many."""
        return _swept(self.root / "work", before)


class LocalStorage(Desk):
    """A folder on a local disk. `put` and `put_folder` move their source, which should come from `workspace()`."""

    origin = ""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        (root / "kept").mkdir(parents=True, exist_ok=True)

    def put(self, key: str, source: Path) -> None:
        """Move the file `source` to `key`, durably; an equal key is replaced."""
        with source.open("rb") as handle:
            os.fsync(handle.fileno())
        target = self.local(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
        sync_folder(target.parent)

    def put_folder(self, key: str, source: Path) -> None:
        """Move the folder `source` to `key` in one step; if `key` stands already, the two are equal and `source` is dropped."""
        for path in source.rglob("*"):
            if path.is_file():
                with path.open("rb") as handle:
                    os.fsync(handle.fileno())
        target = self.local(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.rename(source, target)
        except OSError:
            if not target.is_dir():
                raise
            shutil.rmtree(source)
        sync_folder(target.parent)

    def open(self, key: str) -> BinaryIO:
        return self.local(key).open("rb")

    def local(self, key: str) -> Path:
        """The path of `key`; raises ValueError for a key that could leave the folder."""
        return self.root / "kept" / checked(key)

    def exists(self, key: str) -> bool:
        return self.local(key).exists()

    def delete(self, key: str) -> None:
        """Remove the file or folder at `key`; nothing happens when there is none."""
        target = self.local(key)
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)

    def address(self, key: str, *, mime: str, seconds: int, method: str) -> str | None:
        """None: what lies here is sent from here."""
        return None


def _swept(parent: Path, before: datetime) -> int:
    stale = [folder for folder in parent.iterdir() if _last_written(folder) < before.timestamp()]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return len(stale)


def _last_written(folder: Path) -> float:
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
    except FileNotFoundError:  # someone is working in it at this moment
        return float("inf")


def sync_folder(folder: Path) -> None:
    """Make what was renamed into `folder` outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
