"""Every different way in which the totals of a region can count an earlier item, or not; the totals themselves are asked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Any

from workflows.facts import Facts, Item
from workflows.policy.proof.clauses import Atom
from workflows.policy.proof.regions import Cut, Measure, Quantity, Stretch, cut_of, regions_of_tags, stretches
from workflows.policy.proof.space import HERE, Space
from workflows.words import Direction, Disposition, Kind, State

Sizes = tuple[tuple[tuple[str, Measure], Stretch], ...]  # by currency and what is measured
ELSEWHERE = "elsewhere"
APART: dict[str, tuple[str, ...]] = {  # what an item must share with the thing asked about, by the key of a total
    "counterparty": ("declarant_id", "counterparty_group_id"),
    "declarant": ("declarant_id",),
    "person": ("counterparty_group_id", "outside"),
    "household": ("counterparty_group_id", "household"),
    "event": ("event",),
}
OTHER: dict[str, Any] = {
    "declarant_id": 2,
    "counterparty_group_id": 2,
    "outside": frozenset({ELSEWHERE}),
    "household": ELSEWHERE,
    "event": ELSEWHERE,
}


@dataclass(frozen=True, eq=False, slots=True)
class Cell:
    """Earlier items that the same totals and counts `counted`, each of such `sizes`; or further parts of the thing itself.

    A size is told for each currency and way of measuring in which some total leaves trifles out.
    """

    like: Item
    counted: frozenset[Quantity]
    sizes: Sizes
    is_part: bool = False

    @property
    def is_sized(self) -> bool:
        """Whether it matters how much one item is worth."""
        return any(size.after != (0, 0) or size.until for _, size in self.sizes)

    @property
    def most(self) -> int | None:
        """The largest value of one item, in minor units."""
        plain = [size for (_, measure), size in self.sizes if measure == Measure()]
        return min((size.until[0] - 1 + size.until[1] for size in plain if size.until is not None), default=None)


def cells(space: Space, together: Sequence[Quantity], plain: Facts, *, in_parts: bool) -> tuple[Cell, ...]:
    """The cells of the totals and counts `together` beside the facts `plain`.

    A further part of the thing counts wherever an item like it would; `in_parts` says that the difference matters, since a part
    is no item more, and what the declarant paid may be of all parts.
    """
    atoms = {quantity: space.together[quantity] for quantity in together}
    prototypes = tuple(_prototypes(plain, atoms))
    counted = {quantity: _counted(space, atom, plain, prototypes) for quantity, atom in atoms.items()}
    found: dict[tuple[frozenset[Quantity], Sizes], Cell] = {}
    for item in prototypes:
        by = [quantity for quantity in together if item.declaration_id in counted[quantity]]
        for sizes, in_it in _sizes(by, atoms, _of_an_item):
            if in_it:
                found.setdefault((in_it, sizes), Cell(item, in_it, sizes))
    if not in_parts:
        return tuple(found.values())
    totals = [quantity for quantity in together if quantity.sort == "total"]
    like = Item(**_like(plain), declaration_id=0, occurred_on=plain.filed_on)
    return (*found.values(), *(Cell(like, in_it, sizes, is_part=True) for sizes, in_it in _sizes(totals, atoms, _of_a_part)))


def _counted(space: Space, atom: Atom, plain: Facts, prototypes: tuple[Item, ...]) -> frozenset[int]:
    settings: Any = atom.condition.settings
    return frozenset(item.declaration_id for item in space.look(atom.side, plain, prototypes).earlier(settings))


def _of_an_item(measure: Measure) -> Measure:
    """What is measured of an earlier item: the share of one, whoever gave it."""
    return replace(measure, per_head=True, per_giver=False)


def _of_a_part(measure: Measure) -> Measure:
    """What is measured of a part: nothing is added to it, nor taken off."""
    return Measure(per_head=measure.per_head, per_giver=measure.per_giver)


def _sizes(
    by: Sequence[Quantity], atoms: Mapping[Quantity, Atom], measured: Callable[[Measure], Measure]
) -> Iterator[tuple[Sizes, frozenset[Quantity]]]:
    """The sizes of item which totals that leave trifles out tell apart, with those of `by` that count one of that size.

    What is small in one currency, or less what was paid, need not be small in another or before it.
    """
    trifles = {quantity: atoms[quantity].cuts.trifle for quantity in by}
    ways = {quantity: (quantity.currency, measured(quantity.measure)) for quantity, trifle in trifles.items() if trifle}
    edges: dict[tuple[str, Measure], set[Cut]] = {}
    for quantity, way in ways.items():
        edges.setdefault(way, set()).add(cut_of(*(trifles[quantity] or ("", 0))))
    for some in product(*(stretches(of) for of in edges.values())):
        size = dict(zip(edges, some, strict=True))
        kept = {each for each, trifle in trifles.items() if trifle is None or not size[ways[each]].passes(*trifle)}
        yield tuple(size.items()), frozenset(kept)


def _prototypes(plain: Facts, atoms: Mapping[Quantity, Atom]) -> Iterator[Item]:
    """An item for each combination of what the totals can tell apart."""
    settings: list[Any] = [atom.condition.settings for atom in atoms.values()]
    kinds = [plain.kind, *sorted({kind for each in settings for kind in each.kinds} - {plain.kind})]
    ways = [plain.direction]
    if any(each.both_directions for each in settings):
        ways += [way for way in (*Direction, None) if way is not plain.direction]
    left_out = sorted({word for each in settings for word in each.leave_out})
    tags = regions_of_tags([each.leave_out for each in settings])
    forms = {word for atom in atoms.values() for word in atom.side.words(atom.condition.settings.forms)}  # type: ignore[attr-defined]
    dispositions = [Disposition.KEPT, *(word for word in Disposition if word.value in left_out)]
    hosts = (True, False) if any(atom.side.policy.host_absent_is_gift for atom in atoms.values()) else (True,)
    all_forms = list(dict.fromkeys([plain.form, None, *sorted({*forms, *left_out})])) if forms or left_out else [plain.form]
    occasions = [plain.occasion, ELSEWHERE] if any(each.stated for each in settings) else [plain.occasion]
    of_each = product(_days(plain, settings), kinds, ways, tags, all_forms, dispositions, hosts, occasions)
    names = ("occurred_on", "kind", "direction", "exempt", "form", "disposition", "host_present", "occasion")
    same, apart = _like(plain), list(_apart(settings))
    likely = (dict(zip(names, each, strict=True)) for each in of_each if each[6] or each[1] is Kind.ENTERTAINMENT)
    for number, (each, other) in enumerate(product(likely, apart), 1):
        yield Item(**{**same, **each, **other, "declaration_id": number})


def _days(plain: Facts, settings: list[Any]) -> list[date]:
    """A day within every window, and one for each window that reaches back further."""
    last = plain.occurred_on or plain.filed_on
    firsts = sorted({each.window(last).first for each in settings}, reverse=True)
    days = [last - timedelta(days=min(20, (last - firsts[0]).days))] if firsts else [last]
    return days + [first - timedelta(days=1) for first in firsts[:-1]]


def _apart(settings: list[Any]) -> Iterator[dict[str, Any]]:
    """In what an item may differ from the thing asked about: nothing, or where totals have different keys, what only some join."""
    keys = {each.per for each in settings}
    fields = sorted({field for key in keys for field in APART[key]}) if len(keys) > 1 else []
    for other in product((False, True), repeat=len(fields)):
        yield {field: OTHER[field] for field, is_other in zip(fields, other, strict=True) if is_other}


def _like(plain: Facts) -> dict[str, Any]:
    """What an item shares with the thing asked about."""
    return {
        "number": "",
        "declarant_id": plain.declarant_id,
        "kind": plain.kind,
        "direction": plain.direction,
        "counterparty_group_id": plain.counterparty_group_id,
        "counterparty_class": plain.counterparty_class,
        "value": None,
        "base": None,
        "form": None,
        "disposition": Disposition.KEPT,
        "state": State.RECORDED,
        "outside": frozenset({HERE}),
        "event": HERE,
        "household": HERE,
    }
