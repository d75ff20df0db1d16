"""Files kept in an object store that speaks S3; the only importer of boto3.

An object store knows no folders and no rename. A folder is therefore sent under a name of its own (`KEY/GENERATION/...`) and becomes
visible with one object written last, `KEY~whole`, which lists its files: half-made folders, and two workers that make the same
one, are never seen mixed.
"""

import errno
import json
import mimetypes
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from courses.kernel.folder import Desk, StoreFault, checked

WHOLE = "~whole"  # no key contains it
REMEMBERED_SECONDS = 60
LONGEST_SECONDS = 7 * 24 * 3600  # no S3 signs for longer
GONE = {"404", "NoSuchKey", "NotFound"}


@dataclass(frozen=True)
class Folder:
    """What `KEY~whole` says: which generation of the folder stands, and its files."""

    generation: str
    files: frozenset[str]


class S3Storage(Desk):
    """A bucket. What is read is first fetched to this machine, where `tidy` removes it again."""

    def __init__(self, url: str, *, key: str, secret: str, folder: Path) -> None:
        super().__init__(folder)
        (folder / "fetched").mkdir(parents=True, exist_ok=True)
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        style, region = options.get("style", "path"), options.get("region", "us-east-1")
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        self._client = _client(options.get("endpoint"), style, region, key, secret)
        public = options.get("public")
        self._signer = _client(public, style, region, key, secret) if public else self._client
        self._known: dict[str, tuple[float, Folder]] = {}
        shown = urlsplit(self._presigned("get_object", "x", {}, 60))
        self.origin = f"{shown.scheme}://{shown.netloc}"

    def put(self, key: str, source: Path) -> None:
        """Send the file `source` to `key`, and remove it here; an equal key is replaced."""
        with _as_files(key):
            self._client.upload_file(str(source), self._bucket, self._name(key))
        source.unlink()

    def put_folder(self, key: str, source: Path) -> None:
        """Send the folder `source` to `key`; if `key` stands already, the two are equal and `source` is dropped."""
        if self._folder(key) is None:
            generation = secrets.token_hex(8)
            files = sorted(str(path.relative_to(source)) for path in source.rglob("*") if path.is_file())
            with _as_files(key):
                for name in files:
                    self._client.upload_file(str(source / name), self._bucket, self._name(f"{key}/{generation}/{checked(name)}"), ExtraArgs=_named(name))
                listed = json.dumps({"generation": generation, "files": files}).encode()
                self._client.put_object(Bucket=self._bucket, Key=f"{self._name(key)}{WHOLE}", Body=listed, ContentType="application/json")
        shutil.rmtree(source)

    def open(self, key: str) -> BinaryIO:
        return self.local(key).open("rb")

    def local(self, key: str) -> Path:
        """The file or folder at `key`, fetched to this machine; raises FileNotFoundError if there is none."""
        folder = self._folder(key)
        if folder is not None:
            return self._fetched(folder.generation, key, {name: f"{key}/{folder.generation}/{name}" for name in folder.files})
        inside = self._inside(key)
        version = inside.replace("/", "-") if inside else self._version(key)
        if version is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), key)
        return self._fetched(version, key, {"": inside or key})

    def exists(self, key: str) -> bool:
        return self._folder(key) is not None or self._inside(key) is not None or self._version(key) is not None

    def delete(self, key: str) -> None:
        """Remove the file or folder at `key`; nothing happens when there is none."""
        self._known.pop(key, None)
        name = self._name(key)
        with _as_files(key):
            self._client.delete_object(Bucket=self._bucket, Key=f"{name}{WHOLE}")
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=f"{name}/")
            inside = [found["Key"] for page in pages for found in page.get("Contents", ())]
            for one in inside or [name]:
                self._client.delete_object(Bucket=self._bucket, Key=one)

    def address(self, key: str, *, mime: str, seconds: int, method: str) -> str | None:
        """The presigned address of a file, good for one method; what a browser then asks there does not pass this machine."""
        shown = {"ResponseContentType": mime, "ResponseCacheControl": f"private, max-age={seconds}, immutable"} if method == "GET" else {}
        name = self._name(self._inside(key) or key)
        return self._presigned("head_object" if method == "HEAD" else "get_object", name, shown, min(seconds, LONGEST_SECONDS))

    def tidy(self, before: datetime) -> int:
        """Remove what was fetched and has not been used since `before`, and the workspaces of whoever was killed."""
        for place in (self.root / "fetched").iterdir():
            if place.stat().st_mtime < before.timestamp():
                shutil.rmtree(place, ignore_errors=True)
        return super().tidy(before)

    def _name(self, key: str) -> str:
        return f"{self._prefix}/{checked(key)}" if self._prefix else checked(key)

    def _presigned(self, operation: str, name: str, shown: dict[str, str], seconds: int) -> str:
        signed: str = self._signer.generate_presigned_url(operation, Params={"Bucket": self._bucket, "Key": name, **shown}, ExpiresIn=seconds)
        return signed

    def _version(self, key: str) -> str | None:
        """The ETag of the object at `key`, if there is one."""
        try:
            with _as_files(key):
                tag: str = self._client.head_object(Bucket=self._bucket, Key=self._name(key))["ETag"]
        except FileNotFoundError:
            return None
        return tag.strip('"')

    def _folder(self, key: str) -> Folder | None:
        """The folder at `key`, asked of the store."""
        try:
            with _as_files(key):
                said = self._client.get_object(Bucket=self._bucket, Key=f"{self._name(key)}{WHOLE}")["Body"].read()
        except FileNotFoundError:
            self._known.pop(key, None)
            return None
        listed = json.loads(said)
        folder = Folder(listed["generation"], frozenset(listed["files"]))
        self._known[key] = (time.monotonic() + REMEMBERED_SECONDS, folder)
        return folder

    def _inside(self, key: str) -> str | None:
        """The object of a file within a folder; folders are remembered for a minute, because a player asks for hundreds of their files."""
        parts = checked(key).split("/")
        above = ["/".join(parts[:size]) for size in range(len(parts) - 1, 0, -1)]
        known = [parent for parent in above if self._known.get(parent, (0.0,))[0] > time.monotonic()]
        for parent in known or above:
            folder = self._known[parent][1] if known else self._folder(parent)
            name = key.removeprefix(f"{parent}/")
            if folder is not None:
                return f"{parent}/{folder.generation}/{name}" if name in folder.files else None
        return None

    def _fetched(self, version: str, key: str, objects: dict[str, str]) -> Path:
        """`objects`, by their names in the result (an empty name: the result itself), in a place of this version's own."""
        home = self.root / "fetched" / f"{key.replace('/', '-')}-{version}"
        target = home / key.rsplit("/", 1)[-1]
        if not target.exists():
            work = self.workspace()
            try:
                for name, source in objects.items():
                    path = work / target.name / name if name else work / target.name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with _as_files(key), path.open("wb") as out:
                        shutil.copyfileobj(self._client.get_object(Bucket=self._bucket, Key=self._name(source))["Body"], out, 1 << 20)
                try:
                    os.rename(work, home)
                except OSError:
                    if not target.exists():  # else someone else fetched the same in the meantime
                        raise
            finally:
                shutil.rmtree(work, ignore_errors=True)
        os.utime(home)
        return target


def _named(name: str) -> dict[str, str]:
    """What an object is by its name, for stores that pass over what a signed address asks them to call it."""
    mime = mimetypes.guess_type(name, strict=False)[0]
    return {"ContentType": mime} if mime else {}


@cache
def _client(endpoint: str | None, style: str, region: str, key: str, secret: str) -> Any:
    # Checksums beyond the signature, and bodies in signed chunks, are what other stores than Amazon's often refuse.
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": style},
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": 4},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        max_pool_connections=64,
    )
    session = boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=region)
    return session.client("s3", endpoint_url=endpoint, config=config)


@contextmanager
def _as_files(key: str) -> Iterator[None]:
    """Faults of the store as faults of files, so that callers need to know of one kind; never with an address or a key in them."""
    try:
        yield
    except (ClientError, BotoCoreError, Boto3Error) as fault:
        answer = fault if isinstance(fault, ClientError) else fault.__context__  # what an upload was refused with stands behind its failure
        code = str(answer.response.get("Error", {}).get("Code", "")) if isinstance(answer, ClientError) else ""
        if code in GONE:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), key) from None
        raise StoreFault(code, key, kind=type(fault).__name__) from None
