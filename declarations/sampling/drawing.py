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
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

# The walk of a sample by value is cut into stretches by the first bits of the tickets, so that only those in which a step ends
# need be put in order.
_STRETCHES = 1 << 16
_WITHIN = 256 - 16  # bits of a ticket that tell its place within a stretch


class Method(StrEnum):
    """How entries are drawn."""

    RANDOM = "random"
    VALUE = "value"
    RISK = "risk"


TIMES_READ: Mapping[Method, int] = {Method.RANDOM: 1, Method.VALUE: 2, Method.RISK: 1}  # how often `draw` goes through the items


@dataclass(frozen=True, slots=True)
class How:
    """What somebody asks for: by which method, how many entries, with which seed."""

    method: Method
    size: int
    seed: str


@dataclass(frozen=True, slots=True)
class Item:
    """An entry that may be drawn: its number, its line's SHA-256 (hex), its value in minor units (0: none), why it is risky.

    Where weights play no part, `line` is there instead, so that only those that are drawn need be weighed.
    """

    number: str
    digest: str
    minor: int = 0
    risks: tuple[str, ...] = ()
    weight: int = 1
    line: bytes = b""


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
    """Draw `size` of the items; all that can be drawn if they are fewer. By value, what has none cannot be drawn, and the items
    are gone through twice. No more than a few of them are ever held."""
    if method is Method.VALUE:
        return _by_value(items, size, seed)
    if method is Method.RISK:
        return Drawn(heapq.nsmallest(size, items, key=lambda item: _lowest(seed, item)))
    return Drawn(heapq.nsmallest(size, items, key=lambda item: _place(seed, item)))


def _place(seed: str, item: Item) -> tuple[int, str]:
    return ticket(seed, item.digest), item.number


def _lowest(seed: str, item: Item) -> tuple[int, str]:
    return min(ticket(seed, item.digest, number) for number in range(1, item.weight + 1)), item.number


def _by_value(items: Iterable[Item], size: int, seed: str) -> Drawn:
    """The certain ones first, the highest before the rest."""
    lengths = [0] * _STRETCHES
    highest = _highest(items, size, seed, lengths)
    left, total = len(highest), sum(lengths)
    if not highest:
        return Drawn(())
    certain: list[Item] = []
    interval = -(-total // left)
    for item in highest:
        if item.minor * left < total:
            break
        interval = -(-total // left)
        total -= item.minor
        lengths[_stretch(ticket(seed, item.digest))] -= item.minor
        certain.append(item)
        left -= 1
    if not left:
        return Drawn(certain, frozenset(item.number for item in certain), interval)
    sure = frozenset(item.number for item in certain)
    steps = _steps(lengths, left, 1 + ticket(seed, "start", 0) % total)
    return Drawn([*certain, *_hit(items, steps, sure, left, seed)], sure, -(-total // left))


def _highest(items: Iterable[Item], size: int, seed: str, lengths: list[int]) -> list[Item]:
    """The items of the highest values, up to `size`; every item's value is added to that of its stretch."""

    def passing() -> Iterator[tuple[tuple[int, int, str], Item]]:
        for item in items:
            if item.minor > 0:
                place, number = _place(seed, item)
                lengths[_stretch(place)] += item.minor
                yield (-item.minor, place, number), item

    return [item for _, item in heapq.nsmallest(size, passing(), key=itemgetter(0))]


def _stretch(place: int) -> int:
    """In which stretch of the walk a ticket lies."""
    return place >> _WITHIN


def _steps(lengths: Sequence[int], left: int, first: int) -> dict[int, list[int]]:
    """The stretches in which steps end, with how far into them; lengths are multiplied by `left`, so that a step is their whole."""
    ends: dict[int, list[int]] = {}
    total, step, walked = sum(lengths), first, 0
    for stretch, length in enumerate(lengths):
        while step <= walked + length * left:
            ends.setdefault(stretch, []).append(step - walked)
            step += total
        walked += length * left
    return ends


def _hit(items: Iterable[Item], steps: Mapping[int, list[int]], certain: Set[str], left: int, seed: str) -> Iterator[Item]:
    """Those in which a step of the walk ends, in the order of the walk."""
    near: dict[int, list[tuple[tuple[int, str], Item]]] = {stretch: [] for stretch in steps}
    for item in items:
        if item.minor > 0 and item.number not in certain:
            place = _place(seed, item)
            if (there := near.get(_stretch(place[0]))) is not None:
                there.append((place, item))
    for stretch, ends in steps.items():
        walked = 0
        for _, item in sorted(near[stretch], key=itemgetter(0)):
            walked += item.minor * left
            if ends and ends[0] <= walked:
                yield item
                ends = ends[1:]
