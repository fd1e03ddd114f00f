"""The space two policies are compared in: the axes and their regions, and whether a condition holds in a region."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from workflows.facts import Facts, Item
from workflows.money import Money, Rates
from workflows.policy.amounts import Trifle
from workflows.policy.assess import look_at
from workflows.policy.look import Look
from workflows.policy.proof.clauses import Atom, Clause
from workflows.policy.proof.regions import (
    AHEAD,
    ALL,
    DUE,
    IN_TIME,
    LATE,
    LATE_AS_AMENDED,
    NOTHING,
    Choice,
    Cut,
    Quantity,
    Side,
    choices,
    cut_of,
    stretches,
)
from workflows.policy.sound import ONE_OFF, unsound
from workflows.words import Direction, Kind, ValueBasis

Axis = str | Quantity
Region = Mapping[Axis, Choice]
DECLARANT = FIRM = 1
HERE = "here"  # the household, the event and the outside person all belong to the thing asked about
FIELDS = {"class": "counterparty_class", "host": "host_present", "percent": "percent_hundredths"}
OF_ITSELF = frozenset({"days", "day", "value", "paid", "quiet", "separable", "company_country"})
CYCLE = 1461  # days after which the calendar begins again


class Space:
    """The axes of all `asked` clauses with their regions; answers are worked out once, by the predicates themselves."""

    def __init__(self, sides: tuple[Side, Side], asked: Iterable[Clause], since: date) -> None:
        self.sides, self._since = sides, since
        self.together: dict[Quantity, Atom] = {}  # a condition that asks each total
        self._of_day: dict[str, Callable[[date], Hashable]] = {}
        self._windows: dict[str, Any] = {}
        self._days_of: dict[frozenset[str], tuple[date, ...]] = {}
        self._known: dict[tuple[str, tuple[Choice, ...]], bool] = {}
        self._counted_as: dict[tuple[bool, tuple[Choice, ...]], frozenset[Kind]] = {}
        asked = tuple(asked)
        marks: dict[str, set[Hashable]] = {axis: set() for clause in asked for axis in clause.axes}
        cuts: dict[Quantity, set[Cut]] = {}
        for atom in [atom for clause in asked for atom, _ in clause.tests]:
            for axis, mark in atom.cuts.axes.items():
                marks.setdefault(axis, set()).add(mark)
            for quantity, comparison in _compared(atom):
                cuts.setdefault(quantity, set()).add(cut_of(*comparison))
            if atom.is_together and atom.cuts.quantity:
                self.together[atom.cuts.quantity] = atom
            if "day" in atom.cuts.axes:
                self._of_day[str(atom.cuts.axes["day"])] = self._day_reader(atom)
            if atom.cuts.window:
                self._windows[atom.cuts.window] = atom.condition.settings
        self.regions: dict[Axis, tuple[Choice, ...]] = {quantity: stretches(of) for quantity, of in cuts.items()}
        for axis, of in marks.items():
            self.regions[axis] = self._different_days([]) if axis == "day" else choices(axis, frozenset(of))

    def _day_reader(self, atom: Atom) -> Callable[[date], Hashable]:
        """What of a day the condition depends on: whether it is in season, or whose filing ends first."""
        if atom.cuts.axes["day"] == DUE:
            return lambda day: tuple(self._ends_first(kind, day) for kind in Kind)
        return lambda day: atom.condition.ask(self.look(atom.side, self._on(day))).holds

    def _ends_first(self, kind: Kind, day: date) -> bool:
        code, amended = (side.policy.filing_due(kind, day) for side in self.sides)
        return amended is not None and (code is None or amended < code)

    def told_first(self, axis: Axis, region: Region) -> Axis:
        """`axis`, or the one to be known before it."""
        return "day" if self._on_which_day(axis == "days") and "day" not in region else axis

    def _on_which_day(self, filing: bool) -> bool:
        """Whether a question about when a thing was filed cannot be answered without its day: that says whose filing ends first."""
        return filing and DUE in self._of_day

    def days(self, region: Region, quantities: Iterable[Quantity]) -> tuple[date, ...]:
        """A day for each way in which the windows of `quantities` can lie in one another, like that of `region` if it has one."""
        windows = frozenset(self.together[quantity].cuts.window for quantity in quantities if quantity in self.together)
        if windows not in self._days_of:
            self._days_of[windows] = self._different_days([self._windows[window] for window in sorted(windows)])
        like = tuple(of(region["day"]) for of in self._of_day.values()) if "day" in region else None
        days = self._days_of[windows]
        return tuple(day for day in days if like is None or like == tuple(of(day) for of in self._of_day.values()))

    def _different_days(self, windows: list[Any]) -> tuple[date, ...]:
        found: dict[Hashable, date] = {}
        for number in range(CYCLE if len(windows) > 1 or self._of_day else 1):
            day = self._since + timedelta(days=number)
            firsts = [window.window(day).first for window in windows]
            order = sorted({*firsts, day + timedelta(days=1)})
            places = tuple(order.index(first) for first in firsts)
            found.setdefault((places, tuple(of(day) for of in self._of_day.values())), day)
        finest = sorted(found, key=lambda read: -len(set(read[0])))  # type: ignore[index]
        return tuple(found[read] for read in finest)

    def asked(self, clause: Clause, region: Region) -> bool | Axis:
        """Whether the clause matches in `region`, or the axis that must be known first. What is unclear is not counted on."""
        if clause.unclear:
            return False
        for axis in clause.axes:
            if axis not in region:
                return axis
        if self._kinds(clause, region).isdisjoint(clause.rule.kind_set):
            return False
        if clause.rule.directions and region["direction"] not in clause.rule.directions:
            return False
        wanting: Axis | None = None
        for atom, wanted in clause.tests:
            answer = self.holds(atom, region)
            if isinstance(answer, bool):
                if answer is not wanted:
                    return False
            elif wanting is None:
                wanting = answer
        return True if wanting is None else wanting

    def _kinds(self, clause: Clause, region: Region) -> frozenset[Kind]:
        asked = clause.side.amended, tuple(region[axis] for axis in clause.axes)
        if asked not in self._counted_as:
            self._counted_as[asked] = self.look(clause.side, self.facts(region, clause.axes)).kinds
        return self._counted_as[asked]

    def holds(self, atom: Atom, region: Region) -> bool | Axis:
        """Whether the condition holds in `region`, or the axis that must be known first."""
        for axis in atom.axes:
            if axis not in region:
                return axis
        cuts = atom.cuts
        quantity, comparison = cuts.quantity, cuts.comparison
        if cuts.by_country is not None:
            if region["country"] not in cuts.by_country:
                return False
            quantity, comparison = cuts.by_country[region["country"]]
        if quantity is None:
            return self._plain(atom, region)
        if atom.is_together:
            counts = self._counts(atom, region)
            if counts is not True:
                return counts
        elif quantity.sort == "own_share":
            if region["paid"] == NOTHING:
                return False
        elif quantity.sort != "heads" and region.get("value") is False:
            return False  # only how many share it is known of a thing of no known value
        if quantity not in region:
            return quantity
        passes: bool = region[quantity].passes(*comparison)
        return passes

    def _counts(self, atom: Atom, region: Region) -> bool | Axis:
        """Whether the thing asked about counts in the total, or the axis that must be known first."""
        if isinstance(atom.condition.settings, Trifle) and not region["value"]:
            return False
        if not self._plain(atom, region):
            return False
        if atom.cuts.trifle is None or not region["value"]:
            return True
        if atom.now not in region:
            return atom.now
        return not region[atom.now].passes(*atom.cuts.trifle)

    def _plain(self, atom: Atom, region: Region) -> bool:
        """What the predicate itself says; of a total, whether the thing asked about is of its sort."""
        axes = (*atom.axes, "day") if self._on_which_day("days" in atom.axes) else atom.axes
        asked = (atom.key, tuple(region[axis] for axis in axes))
        if asked not in self._known:
            look = self.look(atom.side, self.facts(region, axes), country=region.get("company_country"))
            settings: Any = atom.condition.settings
            self._known[asked] = look.counts_now(settings) if atom.is_together else atom.condition.ask(look).holds
        return self._known[asked]

    def look(self, side: Side, facts: Facts, items: tuple[Item, ...] = (), country: str | None = None) -> Look:
        """What the predicates are given on a side."""
        company = side.company if country is None else replace(side.company, country=country)
        return look_at(facts, items=items, policy=side.policy, rates=Rates({}), company=company)

    def _on(self, day: date) -> Facts:
        return Facts(kind=Kind.GIFT, declarant_id=DECLARANT, filed_on=day, occurred_on=day)

    def facts(self, region: Region, axes: Iterable[Axis] | None = None) -> Facts:
        """Facts that lie in `region`, of which only `axes` count if given; all amounts but a token value are left to the sums."""
        kept = {axis: value for axis, value in region.items() if isinstance(axis, str) and (axes is None or axis in axes)}
        kind, when, known = kept.get("kind", Kind.GIFT), kept.get("days", IN_TIME), kept.get("value", True)
        day, worth = kept.get("day", self._since), Money(2, "EUR") if known else None
        usual = Direction.GIVEN if kind is Kind.GIFT and when == AHEAD else Direction.RECEIVED
        stated: dict[str, Any] = {FIELDS.get(axis, axis): value for axis, value in kept.items() if axis not in OF_ITSELF}
        plain: dict[str, Any] = {
            "kind": kind,
            "declarant_id": DECLARANT,
            "filed_on": self._filed(kind, day, when),
            "occurred_on": day,
            "direction": usual if kind in ONE_OFF else None,
            "counterparty_group_id": FIRM,
            "value": worth,
            "value_basis": ValueBasis.KNOWN if known else ValueBasis.UNKNOWN,
            "own_share": _paid(kept.get("paid", NOTHING), worth),
            "quiet_periods": ((day, day),) if kept.get("quiet") else (),
            "parts": (Money(1, "EUR"), Money(1, "EUR")) if kept.get("separable") else (),
            "separable": kept.get("separable", False),
            "outside": frozenset({HERE}),
            "event": HERE,
            "household": HERE,
        }
        return Facts(**(plain | stated))

    def _filed(self, kind: Kind, day: date, when: str) -> date:
        """A day of filing, for an event on `day`, that is as early or late as said on both sides."""
        code, amended = (side.policy.filing_due(kind, day) for side in self.sides)
        match when, code, amended:
            case (_, _, _) if when == AHEAD:
                return day - timedelta(days=1)
            case (_, _, date()) if when == LATE_AS_AMENDED:
                return amended + timedelta(days=1)
            case (_, date(), _) if when == LATE:
                return code + timedelta(days=1)
        return day

    def impossible(self, region: Region) -> bool:
        """Whether nothing that a policy can answer lies in `region`, as far as one can see before the sums."""
        facts = self.facts(region)
        return self._filed_when(facts) != region.get("days", IN_TIME) or any(True for _ in unsound(facts))

    def _filed_when(self, facts: Facts) -> str:
        code, amended = (self.look(side, facts).days_late > 0 for side in self.sides)
        if facts.in_future():
            return AHEAD
        return LATE if code else LATE_AS_AMENDED if amended else IN_TIME


def _compared(atom: Atom) -> Iterable[tuple[Quantity, tuple[str, int]]]:
    """Every quantity the condition compares, and with what."""
    if atom.cuts.quantity is not None:
        yield atom.cuts.quantity, atom.cuts.comparison
    yield from (atom.cuts.by_country or {}).values()
    if atom.cuts.trifle is not None:
        yield atom.now, atom.cuts.trifle


def _paid(paid: str, worth: Money | None) -> Money | None:
    if paid == NOTHING:
        return None
    return worth if paid == ALL else Money(0 if worth is None else 1, "EUR")
