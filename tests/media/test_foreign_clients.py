"""Clients that others wrote send their files here: tuspy, and tus-js-client in Node. (In a page: tests/walks/test_uploads.py.)"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from playwright._impl._driver import compute_driver_executable
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from courses.kernel.settings import settings
from courses.media import arrivals
from tests import databases, servers
from tests.clients import client_for
from tests.conftest import KEY
from tests.media import recordings
from tests.people import County

VENDOR = Path(__file__).parent / "vendor"


@dataclass(frozen=True)
class Door:
    """Where a client sends to, and by what it is known."""

    endpoint: str
    cookie: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie, "X-CSRFToken": self.token}


@pytest.fixture
def door(app: Flask, county: County, tmp_path: Path) -> Iterator[Door]:
    """The running site, forgery protection and all, and a trainer's session."""
    client = client_for(app, county.trainer)
    with client.session_transaction() as session:
        session["csrf_token"] = "raw"
    cookie = client.get_cookie("hall")
    assert cookie is not None
    token = URLSafeTimedSerializer(settings().secret_key, salt="wtf-csrf-token").dumps("raw")
    environment = {"SECRET_KEY": settings().secret_key, "DATA_KEY": KEY, "DATA_DIR": str(tmp_path), "DATABASE_URL": databases.address(tmp_path)}
    with servers.site(tmp_path, {**environment, "PUBLIC_URL": "http://localhost"}) as port:
        yield Door(f"http://127.0.0.1:{port}/uploads", f"hall={cookie.value}", str(token))


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A file of about a megabyte and a half."""
    return recordings.speech(tmp_path / "sound.wav", seconds=16)


def arrived(url: str) -> bytes:
    """What lies here of an upload."""
    return arrivals.path_of(int(url.rsplit("/", 1)[1])).read_bytes()


def test_foreign_clients_send_stop_and_go_on(door: Door, sound: Path, tmp_path: Path) -> None:
    tuspy_sends(door, sound)
    tuspy_is_refused_without_its_session(door, sound)
    node_sends(door, sound, tmp_path)


def tuspy_sends(door: Door, sound: Path) -> None:
    client = TusClient(door.endpoint, headers=door.headers)
    begun = client.uploader(str(sound), chunk_size=400_000, metadata={"filename": "tuspy.wav"}, upload_checksum=True)
    begun.upload_chunk()
    resumed = client.uploader(str(sound), url=begun.url, chunk_size=400_000, upload_checksum=True)
    assert resumed.offset == 400_000
    resumed.upload()
    assert arrived(begun.url) == sound.read_bytes()
    whole = client.uploader(str(sound))
    whole.upload()
    assert arrived(whole.url) == sound.read_bytes()


def tuspy_is_refused_without_its_session(door: Door, sound: Path) -> None:
    for headers in ({}, {"Cookie": door.cookie}):
        with pytest.raises((TusCommunicationError, TusUploadFailed)):
            TusClient(door.endpoint, headers=headers).uploader(str(sound)).upload()


def node_sends(door: Door, sound: Path, tmp_path: Path) -> None:
    node, _ = compute_driver_executable()
    script, bundle, memory = VENDOR / "upload.js", VENDOR / "tus-js-client-4.3.1.node.js", tmp_path / "memory.json"
    memory.write_text("{}")
    line = [node, str(script), str(bundle), door.endpoint, door.cookie, door.token, str(sound), str(memory)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["same"] and told["resumed"] >= 600_000
    assert arrived(told["url"]) == sound.read_bytes() and not arrivals.path_of(int(told["gone"].rsplit("/", 1)[1])).exists()
