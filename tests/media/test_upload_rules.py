"""The words of the tus protocol."""

import hashlib
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.media import upload_rules as rules

words = st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(max_size=20))


@given(words)
def test_metadata_read_back_is_what_was_written(values: dict[str, str]) -> None:
    clean = {key: value.encode("utf-8", "replace").decode() for key, value in values.items()}
    assert rules.metadata(rules.metadata_header(clean)) == clean


@pytest.mark.parametrize("header", ["filename !!!", "filename abc", "a b c"])
def test_metadata_that_is_none_is_unreadable(header: str) -> None:
    with pytest.raises(rules.Unreadable):
        rules.metadata(header)


@pytest.mark.parametrize("header", [None, "", "-1", "+1", "1.0", "1e3", "１", "9" * 19, " 1"])
def test_a_size_is_a_plain_number(header: str | None) -> None:
    with pytest.raises(rules.Unreadable):
        rules.size(header)


def test_sizes_go_beyond_four_gigabytes() -> None:
    assert rules.size(str(5 << 30)) == 5 << 30


@pytest.mark.parametrize("algorithm", rules.ALGORITHMS)
def test_checksums_are_read(algorithm: str) -> None:
    digest = hashlib.new(algorithm, b"abc").digest()
    found = rules.checksum(f"{algorithm} {b64encode(digest).decode()}")
    assert found is not None and found.digest == digest
    begun = found.begun()
    begun.update(b"abc")
    assert begun.digest() == digest


@pytest.mark.parametrize("header", ["", "sha1", "crc32 AAAAAA==", "sha1 AAAA", "sha1 !!", "md5 " + b64encode(b"x" * 20).decode()])
def test_a_checksum_that_cannot_be_checked_is_unreadable(header: str) -> None:
    with pytest.raises(rules.Unreadable):
        rules.checksum(header)


@given(st.text(max_size=300))
def test_a_name_is_one_line_without_folders(name: str) -> None:
    kept = rules.plain_name(name)
    assert 0 < len(kept) <= 200 and kept.isprintable() and "/" not in kept and "\\" not in kept


@given(st.integers(0, 1 << 45), st.integers(0, 1 << 45), st.integers(0, 1 << 45))
def test_promises_never_exceed_the_disk(wanted: int, free: int, promised: int) -> None:
    if rules.there_is_room(wanted, free=free, promised=promised):
        assert wanted + promised + rules.SPARE_BYTES <= free


@given(st.dictionaries(st.integers(1, 9), st.integers(0, 1 << 45), max_size=9), st.integers(0, 1 << 45))
def test_what_one_other_person_promised_leaves_half_of_what_is_free(promised: dict[int, int], free: int) -> None:
    for asker, other in permutations(promised, 2):
        kept = rules.reserved({other: promised[other]}, asker=asker, free=free)
        assert kept <= promised[other] and kept <= max(0, free - rules.SPARE_BYTES) // 2
        assert rules.reserved({other: promised[other]}, asker=other, free=free) == promised[other]


def test_room_is_kept_for_an_hour_after_the_beginning_or_the_last_byte() -> None:
    hour, begun = timedelta(hours=1), datetime(2026, 1, 1, tzinfo=UTC)
    assert rules.is_alive(begun, None, now=begun + hour / 2) and not rules.is_alive(begun, None, now=begun + hour)
    assert rules.is_alive(begun, begun + 3 * hour, now=begun + 3.5 * hour) and not rules.is_alive(begun, begun + 3 * hour, now=begun + 4 * hour)
