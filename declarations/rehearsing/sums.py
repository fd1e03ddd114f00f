"""What comes together over windows, for every row at once: rows are sorted by what belongs together and by day, and a window is the
difference of two running sums."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from declarations import packing

_DAY_BITS = 20  # days since 1970 and some, up to the year 4800
_SHIFT = 1 << 15  # days before 1970 that keep their order


def distinct(numbers: Any) -> tuple[Any, Any]:
    """The different `numbers` in order, and for each number its place among them; without sorting where they lie close together."""
    if not len(numbers):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    least = int(numbers.min())
    span = int(numbers.max()) - least + 1
    if span > 4 * len(numbers) + 100_000:
        found, which = np.unique(numbers, return_inverse=True)
        return found, which.reshape(-1)
    there = np.zeros(span, bool)
    there[numbers - least] = True
    found = np.flatnonzero(there)
    place = np.zeros(span, np.int32)
    place[found] = np.arange(len(found), dtype=np.int32)
    return found + least, place[numbers - least]


@dataclass
class Layout:
    """Rows in the order in which totals kept by one key run. `order` are row numbers, `key` tells bucket and day at each place."""

    order: Any
    key: Any
    end: Any  # for each place, the first one after the last row of its bucket and day
    _starts: dict[object, Any] = field(default_factory=dict)

    def start(self, name: object, first_of: Callable[[date], date], days: Any) -> Any:
        """For each place, where the window that ends on its day begins; `name` is what tells this window from others."""
        if name not in self._starts:
            different, which = distinct(days[self.order])
            first = np.array([first_of(packing.day_of(int(day))).toordinal() - packing.EPOCH for day in different], np.int64)
            bucket = self.key >> _DAY_BITS << _DAY_BITS
            self._starts[name] = np.searchsorted(self.key, bucket | (first[which] + _SHIFT), "left")
        return self._starts[name]

    def sums(self, start: Any, weights: Any) -> Any:
        """For each row, the sum of `weights` over its bucket from `start` to its own day, without its own."""
        mine = weights[self.order]
        running = np.concatenate([[0], np.cumsum(mine, dtype=np.int64)])
        found = np.empty(len(mine), np.int64)
        found[self.order] = running[self.end] - running[start] - mine
        return found


def layout(keys: list[Any], days: Any) -> Layout:
    """The rows sorted by `keys` (columns that together name a bucket) and within it by day."""
    bucket = np.zeros(len(days), np.int64)
    span = 1
    for column in keys:
        least, most = int(column.min()), int(column.max())
        span *= most - least + 1
        if span >= 1 << (63 - _DAY_BITS):  # too far apart to be counted off in one number
            bucket = np.unique(np.stack(keys), axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64)
            break
        bucket = bucket * (most - least + 1) + (column - least)
    key = bucket << _DAY_BITS | (days.astype(np.int64) + _SHIFT)
    order = np.argsort(key)
    key = key[order]
    last = np.flatnonzero(np.append(key[1:] != key[:-1], True))
    end = np.repeat(last + 1, np.diff(np.concatenate([[0], last + 1])))
    return Layout(order, key, end)
