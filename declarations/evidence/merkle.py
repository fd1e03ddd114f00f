"""RFC 6962's Merkle tree, as hashes alone: what a leaf and a node are, roots, and the two proofs with their checks.

The leaf of an event is its 64 bytes of signature followed by its stored bytes, and nothing else.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache

EMPTY = hashlib.sha256(b"").digest()  # the root of a tree without leaves


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962, 2.1: a leaf is hashed behind a zero byte."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962, 2.1: a node is hashed behind a one byte."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def event_leaf(signature: bytes, body: bytes) -> bytes:
    """The hash of the leaf that stands for an event."""
    return leaf_hash(signature + body)


class Tree:
    """Roots and proofs over `subtree(level, index)`, the hash over 2**level leaves from index * 2**level on."""

    def __init__(self, subtree: Callable[[int, int], bytes]) -> None:
        self._subtree = subtree
        self._ragged = lru_cache(maxsize=512)(self._split)

    def root(self, size: int) -> bytes:
        """The root over the first `size` leaves."""
        return self._over(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """RFC 6962, 2.1.1: the proof that leaf `index` is among the first `size`. Raises ValueError if it is not."""
        if not 0 <= index < size:
            raise ValueError("There is no such leaf in a tree of that size.")
        proof, start, end = [], 0, size
        while end - start > 1:
            middle = start + _largest_below(end - start)
            if index < middle:
                proof.append(self._over(middle, end))
                end = middle
            else:
                proof.append(self._over(start, middle))
                start = middle
        return proof[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """RFC 6962, 2.1.2: the proof that the first `old` of `new` leaves are what they were. Raises ValueError if old > new."""
        if not 0 <= old <= new:
            raise ValueError("A tree does not shrink.")
        if old in (0, new):
            return []
        proof, start, end = [], 0, new
        while old != end:
            middle = start + _largest_below(end - start)
            if old <= middle:
                proof.append(self._over(middle, end))
                end = middle
            else:
                proof.append(self._over(start, middle))
                start = middle
        if start:
            proof.append(self._over(start, end))
        return proof[::-1]

    def _over(self, start: int, end: int) -> bytes:
        """The hash over leaves `start` to `end`; `start` is a multiple of the largest power of two below their number."""
        length = end - start
        if length & (length - 1) == 0:
            level = length.bit_length() - 1
            return self._subtree(level, start >> level)
        return self._ragged(start, end)

    def _split(self, start: int, end: int) -> bytes:
        middle = start + _largest_below(end - start)
        return node_hash(self._over(start, middle), self._over(middle, end))


def _largest_below(number: int) -> int:
    """The largest power of two smaller than `number` (2 or more)."""
    return 1 << ((number - 1).bit_length() - 1)


def tree_of(leaves: Sequence[bytes]) -> Tree:
    """A tree over leaf hashes held in memory."""

    def subtree(level: int, index: int) -> bytes:
        row = list(leaves[index << level : (index + 1) << level])
        return fold(row)

    return Tree(subtree)


def fold(row: Sequence[bytes]) -> bytes:
    """The hash over a power of two of hashes."""
    while len(row) > 1:
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2: does the proof lead from the leaf's hash to the root?"""
    if not 0 <= index < size:
        return False
    fn, sn, reached = index, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            reached = node_hash(sibling, reached)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            reached = node_hash(reached, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and reached == root


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2: does the proof show that the tree of `new` leaves begins with the tree of `old`?"""
    if old > new or old < 0:
        return False
    if old == new:
        return old_root == new_root and not proof
    if old == 0:
        return old_root == EMPTY and not proof
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            after = node_hash(after, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and before == old_root and after == new_root
