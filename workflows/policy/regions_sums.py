"""Values and earlier items that meet a region: whether its totals and shares can go together at all, and in which sums."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, combinations
from math import ceil, floor
from typing import Any

from workflows.facts import Facts
from workflows.money import exponent
from workflows.policy.regions import ALL, NOTHING, PART, Quantity, Stretch
from workflows.policy.regions_items import Cell, cells
from workflows.policy.regions_solve import Row, solve
from workflows.policy.regions_space import Region, Space

Variable = tuple[Any, ...]
Sum = dict[Variable, int | Fraction]
Amounts = Mapping[tuple[str, str], Fraction]  # (what it is: value, tax, delivery or own, currency) → minor units
MOST_TRIED = 40
READ = frozenset("kind direction host exempt form disposition value day paid givers occasion separable".split())


@dataclass(frozen=True, slots=True)
class Met:
    """Amounts that meet a region; `heads` 0 where it cannot be told among how many it was shared."""

    heads: int
    givers: int = 1
    amounts: Amounts = field(default_factory=dict)
    items: tuple[tuple[Cell, Amounts, int], ...] = ()  # what the items of a cell come to, and how many they are


@dataclass(frozen=True, slots=True)
class _Asked:
    """A region as far as sums go, and among how many they are shared; `step` is how far past a limit amounts are looked for."""

    quantities: Mapping[Quantity, Stretch]
    plain: Facts
    paid: str | None
    cells: tuple[Cell, ...]
    currencies: tuple[str, ...]
    heads: int = 1
    givers: int = 1
    step: Fraction = Fraction(1)
    worth: int = 0  # what it should be worth at the least, to be a likely thing


class Sums:
    """Answers for the regions of one space, each worked out once."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._cells: dict[object, tuple[Cell, ...]] = {}
        self._known: dict[object, bool] = {}

    def meet(self, region: Region) -> tuple[Region, Met] | None:
        """Amounts that lie in `region`, and the region with the day they do so; None if none can."""
        for there, asked, givers in self._asked(region):
            met = _met(asked, givers)
            if met is not None:
                return there, met
        return None

    def might(self, region: Region) -> bool:
        """Whether amounts may lie in `region`; a no is certain."""
        return any(self._might(asked, givers) for _, asked, givers in self._asked(region))

    def _asked(self, region: Region) -> Iterator[tuple[Region, "_Asked", int | None]]:
        quantities = {axis: stretch for axis, stretch in region.items() if isinstance(axis, Quantity)}
        together = tuple(quantity for quantity in quantities if quantity.sort in ("total", "count"))
        currencies = tuple(sorted({quantity.currency for quantity in quantities if quantity.currency})) or ("EUR",)
        for day in self._space.days(region, together) if together else (region.get("day"),):
            there = region if day is None else {**region, "day": day}
            plain = self._space.facts(there, READ)
            of = (plain, frozenset(together))
            if of not in self._cells:
                self._cells[of] = cells(self._space, together, plain) if together else ()
            yield there, _Asked(quantities, plain, region.get("paid"), self._cells[of], currencies), region.get("givers")

    def _might(self, asked: "_Asked", givers: int | None) -> bool:
        key = (asked.plain, asked.paid, givers, frozenset(asked.quantities.items()))
        if key not in self._known:
            least = replace(asked, step=Fraction(1, 1000))
            loose = len(list(_shares(asked, givers))) > 1
            self._known[key] = any(_try(least, on, loose=loose) is not None for on in _supports(asked))
        return self._known[key]


USUAL = 100  # units of money a thing is worth where no limit says otherwise


def _met(asked: _Asked, givers: int | None) -> Met | None:
    shares, unit = list(_shares(asked, givers)), 10 ** exponent(asked.currencies[0])
    tried = [(Fraction(unit), USUAL * unit), (Fraction(unit), 0), (Fraction(1), 0), (Fraction(1, 2), 0), (Fraction(1, 1000), 0)]
    for step, worth in tried:
        for heads, among in shares:
            of = replace(asked, heads=heads, givers=among, step=step, worth=worth)
            for on in _supports(asked):
                met = _try(of, on)
                if met is not None:
                    return met
    return Met(0) if len(shares) > 1 else None


def _shares(asked: _Asked, givers: int | None) -> Iterator[tuple[int, int]]:
    """Among how many heads and givers the thing may be shared: one, unless the region compares both whole and share."""
    stretch = asked.quantities.get(Quantity("heads"))
    of_head = {q.measure.per_head and q.sort != "own_share" for q in asked.quantities if q.sort not in ("count", "heads")}
    of_head |= {False for q in asked.quantities if q.measure.less_own_share}
    of_giver = {q.measure.per_giver for q in asked.quantities if q.sort not in ("count", "heads")}
    limits = sorted({cut[0] for s in asked.quantities.values() for cut in (s.after, s.until) if cut and cut[0]})
    ratios = {round_(Fraction(a, b)) for a in limits for b in limits if a > b for round_ in (floor, ceil)}
    likely = sorted({1, 2, 3, *ratios, *(ratio + 1 for ratio in ratios)})[:MOST_TRIED]
    heads = likely if len(of_head) > 1 else [1]
    if stretch is not None:
        edges = {cut[0] + more for cut in (stretch.after, stretch.until) if cut for more in (-1, 0, 1)}
        heads = [number for number in sorted({*likely, *edges}) if _lies_in(number, stretch)]
    among = likely if len(of_giver) > 1 else [1]
    if givers is not None:
        among = [1] if givers == 1 else [number for number in likely if number > 1]
    return ((head, giver) for giver in among for head in heads if head >= 1)


def _lies_in(number: int, stretch: Stretch) -> bool:
    return number >= sum(stretch.after) and (stretch.until is None or number < sum(stretch.until))


def _supports(asked: _Asked) -> Iterator[frozenset[Cell]]:
    """Which cells hold anything. All may, unless numbers of items or sizes matter: then few are tried before many."""
    together = [q for q in asked.quantities if q.sort in ("total", "count")]
    sized = any(cell.size.after != (0, 0) or cell.size.until for cell in asked.cells)
    if not sized and not any(quantity.sort == "count" for quantity in together):
        return iter([frozenset(asked.cells)])
    sizes = range(min(len(asked.cells), len(together) + 1) + 1)
    return (frozenset(some) for some in chain.from_iterable(combinations(asked.cells, size) for size in sizes))


def _try(asked: _Asked, on: frozenset[Cell], *, loose: bool = False) -> Met | None:
    """Amounts that meet the region if only the cells `on` hold anything; with `loose` every measure is of a thing by itself."""
    rows: list[Row[Variable]] = []
    for quantity, stretch in asked.quantities.items():
        if quantity.sort not in ("count", "heads"):
            rows += _between(_sum(asked, quantity, on, rows, loose=loose), stretch, asked.step)
    for currency in asked.currencies:
        rows += _of_the_thing(asked, currency)
        for cell in on:
            rows += _between({("cell", cell, "value", currency): 1}, Stretch(cell.size.after, None), asked.step)
            if any(quantity.measure.less_own_share for quantity in asked.quantities):
                rows.append(({("cell", cell, "own", currency): 1, ("cell", cell, "value", currency): -1}, 0))
    found = solve(rows)
    numbers = _numbers(asked, on, found) if found is not None else None
    if found is None or numbers is None:
        return None
    scale = 1 if loose else _scale(found)
    amounts = {(name[1], name[2]): amount * scale for name, amount in found.items() if name[0] == "now"}
    return Met(0 if loose else asked.heads * scale, asked.givers, amounts, tuple(_held(asked, found, numbers)))


def _sum(asked: _Asked, quantity: Quantity, on: frozenset[Cell], rows: list[Row[Variable]], *, loose: bool) -> Sum:
    """What the quantity adds up from; rows that tie its parts together are added to `rows`."""
    currency, measure = quantity.currency, quantity.measure
    if quantity.sort == "own_share":
        return {("now", "own", currency): 1}
    among = (asked.heads if measure.per_head else 1) * (asked.givers if measure.per_giver else 1)
    added = [name for name, is_added in (("tax", measure.with_tax), ("delivery", measure.with_delivery)) if is_added]
    now: Sum = {}
    if asked.plain.value is not None:
        whole: Sum = {("now", name, currency): Fraction(1, among) for name in ("value", *added)}
        if loose and (measure.per_head or measure.per_giver):  # a share by itself, no more than the whole
            whole = {("share", name, measure.per_head, measure.per_giver, currency): 1 for name in ("value", *added)}
            rows += [({share: 1, ("now", share[1], currency): -1}, 0) for share in whole]
        now = whole
        if measure.less_own_share:  # never less than nothing, nor than what remains, nor more than the share itself
            now = {("left of", measure, currency): 1}
            rows.append((now | {name: -part for name, part in whole.items()}, 0))
            rows.append(({**whole, ("now", "own", currency): -1, ("left of", measure, currency): -1}, 0))
    if quantity.sort == "single":
        return now
    items = ["value", *added, *(() if measure.per_head else ("others",))]
    counted = [cell for cell in on if quantity in cell.counted]
    then: Sum = {("cell", cell, name, currency): 1 for cell in counted for name in items}
    if measure.less_own_share:
        then |= {("cell", cell, "own", currency): -1 for cell in counted}
    return now | then


def _of_the_thing(asked: _Asked, currency: str) -> Iterator[Row[Variable]]:
    """What is paid by the declarant, of what it is worth."""
    own, value = ("now", "own", currency), ("now", "value", currency)
    if asked.paid == NOTHING:
        yield {own: 1}, 0
    if asked.plain.value is not None:
        if asked.worth:
            yield {value: -1}, -asked.worth
        if asked.paid is not None or any(q.measure.less_own_share or q.sort == "own_share" for q in asked.quantities):
            yield {own: 1, value: -1}, -asked.step if asked.paid == PART else 0
        if asked.paid == ALL:
            yield {own: -1, value: 1}, 0


def _between(row: Sum, stretch: Stretch, step: Fraction) -> Iterator[Row[Variable]]:
    limit, above = stretch.after
    if (limit, above) != (0, 0):
        yield {name: -number for name, number in row.items()}, -(limit + above * step)
    if stretch.until is not None:
        limit, above = stretch.until
        yield row, limit - (1 - above) * step


def _scale(found: Mapping[Variable, Fraction]) -> int:
    """A share of half a cent is a cent among two."""
    return max((amount.denominator for name, amount in found.items() if name[0] == "now"), default=1)


def _held(asked: _Asked, found: Mapping[Variable, Fraction], numbers: Mapping[Cell, int]) -> Iterator[tuple[Cell, Amounts, int]]:
    for cell in asked.cells:
        if numbers[cell]:
            worth = {(name[2], name[3]): amount for name, amount in found.items() if name[0] == "cell" and name[1] is cell}
            yield cell, worth, numbers[cell]


def _numbers(asked: _Asked, on: frozenset[Cell], found: Mapping[Variable, Fraction]) -> dict[Cell, int] | None:
    """How many items each cell holds, so that every count lies where it should; None if they cannot."""
    filled = {name[1] for name, amount in found.items() if name[0] == "cell" and amount > 0}
    least = {cell: int(cell in filled) for cell in asked.cells}
    rows: list[Row[Cell]] = []
    for quantity, stretch in asked.quantities.items():
        if quantity.sort != "count":
            continue
        row = {cell: 1 for cell in asked.cells if quantity in cell.counted}
        held = 1 + sum(least[cell] for cell in row)
        rows.append((dict.fromkeys(row, -1), held - sum(stretch.after)))
        if stretch.until is not None:
            rows.append((dict(row), sum(stretch.until) - 1 - held))
    more = solve(rows)
    if more is None or any(number.denominator != 1 for number in more.values()):
        return None
    return {cell: least[cell] + int(more.get(cell, 0)) for cell in asked.cells}
