"""What is read once by each process, and never what a transaction may yet take back."""

import pytest

from courses.kernel.db import transaction
from courses.kernel.kept import Kept


class Broken(Exception):
    """Takes a transaction back."""


def counted():
    """A shelf whose values say how often each row was read."""
    reads: dict[int, int] = {}

    def read(key):
        reads[key] = reads.get(key, 0) + 1
        return f"{key} read {reads[key]}"

    return Kept(read)


def test_a_value_is_read_once(app):
    shelf = counted()
    assert [shelf.of(7), shelf.of(7), shelf.of(8)] == ["7 read 1", "7 read 1", "8 read 1"]


def test_what_a_transaction_reads_is_not_kept_because_it_may_be_taken_back(app):
    shelf = counted()
    with pytest.raises(Broken), transaction():
        assert shelf.of(7) == "7 read 1"
        raise Broken
    assert shelf.of(7) == "7 read 2"


def test_two_shelves_keep_their_own(app):
    one, other = counted(), counted()
    one.of(7)
    assert other.of(7) == "7 read 1"
    assert one.of(7) == "7 read 1"
