"""The Merkle tree of RFC 9162 section 2.1 over the leaves of the log: which nodes a proof needs; verifier/verify.py checks one.

A node is named by (level, index): at level 0 stand the leaves, and (l, i) covers the leaves from i * 2**l to (i + 1) * 2**l - 1. Only nodes
that are full are ever kept, so none of them changes when the log grows. Hashes are 32 bytes.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

Node = tuple[int, int]
Span = tuple[int, int]  # leaves from the first up to, not including, the second
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """A leaf: SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def parent(left: bytes, right: bytes) -> bytes:
    """A node above two: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed_by(index: int) -> list[Node]:
    """The nodes above level 0 that are full once leaf `index` stands, the lowest first."""
    out: list[Node] = []
    while index & 1:
        index >>= 1
        out.append((len(out) + 1, index))
    return out


def peaks(span: Span) -> list[Node]:
    """The full nodes that cover a span of a proof, the largest first; at most one a level."""
    first, last = span
    out: list[Node] = []
    while first < last:
        level = (last - first).bit_length() - 1
        out.append((level, first >> level))
        first += 1 << level
    return out


def inclusion(index: int, size: int) -> list[Span]:
    """The spans whose hashes prove that leaf `index` stands in a tree of `size` leaves, the nearest first (section 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    out: list[Span] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        other, (first, last) = ((middle, last), (first, middle)) if index < middle else ((first, middle), (middle, last))
        out.append(other)
    return out[::-1]


def consistency(old: int, new: int) -> list[Span]:
    """The spans whose hashes prove that a tree of `new` leaves begins with one of `old` (section 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError("the older tree has at least one leaf and no more than the newer")
    out: list[Span] = []
    first, last, whole = 0, new, True
    while old < last:
        middle = first + _split(last - first)
        if old <= middle:
            other, last = (middle, last), middle
        else:
            other, first, whole = (first, middle), middle, False
        out.append(other)
    return ([] if whole else [(first, last)]) + out[::-1]


def joined(hashes: Sequence[bytes]) -> bytes:
    """The hash of a span from those of its peaks, the largest first; of none, that of the empty tree."""
    if not hashes:
        return EMPTY
    out = hashes[-1]
    for one in reversed(hashes[:-1]):
        out = parent(one, out)
    return out


def hashes_of(spans: Iterable[Span], kept: Callable[[list[Node]], dict[Node, bytes]]) -> list[bytes]:
    """The hash of each span; `kept` is asked once for all nodes that this takes."""
    needed = [peaks(span) for span in spans]
    found = kept([node for nodes in needed for node in nodes])
    return [joined([found[node] for node in nodes]) for nodes in needed]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
