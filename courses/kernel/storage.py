"""Where files live: a small protocol, over a folder of this machine or an object store, chosen by STORAGE_URL.

Keys are relative paths of plain characters. A file or folder appears under its key whole or not at all.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import Flask, current_app

from courses.kernel.folder import LocalStorage
from courses.kernel.settings import Settings


class Storage(Protocol):
    """What the product asks of either. `put` and `put_folder` consume their source; `origin` is where `address` leads, empty for here."""

    @property
    def origin(self) -> str: ...

    def put(self, key: str, source: Path) -> None: ...
    def put_folder(self, key: str, source: Path) -> None: ...
    def open(self, key: str) -> BinaryIO: ...

    def local(self, key: str) -> Path:
        """The file or folder on this machine, to be read only; fetched if it lies elsewhere."""

    def exists(self, key: str) -> bool: ...
    def delete(self, key: str) -> None: ...

    def address(self, key: str, *, mime: str, seconds: int, method: str) -> str | None:
        """A signed address at which a browser finds the file for so many seconds; None if this machine is to send it."""

    def workspace(self) -> Path: ...
    def tidy(self, before: datetime) -> int: ...


def chosen(settings: Settings) -> Storage:
    """The storage that the settings ask for."""
    folder = settings.data_dir / "files"
    if not settings.storage_url:
        return LocalStorage(folder)
    from courses.kernel.s3 import S3Storage  # boto3 is heavy, and only needed here

    return S3Storage(settings.storage_url, key=settings.storage_key, secret=settings.storage_secret, folder=folder)


def install(app: Flask, settings: Settings) -> None:
    """Give `app` its storage."""
    app.extensions["storage"] = chosen(settings)


def storage() -> Storage:
    """The storage of the running app."""
    found: Storage = current_app.extensions["storage"]
    return found


@contextmanager
def passing_folder() -> Iterator[Path]:
    """A workspace that is removed at the end, with whatever was not put into storage."""
    folder = storage().workspace()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
