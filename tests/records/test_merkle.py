"""The tree is that of RFC 9162: known roots, every proof of small trees, and laws that hold for any; proofs are judged by the stand-alone verifier."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.records import merkle_rules as merkle
from verifier.verify import continues, included

# The inputs and roots that implementations of Certificate Transparency (RFC 6962, whose hashing RFC 9162 keeps) are tested with.
ENTRIES = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATHS = {  # (leaf, size): its audit path
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
SIZES = st.integers(1, 300)


class Grown:
    """A tree grown leaf by leaf, as the log grows."""

    def __init__(self, entries):
        self.nodes = {}
        for index, entry in enumerate(entries):
            self.nodes[0, index] = merkle.leaf_hash(entry)
            for level, place in merkle.completed_by(index):
                self.nodes[level, place] = merkle.parent(self.nodes[level - 1, 2 * place], self.nodes[level - 1, 2 * place + 1])

    def kept(self, wanted):
        return {node: self.nodes[node] for node in wanted}

    def root(self, size):
        return merkle.hashes_of([(0, size)], self.kept)[0]

    def hashes(self, spans):
        return merkle.hashes_of(spans, self.kept)


def by_the_book(entries):
    """MTH of section 2.1.1, word by word."""
    if len(entries) < 2:
        return hashlib.sha256(b"\x00" + entries[0] if entries else b"").digest()
    half = 1
    while half * 2 < len(entries):
        half *= 2
    return hashlib.sha256(b"\x01" + by_the_book(entries[:half]) + by_the_book(entries[half:])).digest()


def grown(size):
    return Grown([str(n).encode() for n in range(size)])


def test_roots_are_the_known_ones():
    tree = Grown(ENTRIES)
    assert [tree.root(size).hex() for size in range(9)] == ROOTS


def test_paths_are_the_known_ones():
    tree = Grown(ENTRIES)
    for (index, size), path in PATHS.items():
        assert [one.hex() for one in tree.hashes(merkle.inclusion(index, size))] == path


@given(SIZES)
def test_the_root_is_that_of_the_definition(size):
    assert grown(size).root(size) == by_the_book([str(n).encode() for n in range(size)])


def test_every_proof_of_small_trees_holds_and_no_other():
    tree = grown(20)
    for new in range(1, 21):
        for index in range(new):
            path = tree.hashes(merkle.inclusion(index, new))
            for place in range(new):
                assert (included(tree.nodes[0, index], place, new, path) == tree.root(new)) == (place == index)
        for old in range(1, new + 1):
            path = tree.hashes(merkle.consistency(old, new))
            assert continues(old, tree.root(old), new, tree.root(new), path)


@given(SIZES, st.data())
def test_a_proof_is_short_and_any_change_breaks_it(size, data):
    tree = grown(size)
    index = data.draw(st.integers(0, size - 1))
    path, leaf = tree.hashes(merkle.inclusion(index, size)), tree.nodes[0, index]
    assert len(path) <= size.bit_length()
    assert sum(len(merkle.peaks(span)) for span in merkle.inclusion(index, size)) <= 2 * size.bit_length()
    assert included(bytes(32), index, size, path) != tree.root(size)
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        changed = [*path[:place], bytes(32), *path[place + 1 :]]
        assert included(leaf, index, size, changed) != tree.root(size)
        assert included(leaf, index, size, path[:-1]) != tree.root(size)
    assert included(leaf, index, size, [*path, bytes(32)]) != tree.root(size)


@given(SIZES, st.data())
def test_a_log_that_was_rewritten_is_inconsistent(size, data):
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    before, after = grown(size), Grown([b"another" if n == changed else str(n).encode() for n in range(size)])
    path = after.hashes(merkle.consistency(old, size))
    assert not continues(old, before.root(old), size, after.root(size), path)
    assert not continues(old, before.root(old), size, before.root(size), [*path, bytes(32)])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_of_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion(index, size)
    assert included(bytes(32), index, size, []) is None


def test_a_shrunk_log_has_no_proof():
    with pytest.raises(ValueError, match="older tree"):
        merkle.consistency(4, 3)
    assert not continues(4, bytes(32), 3, bytes(32), [bytes(32)])
    assert not continues(3, bytes(32), 3, b"\x01" * 32, [])
