"""Where files live: a small protocol and its local folder.

Keys are relative paths of plain characters. A file or folder appears under its key whole or not at all.
"""

import os
import re
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import Flask, current_app

_KEY = re.compile(r"^[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*$")


class Storage(Protocol):
    def put(self, key: str, source: Path) -> None: ...
    def put_folder(self, key: str, source: Path) -> None: ...
    def open(self, key: str) -> BinaryIO: ...
    def local(self, key: str) -> Path: ...
    def exists(self, key: str) -> bool: ...
    def delete(self, key: str) -> None: ...
    def workspace(self) -> Path: ...
    def tidy(self, before: datetime) -> int: ...


class LocalStorage:
    """A folder on a local disk. `put` and `put_folder` move their source, which should come from `workspace()`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in (root / "kept", root / "work"):
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, key: str, source: Path) -> None:
        """Move the file `source` to `key`, durably; an equal key is replaced."""
        with source.open("rb") as handle:
            os.fsync(handle.fileno())
        target = self.local(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)
        _sync_folder(target.parent)

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
        _sync_folder(target.parent)

    def open(self, key: str) -> BinaryIO:
        return self.local(key).open("rb")

    def local(self, key: str) -> Path:
        """The path of `key`; raises ValueError for a key that could leave the folder."""
        if not _KEY.fullmatch(key) or ".." in key:
            raise ValueError("not a storage key")
        return self.root / "kept" / key

    def exists(self, key: str) -> bool:
        return self.local(key).exists()

    def delete(self, key: str) -> None:
        """Remove the file or folder at `key`; nothing happens when there is none."""
        target = self.local(key)
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)

    def workspace(self) -> Path:
        """A new empty folder on the same disk, for work in progress; the caller removes it."""
        return Path(tempfile.mkdtemp(dir=self.root / "work"))

    def tidy(self, before: datetime) -> int:
        """Remove the workspaces in which nothing was written since `before`: their owners were killed. Says how many."""
        stale = [folder for folder in (self.root / "work").iterdir() if _last_written(folder) < before.timestamp()]
        for folder in stale:
            shutil.rmtree(folder, ignore_errors=True)
        return len(stale)


def install(app: Flask, root: Path) -> None:
    """Give `app` its storage."""
    app.extensions["storage"] = LocalStorage(root)


def storage() -> Storage:
    """The storage of the running app."""
    found: Storage = current_app.extensions["storage"]
    return found


def _last_written(folder: Path) -> float:
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
    except FileNotFoundError:  # someone is working in it at this moment
        return float("inf")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
