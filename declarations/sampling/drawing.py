"""Which entries a seed draws: whole numbers and SHA-256 only, so that anybody gets the same ones in any language.

An entry's ticket number `n` is SHA-256 over `aboveboard sample`, the seed, the SHA-256 of the entry's line in register.jsonl (hex,
without the line end) and `n`, as UTF-8 with a line feed between the four. The order of the lines plays no part.

* At random: everybody has ticket 1; the lowest tickets are drawn. That is simple random sampling without replacement by random
  numbers (Sunter, "List sequential sampling with equal or unequal probabilities without replacement", Applied Statistics 26, 1977).
* By risk: an entry of weight w has tickets 1 to w, and its lowest one counts. The lowest of w uniform numbers is smallest with
  a chance in proportion to w, so this is algorithm A of Efraimidis and Spirakis ("Weighted random sampling with a reservoir",
  Information Processing Letters 97, 2006) for whole weights, without a logarithm that machines could round differently.
* By value: monetary-unit sampling by fixed interval (Leslie, Teitlebaum and Anderson, "Dollar-Unit Sampling", 1979; ISA 530,
  appendices 1 and 4). Entries of at least the interval are certain and are set aside, the interval of the rest is worked out
  anew until none reaches it; then the rest, in the order of its tickets, is walked from a start that the seed gives, one step
  of an interval each. As no entry is as long as a step, none is hit twice, and the sample has the size that was asked for.
"""

import hashlib
import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Method(StrEnum):
    """How entries are drawn."""

    RANDOM = "random"
    VALUE = "value"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Item:
    """An entry that may be drawn: its number, its line's SHA-256 (hex), its value in minor units (0: none), why it is risky."""

    number: str
    digest: str
    minor: int = 0
    risks: tuple[str, ...] = ()
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn, in order; `certain` are the numbers of those that had to be. The interval is in minor units, rounded up."""

    items: Sequence[Item]
    certain: frozenset[str] = frozenset()
    interval_minor: int | None = None


def ticket(seed: str, digest: str, number: int = 1) -> int:
    """An entry's ticket, from 0 to 2**256 - 1."""
    return int.from_bytes(hashlib.sha256(f"aboveboard sample\n{seed}\n{digest}\n{number}".encode()).digest())


def draw(items: Iterable[Item], *, method: Method, size: int, seed: str) -> Drawn:
    """Draw `size` of the items; all that can be drawn if they are fewer. By value, what has none cannot be drawn."""
    if method is Method.VALUE:
        return _by_value([item for item in items if item.minor > 0], size, seed)
    if method is Method.RISK:
        return Drawn(heapq.nsmallest(size, items, key=lambda item: _lowest(seed, item)))
    return Drawn(heapq.nsmallest(size, items, key=lambda item: _place(seed, item)))


def _place(seed: str, item: Item) -> tuple[int, str]:
    return ticket(seed, item.digest), item.number


def _lowest(seed: str, item: Item) -> tuple[int, str]:
    return min(ticket(seed, item.digest, number) for number in range(1, item.weight + 1)), item.number


def _by_value(items: Sequence[Item], size: int, seed: str) -> Drawn:
    """The certain ones first, the highest before the rest."""
    if not items:
        return Drawn(())
    certain: list[Item] = []
    rest = sorted(items, key=lambda item: (-item.minor, _place(seed, item)))
    left, total = min(size, len(rest)), sum(item.minor for item in rest)
    interval = -(-total // left)
    while left and rest[len(certain) :] and rest[len(certain)].minor * left >= total:
        interval = -(-total // left)
        total -= rest[len(certain)].minor
        certain.append(rest[len(certain)])
        left -= 1
    rest = sorted(rest[len(certain) :], key=lambda item: _place(seed, item))
    if left:
        interval = -(-total // left)
    return Drawn([*certain, *_hit(rest, left, total, seed)], frozenset(item.number for item in certain), interval)


def _hit(items: Sequence[Item], left: int, total: int, seed: str) -> list[Item]:
    """Those in which a step of the walk ends; lengths are multiplied by `left`, so that the interval is the whole number `total`."""
    found: list[Item] = []
    step, walked = 1 + ticket(seed, "start", 0) % total if total else 0, 0
    for item in items:
        walked += item.minor * left
        if left and step <= walked:
            found.append(item)
            step += total
    return found
