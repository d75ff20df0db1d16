"""Storage: keys stay inside the folder, and a thing is there whole or not at all."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.kernel.storage import LocalStorage


@pytest.fixture
def store(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/",
        "/etc/passwd",
        "..",
        "../x",
        "a/../b",
        "a/..",
        "a//b",
        "a/",
        "./a",
        ".hidden",
        "a/.b",
        "A",
        "a b",
        "a\\b",
        "a\0b",
        "a\n",
        "%2e%2e/x",
        "汉字",
        "~root",
        "a..b",
    ],
)
def test_keys_cannot_leave_the_folder(store: LocalStorage, key: str):
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


def test_a_file_moves_in_whole(store: LocalStorage):
    source = store.workspace() / "a"
    source.write_bytes(b"abc")
    store.put("media/a.bin", source)
    assert store.open("media/a.bin").read() == b"abc"
    assert not source.exists()


def test_a_folder_moves_in_one_step(store: LocalStorage):
    work = store.workspace()
    (work / "in").mkdir()
    (work / "in" / "x").write_text("1")
    store.put_folder("media/abc", work)
    assert (store.local("media/abc") / "in" / "x").read_text() == "1"


def test_the_second_of_two_equal_folders_is_dropped(store: LocalStorage):
    for text in ("first", "second"):
        work = store.workspace()
        (work / "x").write_text(text)
        store.put_folder("media/abc", work)
        assert not work.exists()
    assert (store.local("media/abc") / "x").read_text() == "first"


def test_what_is_missing_can_be_deleted(store: LocalStorage):
    store.delete("media/none")
    assert not store.exists("media/none")


def test_tidying_spares_whoever_still_works(store: LocalStorage):
    work = store.workspace()
    (work / "half").write_text("x")
    now = datetime.now(UTC)
    assert store.tidy(now - timedelta(hours=1)) == 0
    assert work.exists()
    assert store.tidy(now + timedelta(hours=1)) == 1
    assert not work.exists()
