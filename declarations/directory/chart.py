"""Who reports to whom must be a forest: nobody to themselves, nobody in a circle."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def circles(above: Mapping[Key, Key | None]) -> list[tuple[Key, ...]]:
    """Every circle in `above` (who → the one above), each as its members in order; one's own manager is a circle of one."""
    settled: set[Key] = set()
    found = []
    for start in above:
        path: dict[Key, int] = {}
        at: Key | None = start
        while at is not None and at not in settled and at not in path:
            path[at] = len(path)
            at = above.get(at)
        if at is not None and at in path:
            found.append(tuple(path)[path[at] :])
        settled.update(path)
    return found


def top_down(above: Mapping[Key, Key | None]) -> list[Key]:
    """The members in an order in which nobody comes before the one above them. There must be no circle."""
    done: set[Key] = set()
    order: list[Key] = []
    for start in above:
        path = []
        at: Key | None = start
        while at is not None and at in above and at not in done:
            path.append(at)
            done.add(at)
            at = above[at]
        order.extend(reversed(path))
    return order


def closure(above: Mapping[Key, Key | None]) -> Iterable[tuple[Key, Key, int]]:
    """(ancestor, member, depth) for every pair at any depth, each below itself at depth 0. There must be no circle."""
    for member in above:
        at: Key | None = member
        depth = 0
        while at is not None:
            yield at, member, depth
            at, depth = above[at], depth + 1
