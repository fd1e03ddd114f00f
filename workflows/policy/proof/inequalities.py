"""A region as inequalities between sums: what the thing is worth, what was paid of it, and what earlier items come to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from workflows.facts import Facts
from workflows.policy.proof.cells import Cell
from workflows.policy.proof.regions import ALL, NOTHING, PART, Measure, Quantity, Stretch
from workflows.policy.proof.solve import Row, solve

Variable = tuple[Any, ...]
Sum = dict[Variable, int | Fraction]
Amounts = Mapping[tuple[str, str], Fraction]  # (what it is: value, tax, delivery or own, currency) → minor units


@dataclass(frozen=True, slots=True)
class Met:
    """Amounts that meet a region; `heads` 0 where it cannot be told that any do, nor that none can."""

    heads: int
    givers: int = 1
    amounts: Amounts = field(default_factory=dict)
    items: tuple[tuple[Cell, Amounts, int], ...] = ()  # what the items of a cell come to, and how many they are


@dataclass(frozen=True, slots=True)
class Asked:
    """A region as far as sums go, and among how many they are shared; `step` is how far past a limit amounts are looked for.

    With `loose` a share has nothing to do with the whole but that it is no more, and an item of a cell may be of any size: then
    what cannot be met cannot be met at all.
    """

    quantities: Mapping[Quantity, Stretch]
    plain: Facts
    paid: str | None
    cells: tuple[Cell, ...]
    currencies: tuple[str, ...]
    heads: int = 1
    givers: int = 1
    step: Fraction = Fraction(1, 1000)  # limits are whole: what can be met past them can be met by this
    worth: int = 0  # what it should be worth at the least, to be a likely thing
    loose: bool = False

    @property
    def tells_own_share(self) -> bool:
        """Whether anything is said of what the declarant paid."""
        return self.paid is not None or any(q.measure.less_own_share or q.sort == "own_share" for q in self.quantities)


def attempt(asked: Asked, on: frozenset[Cell], taken: Mapping[Variable, bool] | None = None) -> Met | None:
    """Amounts that meet the region if only the cells `on` hold anything; None if none can.

    What the declarant paid is taken off a share, or leaves nothing of it. Sums alone cannot say which: where the amounts found
    leave another rest than that, both are tried, and `taken` has what is being tried.
    """
    rows: list[Row[Variable]] = []
    rests: dict[Variable, Sum] = {}
    for quantity, stretch in asked.quantities.items():
        if quantity.sort not in ("count", "heads"):
            rows += _between(_sum(asked, quantity, on, rows, rests), stretch, asked.step)
            rows += _of_a_nought(asked, quantity, stretch)
    for rest, is_left in (taken or {}).items():
        off = {**{name: -part for name, part in rests[rest].items()}, ("now", "own", rest[2]): 1} if is_left else {}
        rows.append(({rest: 1, **off}, 0))
    for currency in asked.currencies:
        rows += _of_the_thing(asked, on, currency)
    for cell in on:
        rows += _of_a_cell(asked, cell)
    found = solve(rows)
    wrong = _wrong_rest(found, rests) if found is not None else None
    if wrong is not None:
        tried = [attempt(asked, on, {**(taken or {}), wrong: is_left}) for is_left in (True, False)]
        return max((met for met in tried if met is not None), key=lambda met: met.heads, default=None)
    numbers = _numbers(asked, on, found) if found is not None else None
    if found is None or numbers is None:
        return None
    if len(numbers) < len(asked.cells):
        return Met(0)
    scale = 1 if asked.loose else _scale(found)
    amounts = {(name[1], name[2]): amount * scale for name, amount in found.items() if name[0] == "now"}
    return Met(0 if asked.loose else asked.heads * scale, asked.givers, amounts, tuple(_held(asked, found, numbers, scale)))


def _of_a_nought(asked: Asked, quantity: Quantity, stretch: Stretch) -> Iterator[Row[Variable]]:
    """However many share it, a share of nothing is one of nothing; to have paid nothing is another matter."""
    measure = quantity.measure
    of_value = measure.per_head and not measure.less_own_share and quantity.sort != "own_share"
    if asked.loose and of_value and stretch.until == (0, 1):
        yield {("now", "value", quantity.currency): 1}, 0


def _wrong_rest(found: Mapping[Variable, Fraction], rests: Mapping[Variable, Sum]) -> Variable | None:
    """A rest that is not what the share less what was paid comes to."""
    for rest, share in rests.items():
        due = sum((part * found[name] for name, part in share.items()), Fraction(0)) - found["now", "own", rest[2]]
        if found[rest] != max(due, 0):
            return rest
    return None


def _sum(asked: Asked, quantity: Quantity, on: frozenset[Cell], rows: list[Row[Variable]], rests: dict[Variable, Sum]) -> Sum:
    """What the quantity adds up from; rows that tie its parts together are added to `rows`, shares less what was paid to `rests`."""
    currency, measure = quantity.currency, quantity.measure
    if quantity.sort == "own_share":
        return {("now", "own", currency): 1}
    added = [name for name, is_added in (("tax", measure.with_tax), ("delivery", measure.with_delivery)) if is_added]
    now = _now(asked, quantity, on, added, rows, rests) if asked.plain.value is not None else {}
    if quantity.sort == "single":
        return now
    for cell in on:
        if quantity in cell.counted:
            now |= _of_parts(asked, cell, currency, measure, rows) if cell.is_part else _of_items(cell, currency, measure)
    return now


def _now(
    asked: Asked, quantity: Quantity, on: frozenset[Cell], added: list[str], rows: list[Row[Variable]], rests: dict[Variable, Sum]
) -> Sum:
    """What the thing itself comes to, as the quantity measures it."""
    currency, measure = quantity.currency, quantity.measure
    among = (asked.heads if measure.per_head else 1) * (asked.givers if measure.per_giver else 1)
    share: Sum = {("now", name, currency): Fraction(1, among) for name in ("value", *added)}
    if asked.loose and (measure.per_head or measure.per_giver):
        share = {("share", name, measure.per_head, measure.per_giver, currency): 1 for name in ("value", *added)}
        rows += [({each: 1, ("now", each[1], currency): -1}, 0) for each in share]
    if not measure.less_own_share or any(cell.is_part for cell in on):  # of several parts nothing is taken off
        return share
    left: Sum = {("left of", measure, currency): 1}  # not less than what remains, nor more than the share: never below nothing
    rests["left of", measure, currency] = share
    rows.append((left | {name: -part for name, part in share.items()}, 0))
    rows.append(({**share, ("now", "own", currency): -1, ("left of", measure, currency): -1}, 0))
    return left


def _of_parts(asked: Asked, cell: Cell, currency: str, measure: Measure, rows: list[Row[Variable]]) -> Sum:
    """What further parts come to, of which the cell's value is the whole."""
    whole: Variable = ("cell", cell, "value", currency)
    if not asked.loose:
        return {whole: Fraction(1, (asked.heads if measure.per_head else 1) * (asked.givers if measure.per_giver else 1))}
    if not (measure.per_head or measure.per_giver):
        return {whole: 1}
    share: Variable = ("share of parts", cell, measure.per_head, measure.per_giver, currency)
    rows.append(({share: 1, whole: -1}, 0))
    return {share: 1}


def _of_items(cell: Cell, currency: str, measure: Measure) -> Sum:
    """What items come to; what was paid is taken off each, down to nothing, so that it matters what was added before."""
    wanted = {"tax": measure.with_tax, "delivery": measure.with_delivery, "others": not measure.per_head}
    added = tuple(name for name, is_added in wanted.items() if is_added)
    left: Sum = {("cell", cell, name, currency): 1 for name in ("value", *added)}
    return left | ({("cell", cell, "own", currency, added): -1} if measure.less_own_share else {})


def _of_a_cell(asked: Asked, cell: Cell) -> Iterator[Row[Variable]]:
    """What the sizes of a cell say, and that no more is taken off its items than there is."""
    more: list[Row[Variable]] = []
    for (currency, measure), size in () if asked.loose else cell.sizes:
        one = _of_parts(asked, cell, currency, measure, more) if cell.is_part else _of_items(cell, currency, measure)
        of_one = len(cell.sizes) > 1  # sizes told in several ways are those of one item; in one way, of as many as are needed
        yield from _between(one, size if of_one else Stretch(size.after, None), asked.step)
    for quantity in () if cell.is_part else cell.counted & asked.quantities.keys():
        if quantity.measure.less_own_share:
            yield {name: -number for name, number in _of_items(cell, quantity.currency, quantity.measure).items()}, 0


def _of_the_thing(asked: Asked, on: frozenset[Cell], currency: str) -> Iterator[Row[Variable]]:
    """What is paid by the declarant, of what it is worth with all its parts."""
    own, value = ("now", "own", currency), ("now", "value", currency)
    if asked.paid == NOTHING:
        yield {own: 1}, 0
    if asked.plain.value is None:
        return
    parts: Sum = {("cell", cell, "value", currency): -1 for cell in on if cell.is_part}
    if asked.worth:
        yield {value: -1}, -asked.worth
    if asked.tells_own_share:
        yield {own: 1, value: -1, **parts}, -asked.step if asked.paid == PART else 0
        if asked.paid == ALL:
            yield {own: -1, value: 1, **{part: -number for part, number in parts.items()}}, 0


def _between(row: Sum, stretch: Stretch, step: Fraction) -> Iterator[Row[Variable]]:
    limit, above = stretch.after
    if (limit, above) != (0, 0):
        yield {name: -number for name, number in row.items()}, -(limit + above * step)
    if stretch.until is not None:
        limit, above = stretch.until
        yield row, limit - (1 - above) * step


def _scale(found: Mapping[Variable, Fraction]) -> int:
    """A share of half a cent is a cent among two."""
    of_it = (name[0] == "now" or (name[0] == "cell" and name[1].is_part) for name in found)
    return max((amount.denominator for amount, is_of_it in zip(found.values(), of_it, strict=True) if is_of_it), default=1)


def _held(
    asked: Asked, found: Mapping[Variable, Fraction], numbers: Mapping[Cell, int], scale: int
) -> Iterator[tuple[Cell, Amounts, int]]:
    for cell in asked.cells:
        if numbers[cell]:
            worth: dict[tuple[str, str], Fraction] = {}
            for name, amount in found.items():
                if name[0] == "cell" and name[1] is cell:
                    worth[name[2], name[3]] = max(worth.get((name[2], name[3]), amount), amount)
            yield cell, {name: amount * scale for name, amount in worth.items()} if cell.is_part else worth, numbers[cell]


def _numbers(asked: Asked, on: frozenset[Cell], found: Mapping[Variable, Fraction]) -> dict[Cell, int] | None:
    """How many items each cell holds, so that every count lies where it should; None if they cannot, nothing if only halves do.

    What is looked at in parts stays so where they are worth nothing.
    """
    filled = {name[1] for name, amount in found.items() if name[0] == "cell" and amount > 0}
    filled |= {cell for cell in on if cell.is_part}
    least = {cell: int(cell in filled) for cell in asked.cells}
    rows: list[Row[Cell]] = []
    for quantity, stretch in asked.quantities.items():
        if quantity.sort != "count":
            continue
        row = [cell for cell in asked.cells if quantity in cell.counted]
        held = 1 + sum(least[cell] for cell in row)
        rows.append((dict.fromkeys(row, -1), held - sum(stretch.after)))
        if stretch.until is not None:
            rows.append((dict.fromkeys(row, 1), sum(stretch.until) - 1 - held))
    more = solve(rows)
    if more is None:
        return None
    if any(number.denominator != 1 for number in more.values()):
        return {}
    return {cell: least[cell] + int(more.get(cell, 0)) for cell in asked.cells}
