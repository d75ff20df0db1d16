"""Storage, a folder or an object store: keys stay inside, a thing is there whole or not at all, and a signed address opens one file for a while."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from courses.kernel.folder import LocalStorage
from courses.kernel.s3 import S3Storage
from courses.kernel.storage import Storage, chosen
from tests.conftest import settings_in
from tests.servers import ObjectStore, object_store


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """A running object store."""
    with object_store(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Either kind of storage, empty."""
    if request.param == "folder":
        return chosen(settings_in(tmp_path))
    return remote(request.getfixturevalue("bucket"), tmp_path)


def remote(bucket: ObjectStore, tmp_path: Path, machine: str = "first") -> S3Storage:
    """The object store as one machine sees it; each test has a prefix of its own."""
    url = bucket.settings["STORAGE_URL"].replace("/county?", f"/{tmp_path.name.replace('_', '-')}?")
    made = chosen(settings_in(tmp_path / machine, **{**bucket.settings, "STORAGE_URL": url}))
    assert isinstance(made, S3Storage)
    return made


def kept(store: Storage, key: str, data: bytes) -> None:
    """Put a file."""
    source = store.workspace() / "source"
    source.write_bytes(data)
    store.put(key, source)
    assert not source.exists()


def kept_folder(store: Storage, key: str, files: dict[str, str]) -> None:
    """Put a folder."""
    work = store.workspace()
    for name, text in files.items():
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text(text)
    store.put_folder(key, work)
    assert not work.exists()


# fmt: off
STRANGE = ("", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", "a//b", "a/", "./a", ".hidden", "a/.b", "a~whole", "A", "a b", "a\\b", "a\0b", "a\n",
           "%2e%2e/x", "汉字", "~root", "a..b")
# fmt: on


def test_keys_cannot_leave_the_storage(store: Storage):
    for key in STRANGE:
        for use in (store.local, store.open, store.exists, store.delete):
            with pytest.raises(ValueError, match="not a storage key"):
                use(key)


@given(st.text(max_size=40))
def test_whatever_is_accepted_stays_inside(key: str):
    store = LocalStorage.__new__(LocalStorage)
    store.root = Path("/srv/files")
    try:
        path = store.local(key)
    except ValueError:
        return
    assert path.resolve().is_relative_to("/srv/files/kept") and path.resolve() != Path("/srv/files/kept")


def test_a_file_moves_in_whole_and_can_be_replaced(store: Storage):
    for data in (b"abc", b"defg"):
        kept(store, "media/a.bin", data)
        with store.open("media/a.bin") as handle:
            assert handle.read() == data
    assert store.exists("media/a.bin") and not store.exists("media/b.bin")
    store.delete("media/a.bin")
    assert not store.exists("media/a.bin")


def test_a_folder_moves_in_one_step_and_its_files_have_keys(store: Storage):
    kept_folder(store, "media/abc", {"in/x": "1", "y": "2"})
    assert (store.local("media/abc") / "in" / "x").read_text() == "1"
    assert store.local("media/abc/in/x").read_text() == "1" and store.local("media/abc/y").read_text() == "2"
    assert store.exists("media/abc/y") and not store.exists("media/abc/z") and not store.exists("media/ab")
    store.delete("media/abc")
    assert not store.exists("media/abc") and not store.exists("media/abc/y")


def test_the_second_of_two_equal_folders_is_dropped(store: Storage):
    for text in ("first", "second"):
        kept_folder(store, "media/abc", {"x": text})
    assert (store.local("media/abc") / "x").read_text() == "first"


def test_what_is_missing_can_be_deleted(store: Storage):
    store.delete("media/none")
    assert not store.exists("media/none")


def test_what_is_missing_is_a_missing_file(store: Storage):
    with pytest.raises(FileNotFoundError):
        store.open("media/none")


def test_tidying_spares_whoever_still_works(store: Storage):
    work = store.workspace()
    (work / "half").write_text("x")
    now = datetime.now(UTC)
    assert store.tidy(now - timedelta(hours=1)) == 0
    assert work.exists()
    assert store.tidy(now + timedelta(hours=1)) == 1
    assert not work.exists()


def test_a_file_larger_than_one_request_arrives_whole(bucket: ObjectStore, tmp_path: Path):
    data = os.urandom(9 * 1024 * 1024)  # boto3 sends it in parts
    kept(remote(bucket, tmp_path), "uploads/large", data)
    assert remote(bucket, tmp_path, "second").local("uploads/large").read_bytes() == data


class Killed(BaseException):
    """The machine goes away at this instant."""


class Dying:
    """A client whose machine goes away before its second file is sent."""

    def __init__(self, client: object) -> None:
        self.client, self.sent = client, 0

    def __getattr__(self, name: str) -> object:
        if name == "upload_file":
            self.sent += 1
            if self.sent == 2:
                raise Killed
        return getattr(self.client, name)


def test_a_half_sent_folder_is_never_seen_and_the_next_try_makes_it_whole(bucket: ObjectStore, tmp_path: Path):
    here, there = remote(bucket, tmp_path), remote(bucket, tmp_path, "second")
    work = here.workspace()
    for name in ("a", "b"):
        (work / name).write_text(name)
    here._client = Dying(here._client)
    with pytest.raises(Killed):
        here.put_folder("media/abc", work)
    assert not there.exists("media/abc") and not there.exists("media/abc/a")
    kept_folder(there, "media/abc", {"a": "A", "b": "B"})
    assert (here.local("media/abc") / "a").read_text() == "A" and here.exists("media/abc/b")


def test_two_machines_that_finish_the_same_folder_never_mix_it(bucket: ObjectStore, tmp_path: Path):
    here, there = remote(bucket, tmp_path), remote(bucket, tmp_path, "second")
    kept_folder(here, "media/abc", {"init": "of here", "piece": "of here"})
    there._folder = lambda key: None  # it looked before the other had finished
    kept_folder(there, "media/abc", {"init": "of there", "piece": "of there"})
    seen = remote(bucket, tmp_path, "third").local("media/abc")
    assert (seen / "init").read_text() == (seen / "piece").read_text()


def test_what_was_fetched_is_removed_when_nobody_uses_it(bucket: ObjectStore, tmp_path: Path):
    kept_folder(remote(bucket, tmp_path), "media/abc", {"x": "1"})
    store = remote(bucket, tmp_path, "second")
    path = store.local("media/abc")
    assert store.local("media/abc") == path
    store.tidy(datetime.now(UTC) + timedelta(hours=1))
    assert not path.exists() and (store.local("media/abc") / "x").read_text() == "1"


def test_a_store_that_cannot_be_reached_is_a_fault_of_files_and_tells_no_key(tmp_path: Path):
    away = {"STORAGE_URL": "s3://hall?endpoint=http://127.0.0.1:9", "STORAGE_KEY": "the-key", "STORAGE_SECRET": "the-secret"}
    with pytest.raises(OSError, match="cannot be reached") as told:
        chosen(settings_in(tmp_path, **away)).exists("media/a")
    assert "the-key" not in str(told.value) and "the-secret" not in repr(settings_in(tmp_path, **away))


def asked(address: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    """What the store answers a browser."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method=method, headers=headers), timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as fault:
        return fault.code, b""


def changed(address: str, **values: str) -> str:
    """The address with parts of its query replaced."""
    parts = urlsplit(address)
    query = {name: found[0] for name, found in parse_qs(parts.query).items()}
    return parts._replace(query=urlencode({**query, **values})).geturl()


def test_a_signed_address_opens_one_file_by_one_method_for_a_while(bucket: ObjectStore, tmp_path: Path):
    store = remote(bucket, tmp_path)
    kept_folder(store, "media/abc", {"x": "0123456789", "y": "other"})
    address = store.address("media/abc/x", mime="video/mp4", seconds=600, method="GET") or ""
    assert address.startswith(store.origin + "/") and parse_qs(urlsplit(address).query)["response-content-type"] == ["video/mp4"]
    assert asked(address) == (200, b"0123456789")
    assert asked(address, Range="bytes=2-4") == (206, b"234")
    assert asked(address, "HEAD")[0] == 403 and asked(store.address("media/abc/x", mime="", seconds=600, method="HEAD") or "", "HEAD")[0] == 200
    tampered = {
        "another file": address.replace("/x?", "/y?"),
        "a longer life": changed(address, **{"X-Amz-Expires": "604800"}),
        "another signature": changed(address, **{"X-Amz-Signature": "0" * 64}),
        "another key": changed(address, **{"X-Amz-Credential": f"someone/{datetime.now(UTC):%Y%m%d}/us-east-1/s3/aws4_request"}),
        "no signature": address.split("?")[0],
        "the marker": address.split("?")[0].rsplit("/", 2)[0] + "~whole",
    }
    for what, wrong in tampered.items():
        assert asked(wrong)[0] in {400, 403}, what
    assert asked(address, "PUT")[0] == 403 and asked(address, "DELETE")[0] == 403


def test_a_signed_address_ends(bucket: ObjectStore, tmp_path: Path):
    store = remote(bucket, tmp_path)
    kept(store, "media/a", b"x")
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=2)):
        ended, lasting = (store._presigned("get_object", store._name("media/a"), {}, hours * 3600) for hours in (1, 3))
    assert asked(ended)[0] == 403 and asked(lasting) == (200, b"x")
    assert asked(changed(ended, **{"X-Amz-Date": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"}))[0] == 403
    assert store.address("media/a", mime="", seconds=10**9, method="GET") is not None  # never longer than any store signs for


def test_the_marker_lists_what_stands(bucket: ObjectStore, tmp_path: Path):
    store = remote(bucket, tmp_path)
    kept_folder(store, "media/abc", {"in/x": "1"})
    with store._client.get_object(Bucket="hall", Key=f"{store._prefix}/media/abc~whole")["Body"] as body:
        assert json.loads(body.read())["files"] == ["in/x"]


def test_a_folder_of_this_machine_has_no_address_elsewhere(tmp_path: Path):
    store = chosen(settings_in(tmp_path))
    assert store.address("media/a", mime="video/mp4", seconds=60, method="GET") is None and store.origin == ""
