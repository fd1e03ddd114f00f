"""Values and earlier items that meet a region: whether its totals and shares can go together at all, and in which sums."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations, islice
from math import ceil, floor

from workflows.money import exponent
from workflows.policy.proof.cells import Cell, cells
from workflows.policy.proof.inequalities import Asked, Met, attempt
from workflows.policy.proof.regions import Quantity, Stretch
from workflows.policy.proof.space import Region, Space

READ = frozenset("kind direction host exempt form disposition value day paid givers occasion separable".split())
OF_ITEMS = frozenset("kind direction form day occasion".split())  # what earlier items are held beside
MOST_SHARES, MOST_CELLS = 40, 8
MOST_ATTEMPTS = 200  # at one region: what shows it is found within a hundred, and nobody waits for the rest
USUAL = 100  # units of money a thing is worth where no limit says otherwise


class Sums:
    """Answers for the regions of one space, each worked out once."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._cells: dict[object, tuple[Cell, ...]] = {}
        self._known: dict[object, bool] = {}

    def meet(self, region: Region) -> tuple[Region, Met] | None:
        """Amounts that lie in `region`, and the region with the day they do so; None if none can."""
        doubtful: tuple[Region, Met] | None = None
        for there, asked, givers in self._asked(region):
            met = _met(asked, givers) if self._might(asked, givers) else None
            if met is not None and met.heads:
                return there, met
            if met is not None:
                doubtful = doubtful or (there, met)
        return doubtful

    def might(self, region: Region) -> bool:
        """Whether amounts may lie in `region`; a no is certain."""
        return any(self._might(asked, givers) for _, asked, givers in self._asked(region))

    def _asked(self, region: Region) -> Iterator[tuple[Region, Asked, int | None]]:
        quantities = {axis: stretch for axis, stretch in region.items() if isinstance(axis, Quantity)}
        together = tuple(quantity for quantity in quantities if quantity.sort in ("total", "count"))
        currencies = tuple(sorted({quantity.currency for quantity in quantities if quantity.currency})) or ("EUR",)
        for day in self._space.days(region, together) if together else (region.get("day"),):
            there = region if day is None else {**region, "day": day}
            plain = self._space.facts(there, READ)
            asked = Asked(quantities, plain, region.get("paid"), (), currencies)
            in_parts = asked.tells_own_share or any(quantity.sort == "count" for quantity in together)
            like, in_parts = self._space.facts(there, OF_ITEMS), in_parts and plain.value is not None
            of = (like, frozenset(together), in_parts)
            if of not in self._cells:
                self._cells[of] = cells(self._space, together, like, in_parts=in_parts)
            yield there, replace(asked, cells=self._cells[of]), region.get("givers")

    def _might(self, asked: Asked, givers: int | None) -> bool:
        key = (asked.plain, asked.paid, givers, frozenset(asked.quantities.items()))
        if key not in self._known:
            shares = _shares(asked, givers)
            of = [replace(asked, heads=heads, givers=among) for heads, among in shares]
            if len(of) > 1 or (of and _is_sized(asked)):
                of = [replace(asked, loose=True)]
            self._known[key] = any(attempt(each, on) is not None for each in of for on in _supports(asked, sized=False))
        return self._known[key]


def _met(asked: Asked, givers: int | None) -> Met | None:
    shares, unit = _shares(asked, givers), 10 ** exponent(asked.currencies[0])
    tried = [(Fraction(unit), USUAL * unit), (Fraction(unit), 0), (Fraction(1), 0), (Fraction(1, 2), 0), (asked.step, 0)]
    certain = len(shares) <= 1 and (not _is_sized(asked) or len(asked.cells) <= MOST_CELLS)
    certain = certain and all(len(cell.sizes) < 2 for cell in asked.cells)
    ways = (
        (replace(asked, heads=heads, givers=among, step=step, worth=worth), on)
        for step, worth in tried
        for heads, among in shares
        for on in _supports(asked, sized=_is_sized(asked))
    )
    for of, on in islice(ways, MOST_ATTEMPTS):
        met = attempt(of, on)
        if met is not None and met.heads:
            return met
        certain = certain and met is None
    return None if certain and next(ways, None) is None else Met(0)


def _shares(asked: Asked, givers: int | None) -> list[tuple[int, int]]:
    """Among how many heads and givers the thing may be shared: one, unless the region compares both whole and share."""
    stretch = asked.quantities.get(Quantity("heads"))
    of_head = {q.measure.per_head and q.sort != "own_share" for q in asked.quantities if q.sort not in ("count", "heads")}
    of_head |= {False for q in asked.quantities if q.measure.less_own_share}
    of_giver = {q.measure.per_giver for q in asked.quantities if q.sort not in ("count", "heads")}
    limits = sorted({cut[0] for s in asked.quantities.values() for cut in (s.after, s.until) if cut and cut[0]})
    ratios = {round_(Fraction(a, b)) for a in limits for b in limits if a > b for round_ in (floor, ceil)}
    likely = sorted({1, 2, 3, *ratios, *(ratio + 1 for ratio in ratios)})[:MOST_SHARES]
    heads = likely if len(of_head) > 1 else [1]
    if stretch is not None:
        edges = {cut[0] + more for cut in (stretch.after, stretch.until) if cut for more in (-1, 0, 1)}
        heads = [number for number in sorted({*likely, *edges}) if number >= 1 and _lies_in(number, stretch)]
    among = likely if len(of_giver) > 1 else [1]
    if givers is not None:
        among = [1] if givers == 1 else [number for number in likely if number > 1]
    return [(head, giver) for giver in among for head in heads]


def _lies_in(number: int, stretch: Stretch) -> bool:
    return number >= sum(stretch.after) and (stretch.until is None or number < sum(stretch.until))


def _is_sized(asked: Asked) -> bool:
    """Whether it matters how much one item of a cell is worth."""
    return any(cell.is_sized for cell in asked.cells)


def _supports(asked: Asked, *, sized: bool) -> Iterator[frozenset[Cell]]:
    """Which cells hold anything, few before many.

    Sums alone are met with all cells or not at all, and best with none. Where items are counted too, no more cells are needed than
    there are totals (of more, some can be emptied into the others, after Carathéodory); where sizes matter, every choice of a
    few cells is tried.
    """
    together = [quantity for quantity in asked.quantities if quantity.sort in ("total", "count")]
    counted = any(quantity.sort == "count" for quantity in together)
    if not counted and not sized:
        whole = frozenset(cell for cell in asked.cells if not cell.is_part)
        return iter(dict.fromkeys([frozenset[Cell](), whole, frozenset(asked.cells)]))
    most = len(asked.cells) if sized and len(asked.cells) <= MOST_CELLS else min(len(asked.cells), len(together) + 1)
    return (frozenset(some) for some in chain.from_iterable(combinations(asked.cells, size) for size in range(most + 1)))
