"""The tree as the database keeps it: leaves one by one, and the hash of every whole subtree of 256, 65,536 … leaves.

So a root or a proof reads a few times 256 hashes, however long the record is.
"""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection, bindparam, func, insert, select

from declarations.evidence.merkle import Tree, fold, node_hash
from declarations.models import LogLeaf, LogSubtree

HEIGHT = 8  # levels from one kept row of hashes to the next
WIDTH = 1 << HEIGHT

_LEAVES = (
    select(LogLeaf.hash).where(LogLeaf.index >= bindparam("first"), LogLeaf.index < bindparam("end")).order_by(LogLeaf.index)
)
_SUBTREES = (
    select(LogSubtree.hash)
    .where(LogSubtree.level == bindparam("level"), LogSubtree.index >= bindparam("first"), LogSubtree.index < bindparam("end"))
    .order_by(LogSubtree.index)
)


def size_of(connection: Connection) -> int:
    """How many leaves the tree has."""
    last: int | None = connection.execute(select(func.max(LogLeaf.index))).scalar_one()
    return 0 if last is None else last + 1


def kept(connection: Connection, level: int, first: int, count: int) -> list[bytes]:
    """Hashes of a level that is kept (0, 8, 16 …), from `first` on, as many as there are."""
    query, at = (_SUBTREES, {"level": level}) if level else (_LEAVES, {})
    found = connection.execute(query, {**at, "first": first, "end": first + count})
    return [bytes(one) for one in found.scalars()]


def stored_tree(connection: Connection) -> Tree:
    """The tree as one snapshot of the database has it; make a new one for another snapshot."""

    @lru_cache(maxsize=256)
    def tile(level: int, index: int) -> list[list[bytes]]:
        """All whole subtrees above 256 kept hashes, from those hashes themselves upwards."""
        rows = [kept(connection, level, index << HEIGHT, WIDTH)]
        while len(rows[-1]) > 1:
            below: Sequence[bytes] = rows[-1]
            rows.append([node_hash(left, right) for left, right in zip(below[::2], below[1::2], strict=False)])
        return rows

    def subtree(level: int, index: int) -> bytes:
        base = level - level % HEIGHT
        within = level - base
        rows = tile(base, index >> (HEIGHT - within))
        try:
            return rows[within][index & ((WIDTH >> within) - 1)]
        except IndexError:
            raise ValueError("The tree has no such leaves.") from None

    return Tree(subtree)


def keep_subtrees(connection: Connection, before: int, after: int) -> None:
    """Write the subtrees that became whole when the tree grew from `before` to `after` leaves, which are written already."""
    level = 0
    while before >> HEIGHT != after >> HEIGHT:
        whole = range(before >> HEIGHT, after >> HEIGHT)
        hashes = [fold(kept(connection, level, index << HEIGHT, WIDTH)) for index in whole]
        level += HEIGHT
        rows = [{"level": level, "index": index, "hash": one} for index, one in zip(whole, hashes, strict=True)]
        connection.execute(insert(LogSubtree), rows)
        before, after = before >> HEIGHT, after >> HEIGHT
