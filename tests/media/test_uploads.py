"""Resumable uploads by the protocol: what is answered is on the disk, an upload is its owner's alone, and nothing that arrived is lost."""

import errno
import hashlib
import os
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from courses.kernel import chores, clock, queue
from courses.kernel.db import db, transaction
from courses.kernel.settings import settings
from courses.media import arrivals, jobs, upload_rules
from courses.media.models import Asset, Upload
from learning.organization.actions import appoint
from learning.organization.models import Organization, Person
from tests.clients import client_for
from tests.media import recordings
from tests.people import NOW, County

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": upload_rules.PIECE}
GIB = 1 << 30


@pytest.fixture
def trainer(app: Flask, county: County) -> FlaskClient:
    """刘己's browser."""
    return client_for(app, county.trainer)


@pytest.fixture
def song(tmp_path: Path) -> bytes:
    """Three seconds of sound."""
    return recordings.speech(tmp_path / "song.mp3").read_bytes()


def begin(client: FlaskClient, length: int, name: str = "讲座.mp3", **more: Any) -> TestResponse:
    """Ask for an upload of so many bytes."""
    said = upload_rules.metadata_header({"filename": name})
    return client.post("/uploads", headers={**TUS, "Upload-Length": str(length), "Upload-Metadata": said, **more})


def begun(client: FlaskClient, length: int, name: str = "讲座.mp3") -> str:
    """The address of a new upload."""
    answer = begin(client, length, name)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def send(client: FlaskClient, address: str, offset: int, data: bytes, **more: str) -> TestResponse:
    """Send a piece."""
    return client.patch(address, data=data, headers={**PIECE, "Upload-Offset": str(offset), **more})


def offset(client: FlaskClient, address: str) -> int:
    """How much the server says it has."""
    answer = client.head(address, headers=TUS)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store" and answer.headers["Tus-Resumable"] == "1.0.0"
    return int(answer.headers["Upload-Offset"])


def upload_of(address: str) -> int:
    return int(address.rsplit("/", 1)[1])


def test_the_server_says_what_it_knows(trainer: FlaskClient) -> None:
    answer = trainer.options("/uploads")
    assert answer.status_code == 204 and answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {"creation", "creation-with-upload", "termination", "checksum", "expiration"}
    assert int(answer.headers["Tus-Max-Size"]) >= 4 * GIB and answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"


def test_a_file_in_pieces_becomes_a_lecture(app: Flask, trainer: FlaskClient, song: bytes) -> None:
    address = begun(trainer, len(song), "讲座/第一讲.mp3")
    assert offset(trainer, address) == 0
    for at in range(0, len(song), 5000):
        answer = send(trainer, address, at, song[at : at + 5000])
        assert answer.status_code == 204 and int(answer.headers["Upload-Offset"]) == min(at + 5000, len(song)) and answer.headers["Upload-Expires"]
    assert trainer.head(address, headers=TUS).headers["Upload-Length"] == str(len(song))
    answer = trainer.post(f"{address}/asset")
    assert answer.status_code == 201
    asset = db.session.get_one(Asset, answer.get_json()["id"])
    assert (asset.file_name, asset.bytes, asset.sha256) == ("第一讲.mp3", len(song), hashlib.sha256(song).hexdigest())
    assert trainer.post(f"{address}/asset").get_json()["id"] == asset.id and offset(trainer, address) == len(song)  # a lost answer costs nothing
    assert not arrivals.path_of(upload_of(address)).exists()
    while queue.work_once(app, lease_seconds=30):
        pass
    db.session.rollback()
    assert db.session.get_one(Asset, answer.get_json()["id"]).state == "ready"


def test_the_first_piece_may_come_with_the_creation(trainer: FlaskClient, song: bytes) -> None:
    said = {**PIECE, "Upload-Length": str(len(song))}
    answer = trainer.post("/uploads", data=song[:100], headers=said)
    assert answer.status_code == 201 and answer.headers["Upload-Offset"] == "100" and offset(trainer, answer.headers["Location"]) == 100


def test_a_piece_may_be_larger_than_any_form(app: Flask, trainer: FlaskClient) -> None:
    piece = b"x" * (app.config["MAX_CONTENT_LENGTH"] + 5)
    address = begun(trainer, 3 * len(piece))
    assert send(trainer, address, 0, piece).headers["Upload-Offset"] == str(len(piece))
    first = {**PIECE, "Upload-Length": str(len(piece))}
    assert trainer.post("/uploads", data=piece, headers=first).headers["Upload-Offset"] == str(len(piece))


def test_the_same_file_is_recognised(app: Flask, trainer: FlaskClient, song: bytes) -> None:
    def sent() -> dict[str, Any]:
        address = begun(trainer, len(song))
        send(trainer, address, 0, song)
        answer: dict[str, Any] = trainer.post(f"{address}/asset").get_json()
        return answer

    assert sent()["state"] == "waiting"
    while queue.work_once(app, lease_seconds=30):
        pass
    db.session.rollback()
    assert sent()["state"] == "ready"
    page = trainer.get("/uploads").text
    assert page.count("讲座.mp3") == 1 and "已就绪" in page


def test_what_is_wrong_is_refused_and_changes_nothing(trainer: FlaskClient, song: bytes) -> None:
    address = begun(trainer, len(song))
    send(trainer, address, 0, song[:100])
    wrong: dict[str, tuple[Callable[[], TestResponse], int]] = {
        "a wrong offset": (lambda: send(trainer, address, 99, b"x"), 409),
        "no offset": (lambda: trainer.patch(address, data=b"x", headers=PIECE), 400),
        "another type": (lambda: send(trainer, address, 100, b"x", **{"Content-Type": "text/plain"}), 415),
        "more than was said": (lambda: send(trainer, address, 100, b"x" * len(song)), 413),
        "another version": (lambda: send(trainer, address, 100, b"x", **{"Tus-Resumable": "0.2.2"}), 412),
        "no version": (lambda: trainer.patch(address, data=b"x"), 412),
        "an unknown checksum": (lambda: send(trainer, address, 100, b"x", **{"Upload-Checksum": "crc32 AAAA"}), 400),
        "a wrong checksum": (lambda: send(trainer, address, 100, b"x", **{"Upload-Checksum": "sha1 " + b64encode(b"0" * 20).decode()}), 460),
        "an unknown method": (lambda: trainer.post(address, headers={**TUS, "X-HTTP-Method-Override": "PUT"}), 405),
        "an asset of a part": (lambda: trainer.post(f"{address}/asset"), 409),
        "an unknown upload": (lambda: send(trainer, "/uploads/999", 0, b"x"), 404),
        "no length": (lambda: trainer.post("/uploads", headers=TUS), 400),
        "a length of words": (lambda: begin(trainer, "long"), 400),  # type: ignore[arg-type]
        "metadata of none": (lambda: begin(trainer, 5, **{"Upload-Metadata": "filename ???"}), 400),
        "above the limit": (lambda: begin(trainer, 100 * 1024 * GIB), 413),
    }
    for what, (ask, status) in wrong.items():
        answer = ask()
        assert answer.status_code == status, f"{what}: {answer.status_code} {answer.text}"
        assert answer.headers.get("Tus-Resumable") == "1.0.0" or "asset" in what
        assert offset(trainer, address) == 100, what
    assert trainer.patch(address, data=b"x").headers["Tus-Version"] == "1.0.0"
    assert db.session.query(Upload).count() == 1


def test_a_right_checksum_is_taken_and_nothing_is_left_beside(trainer: FlaskClient, song: bytes) -> None:
    address = begun(trainer, len(song))
    digest = b64encode(hashlib.sha256(song).digest()).decode()
    assert send(trainer, address, 0, song, **{"Upload-Checksum": f"sha256 {digest}"}).status_code == 204
    assert [path.name for path in arrivals.path_of(0).parent.iterdir()] == [address.rsplit("/", 1)[1]]
    assert arrivals.path_of(upload_of(address)).read_bytes() == song


def test_methods_can_be_overridden(trainer: FlaskClient, song: bytes) -> None:
    address = begun(trainer, len(song))
    patch = {**PIECE, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert trainer.post(address, data=song, headers=patch).headers["Upload-Offset"] == str(len(song))
    assert trainer.post(address, headers={**TUS, "X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert trainer.head(address, headers=TUS).status_code == 404


def test_an_ended_upload_leaves_nothing(trainer: FlaskClient, song: bytes) -> None:
    address = begun(trainer, len(song))
    send(trainer, address, 0, song[:100])
    assert trainer.delete(address, headers=TUS).status_code == 204
    assert trainer.head(address, headers=TUS).status_code == 404 and not arrivals.path_of(upload_of(address)).exists()
    other = begun(trainer, len(song))
    assert offset(trainer, other) == 0  # SQLite gives the number again
    assert trainer.post(f"{other}/removal").status_code == 302 and db.session.query(Upload).count() == 0


def test_an_upload_is_its_owners_alone(app: Flask, county: County, trainer: FlaskClient, song: bytes) -> None:
    address = begun(trainer, len(song))
    send(trainer, address, 0, song)
    with transaction() as session:
        session.get(Upload, upload_of(address)).owner_id = county.reviewer  # type: ignore[union-attr]
    asks: list[Callable[[FlaskClient], TestResponse]] = [
        lambda client: client.head(address, headers=TUS),
        lambda client: send(client, address, len(song), b""),
        lambda client: client.delete(address, headers=TUS),
        lambda client: client.post(f"{address}/asset"),
        lambda client: client.post(f"{address}/removal"),
        lambda client: client.post(address, headers={**TUS, "X-HTTP-Method-Override": "DELETE"}),
    ]
    for ask in asks:
        assert ask(trainer).status_code == 404
        assert ask(client_for(app, county.member)).status_code == 403
        assert ask(app.test_client()).status_code in {302, 401}
    assert begin(client_for(app, county.member), 5).status_code == 403 and begin(app.test_client(), 5).status_code == 401
    assert arrivals.offset(upload_of(address)) == len(song)


def test_what_changes_something_needs_the_token_of_a_page(app: Flask, trainer: FlaskClient, song: bytes) -> None:
    address = begun(trainer, len(song))
    app.config["WTF_CSRF_ENABLED"] = True
    assert begin(trainer, 5).status_code == send(trainer, address, 0, song).status_code == trainer.delete(address, headers=TUS).status_code == 400
    assert trainer.post(f"{address}/asset").status_code == 400
    assert "重新登录" in send(trainer, address, 0, song).get_json()["error"] and offset(trainer, address) == 0
    with trainer.session_transaction() as session:
        session["csrf_token"] = "raw"
    token = {"X-CSRFToken": URLSafeTimedSerializer(settings().secret_key, salt="wtf-csrf-token").dumps("raw")}
    assert send(trainer, address, 0, song, **token).status_code == 204
    assert trainer.post(f"{address}/asset", headers=token).status_code == 201


def test_two_writers_at_once_are_one(trainer: FlaskClient, song: bytes) -> None:
    address = begun(trainer, len(song))
    with arrivals.held(upload_of(address)):
        assert send(trainer, address, 0, song).status_code == 423
        assert trainer.delete(address, headers=TUS).status_code == 423
        assert offset(trainer, address) == 0
    assert send(trainer, address, 0, song).status_code == 204


def test_beyond_four_gigabytes(app: Flask, trainer: FlaskClient, song: bytes) -> None:
    length = 5 * GIB
    address = begun(trainer, length)
    with arrivals.path_of(upload_of(address)).open("wb") as sparse:
        sparse.truncate(4 * GIB + 7)
    assert offset(trainer, address) == 4 * GIB + 7
    assert send(trainer, address, 4 * GIB + 7, song).headers["Upload-Offset"] == str(4 * GIB + 7 + len(song))
    assert db.session.get_one(Upload, upload_of(address), populate_existing=True).bytes == length
    with transaction() as session:
        session.add(
            Asset(sha256="0" * 64, file_name="a", bytes=length, uploaded_by_id=db.session.get_one(Upload, upload_of(address)).owner_id, uploaded_at=clock.now())
        )


def test_a_line_that_breaks_loses_nothing(trainer: FlaskClient, song: bytes) -> None:
    address = begun(trainer, len(song))
    with arrivals.held(upload_of(address)) as path:
        pieces = iter([song[:3000], song[3000:5000]])

        def breaks(size: int) -> bytes:
            for piece in pieces:
                return piece
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            arrivals.append(path, breaks)
    assert offset(trainer, address) == 5000
    send(trainer, address, 5000, song[5000:])
    assert arrivals.path_of(upload_of(address)).read_bytes() == song


class Full:
    """A file on a disk that takes a hundred bytes more."""

    def __init__(self, file: Any) -> None:
        self.file, self.left = file, 100

    def __enter__(self) -> "Full":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def fileno(self) -> int:
        return int(self.file.fileno())

    def write(self, data: memoryview) -> int:
        if not self.left:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = min(self.left, len(data))
        self.left -= taken
        return int(self.file.write(data[:taken]))


def test_the_disk_is_asked_before_and_a_full_one_is_survived(trainer: FlaskClient, song: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "free_bytes", lambda: upload_rules.SPARE_BYTES + len(song))
    address = begun(trainer, len(song))
    answer = begin(trainer, 1)  # the room is promised already
    assert answer.status_code == 507 and "存储空间不够" in answer.get_json()["error"]
    send(trainer, address, 0, song[:100])
    unfilled = Path.open
    with monkeypatch.context() as filled:
        filled.setattr(Path, "open", lambda path, mode="r", **more: Full(unfilled(path, mode, **more)) if mode == "ab" else unfilled(path, mode, **more))
        answer = send(trainer, address, 100, song[100:])
    assert answer.status_code == 507 and "已经传上来的部分还在" in answer.get_json()["error"]
    assert offset(trainer, address) == 200 and send(trainer, address, 200, song[200:]).status_code == 204
    assert arrivals.path_of(upload_of(address)).read_bytes() == song


@pytest.fixture
def colleague(app: Flask, county: County) -> FlaskClient:
    """The browser of 杨庚, who is given 刘己's post too."""
    with transaction():
        who, where = db.session.get_one(Person, county.reviewer), db.session.get_one(Organization, county.town)
        appoint(who, "trainer", where, since=NOW.date(), actor=None, now=NOW)
    return client_for(app, county.reviewer)


def rested(address: str, hours: int) -> None:
    """Nothing came of an upload for so many hours."""
    then = clock.now() - timedelta(hours=hours)
    with transaction() as session:
        session.get_one(Upload, upload_of(address)).begun_at = then
    if (path := arrivals.path_of(upload_of(address))).exists():
        os.utime(path, (then.timestamp(), then.timestamp()))


def test_promises_of_one_person_never_keep_out_another(trainer: FlaskClient, colleague: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "free_bytes", lambda: upload_rules.SPARE_BYTES + 72 * GIB)
    for _ in range(9):
        begun(trainer, 8 * GIB)
    assert begin(trainer, 1).status_code == 507, "one's own promises are kept whole"
    begun(colleague, 5 << 20)
    for _ in range(4):
        begun(colleague, 7 * GIB)
    assert begin(colleague, 8 * GIB).status_code == 507, "half of what is free is kept for the one who came first"


def test_room_is_kept_while_something_comes_and_not_for_what_was_only_promised(trainer: FlaskClient, song: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "free_bytes", lambda: upload_rules.SPARE_BYTES + len(song))
    address = begun(trainer, len(song))
    rested(address, hours=2)
    send(trainer, address, 0, song[:100])
    assert begin(trainer, 101).status_code == 507, "something has just come"
    rested(address, hours=2)
    other = begun(trainer, len(song))
    answer = send(trainer, address, 100, song[100:])
    assert answer.status_code == 507 and "已经传上来的部分还在" in answer.get_json()["error"], "its room was given away"
    assert offset(trainer, address) == 100
    trainer.delete(other, headers=TUS)
    assert send(trainer, address, 100, song[100:200]).status_code == 204, "there is room again, and it goes on where it stood"
    assert send(trainer, address, 200, song[200:]).status_code == 204
    assert arrivals.path_of(upload_of(address)).read_bytes() == song
    rested(address, hours=2)
    monkeypatch.setattr(arrivals, "free_bytes", lambda: 0)
    assert trainer.post(f"{address}/asset").status_code == 201, "what has come whole needs no more room"


def test_what_is_left_for_the_database_is_not_written_into(trainer: FlaskClient, song: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    address = begun(trainer, len(song))
    send(trainer, address, 0, song[:100])
    with monkeypatch.context() as filled:
        filled.setattr(arrivals, "free_bytes", lambda: upload_rules.SPARE_BYTES - 1)
        answer = send(trainer, address, 100, song[100:])
    assert answer.status_code == 507 and "已经传上来的部分还在" in answer.get_json()["error"]
    assert offset(trainer, address) == 100 and send(trainer, address, 100, song[100:]).status_code == 204


def test_too_many_unfinished_uploads_are_too_many(trainer: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_rules, "MOST_OPEN", 2)
    addresses = [begun(trainer, 5) for _ in range(2)]
    answer = begin(trainer, 5)
    assert answer.status_code == 422 and "没有传完" in answer.get_json()["error"]
    trainer.delete(addresses[0], headers=TUS)
    assert begin(trainer, 5).status_code == 201


def test_what_is_no_lecture_is_refused_once_and_for_all(trainer: FlaskClient) -> None:
    words = "这是一份讲稿，不是视频。".encode() * 50
    address = begun(trainer, len(words), "讲稿.mp4")
    send(trainer, address, 0, words)
    for _ in range(2):
        answer = trainer.post(f"{address}/asset", headers={"Accept": "application/json"})
        assert answer.status_code == 422 and "可能改错了扩展名" in answer.get_json()["error"]
    assert offset(trainer, address) == len(words) and not arrivals.path_of(upload_of(address)).exists() and db.session.query(Asset).count() == 0
    empty = begun(trainer, 0)
    assert "0 字节" in trainer.post(f"{empty}/asset", headers={"Accept": "application/json"}).get_json()["error"]


def test_what_nobody_came_back_for_is_swept(app: Flask, trainer: FlaskClient, song: bytes) -> None:
    old, fresh = begun(trainer, len(song)), begun(trainer, len(song))
    for address in (old, fresh):
        send(trainer, address, 0, song[:10])
    with transaction() as session:
        session.get(Upload, upload_of(old)).expires_at = clock.now()  # type: ignore[union-attr]
    assert "讲座.mp3" in trainer.get("/uploads").text
    with arrivals.held(upload_of(old)):
        jobs.sweep_uploads(clock.now())
    assert offset(trainer, old) == 10  # someone is just sending
    chores.CHORES["sweep_uploads"].body(clock.now())
    assert trainer.head(old, headers=TUS).status_code == 404 and not arrivals.path_of(upload_of(old)).exists()
    assert offset(trainer, fresh) == 10
    stray = arrivals.path_of(987654)
    stray.write_bytes(b"x")
    jobs.sweep_uploads(clock.now())
    assert stray.exists()  # perhaps someone begins it just now
    jobs.sweep_uploads(clock.now() + upload_rules.KEPT + timedelta(days=1))
    assert not stray.exists() and db.session.query(Upload).count() == 0


def test_sending_again_prolongs_the_wait(trainer: FlaskClient, song: bytes) -> None:
    address = begun(trainer, len(song))
    with transaction() as session:
        session.get(Upload, upload_of(address)).expires_at = soon = clock.now() + timedelta(hours=1)  # type: ignore[union-attr]
    send(trainer, address, 0, song[:10])
    assert db.session.get_one(Upload, upload_of(address), populate_existing=True).expires_at > soon + timedelta(days=6)


def test_the_plain_form_takes_a_file_without_scripts(app: Flask, trainer: FlaskClient, song: bytes, tmp_path: Path) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    page = trainer.get("/uploads").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    with (tmp_path / "song.mp3").open("rb") as file:
        assert trainer.post("/assets", data={"file": (file, "歌.mp3")}, content_type="multipart/form-data").status_code == 400
    with (tmp_path / "song.mp3").open("rb") as file:
        answer = trainer.post("/assets", data={"csrf_token": token, "file": (file, "歌.mp3")}, content_type="multipart/form-data", follow_redirects=True)
    assert "“歌.mp3”传好了" in answer.text and answer.text.count("歌.mp3") >= 2
