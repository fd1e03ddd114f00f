"""Conditions asked of many rows at once. Each answers NO, YES or OPEN, which leaves the row to the engine; none guesses.

Conditions on money and totals have a form of their own here. Every other one is the engine's predicate itself, asked once for all
rows that are alike in whatever it looks at.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from declarations import packing
from declarations.rehearsing.block import KINDS, Block
from declarations.rehearsing.glass import BY_ROW, Common, Glass, Unknown
from declarations.rehearsing.money import LARGE
from declarations.rehearsing.sums import distinct
from declarations.world import FARTHEST
from workflows.money import Rates
from workflows.policy import amounts
from workflows.policy.amounts import Count, Total
from workflows.policy.in_force import InForce
from workflows.policy.look import Look
from workflows.policy.predicates import PREDICATES
from workflows.policy.rules import Condition
from workflows.policy.tables import OPERATORS, Amount, Measured

NO, YES, OPEN = 0, 1, 2
NEVER = ("under", 0)  # nothing is too little to count
_UNREADABLE = (Unknown, TypeError, AttributeError)  # how a predicate stumbles that looks further than a glass shows
_COMPARE = {"over": np.greater, "at_least": np.greater_equal, "up_to": np.less_equal, "under": np.less}
Ask = Callable[[Glass], bool]


class Asking:
    """One policy's conditions, asked of a block. `here` is what predicates may know of the company."""

    def __init__(self, block: Block, policy: InForce, here: Mapping[str, str]) -> None:
        self.block, self.policy, self.max_age = block, policy, policy.max_age
        self.company: Any = _Here(here)
        self.currency = here["currency"]
        classes = tuple(sorted((name, tuple(sorted(members))) for name, members in policy.classes.items()))
        self.reading = (classes, policy.host_absent_is_gift)
        self.here = tuple(sorted(here.items()))

    def look(self, facts: Any) -> Look:
        """The engine's look at facts seen through a glass; what it has no business with is not there."""
        nothing: Any = None
        rates: Rates = nothing
        late: Any = None
        policy = self.policy
        return Look(facts, (), rates, self.company, policy.classes, policy.max_age, policy.host_absent_is_gift, late)

    # what rows have in common

    def table(self, name: object, ask: Ask) -> tuple[Any, frozenset[str]]:
        """For each profile what `ask` answers, and which of BY_ROW it looked at (then the table says OPEN)."""
        profiles = self.block.profiles

        def work() -> tuple[Any, frozenset[str], bool]:
            self.company.looked = False
            return *_table(profiles.commons, ask), self.company.looked

        answers, looked, of_company = profiles.once(("table", name, self.reading), work)
        if of_company:
            answers, looked, _ = profiles.once(("table", name, self.reading, self.here), work)
        return answers, looked

    def condition_table(self, condition: Condition) -> tuple[Any, frozenset[str]]:
        """For each profile what the condition answers, see `table`."""
        ask = PREDICATES[condition.name].ask
        settings = condition.settings
        return self.table(_named(condition), lambda facts: ask(self.look(facts), settings).holds)

    @staticmethod
    def has_form(condition: Condition) -> bool:
        """Whether the condition has a form of its own here, which looks at rows."""
        single = PREDICATES[condition.name].ask in (amounts.value, amounts.per_head)
        return single or condition.name == "filed_late" or isinstance(condition.settings, Total | Count)

    # what differs from row to row

    def told(self, condition: Condition, rows: Any) -> Any:
        """What the condition says of these rows: NO, YES or OPEN for each."""
        try:
            return self._told(condition, rows)
        except Unknown:
            return _open(rows)

    def _told(self, condition: Condition, rows: Any) -> Any:
        predicate, settings = PREDICATES[condition.name].ask, condition.settings
        if condition.name == "filed_late":
            return ((self.days_late()[rows] > 0) == settings.value).astype(np.int8)  # type: ignore[attr-defined]
        if predicate in (amounts.value, amounts.per_head):
            assert isinstance(settings, Amount)
            return self._single(settings, rows, per_head=predicate is amounts.per_head)
        if isinstance(settings, Total):
            return self._total(settings, rows, known_only=predicate is amounts.trifle)
        if isinstance(settings, Count):
            return self._count(settings, rows)
        return self._by_row(condition, rows)

    def stumbles(self, condition: Condition) -> Any | None:
        """Rows of the block for which the condition may lack a rate; None where there is none."""
        settings = condition.settings
        if not isinstance(settings, Amount) or not self.has_form(condition):
            return None
        currency = settings.limits.for_company(self.currency).currency
        lacking = self.block.whole(currency, self.max_age).failed
        if isinstance(settings, Total):
            try:
                lacking = lacking | self._before(settings, currency)[1]
            except Unknown:
                return None
        return lacking if lacking.any() else None

    def days_late(self) -> Any:
        """How many days after the last day on which filing was in time, 0 where it was."""
        stated = tuple(repr(document.filing) for document in self.policy.documents if document.filing)
        return self.block.once(("late", stated), lambda: self._days_late(stated))

    def _days_late(self, stated: object) -> Any:
        block, kinds = self.block, len(KINDS)
        asked, which = distinct(block.day.astype(np.int64) * kinds + block.profiles.kind[block.profile])
        due = [block.profiles.once(("due", stated, each), partial(self._due, each)) for each in map(int, asked)]
        late = block.filed - np.array(due, np.int64)[which]
        return np.where(block.profiles.undated[block.profile], 0, np.maximum(0, late))

    def _due(self, asked: int) -> int:
        day, kind = divmod(asked, len(KINDS))
        due = self.policy.filing_due(KINDS[kind], packing.day_of(day))
        return (due or date.max).toordinal() - packing.EPOCH

    def _by_row(self, condition: Condition, rows: Any) -> Any:
        """A predicate that looks at what a row says of itself: once for each that occurs."""
        _, looked = self.condition_table(condition)
        block, ask, settings = self.block, PREDICATES[condition.name].ask, condition.settings
        columns = {"occurred_on": block.day, "heads": block.heads, "in_future": block.in_future}
        codes, parts = block.profile[rows].astype(np.int64), {}
        for name in sorted(looked):
            parts[name], which = distinct(columns[name][rows].astype(np.int64))
            codes = codes * len(parts[name]) + which
        asked, which = distinct(codes)
        answers = []
        for code in map(int, asked):
            row: dict[str, Any] = {}
            for name in sorted(looked, reverse=True):
                code, place = divmod(code, len(parts[name]))
                row[name] = int(parts[name][place])
            if "occurred_on" in row:
                row["occurred_on"] = packing.day_of(row["occurred_on"])
            glass: Any = Glass(block.profiles.commons[code], row, set())
            try:
                answers.append(YES if ask(self.look(glass), settings).holds else NO)
            except _UNREADABLE:
                answers.append(OPEN)
        return np.array(answers, np.int8)[which]

    # money

    def _now(self, want: Measured, currency: str, rows: Any, *, per_head: bool) -> tuple[Any, Any, Any, Any]:
        """The thing's own amount as a fraction: numerator, denominator, whether there is one, whether it is OPEN."""
        block = self.block
        among = block.heads[rows] if per_head else np.ones(len(rows), np.int64)
        if want.per_giver:
            among = among * block.profiles.givers[block.profile[rows]]
        known = block.value[rows] != packing.NOTHING
        whole = block.whole(currency, self.max_age).minor[rows]
        numerator = np.where(known, np.maximum(whole, 0), 0)
        unclear = block.profiles.having(_needs(want) | {"parts"})[block.profile[rows]] | block.beyond[rows]
        return numerator, among, known, unclear

    def _single(self, want: Amount, rows: Any, *, per_head: bool) -> Any:
        limit = want.limits.for_company(self.currency)
        number, among, known, unclear = self._now(want, limit.currency, rows, per_head=per_head)
        holds = known & _COMPARE[want.operator](number, limit.minor * among)
        return np.where(unclear, OPEN, holds).astype(np.int8)

    def _total(self, want: Total, rows: Any, *, known_only: bool) -> Any:
        limit = want.limits.for_company(self.currency)
        before, _, odd, meant = self._before(want, limit.currency)
        number, among, known, unclear = self._now(want, limit.currency, rows, per_head=not want.whole)
        small = known & _is_trifle(self._least(want, limit.currency), number, among)
        counts = meant[self.block.profile[rows]] & ~small
        together = before[rows] * among + np.where(small, 0, number)
        holds = counts & _COMPARE[want.operator](together, limit.minor * among)
        unclear |= odd[rows] | (np.abs(before[rows]) > 100 * LARGE)
        if known_only:
            holds, unclear = holds & known, unclear & known
        return np.where(unclear, OPEN, holds).astype(np.int8)

    def _least(self, want: Total, currency: str) -> tuple[str, int]:
        """What is too little to count, in `currency`. Raises Unknown where it would have to be converted day by day."""
        if want.trifles is None:
            return NEVER
        stated = want.trifles[1].for_company(currency)
        if stated.currency != currency:
            raise Unknown("a limit in another currency")
        return want.trifles[0], stated.minor

    def _before(self, want: Total, currency: str) -> tuple[Any, Any, Any, Any]:
        """For each row of the block: what came together before it, whether a rate is missing for that, whether it is OPEN; and which
        profiles count. Raises Unknown where it has no form."""
        name = ("before", _rest(want), currency, self.max_age, self.reading)
        return self.block.once(name, lambda: self._sum(want, currency))  # type: ignore[no-any-return]

    def _sum(self, want: Total, currency: str) -> tuple[Any, Any, Any, Any]:
        block, least = self.block, self._least(want, currency)
        meant, counted = self._counted(want)
        share = block.share(currency, self.max_age)
        known = counted & (share.minor != packing.NOTHING)
        weights = np.where(known & ~_is_trifle(least, share.minor, 1), share.minor, 0)
        weights = np.maximum(weights, 0) * (block.heads if want.whole else 1)
        needs = _needs(want) | ({"occasion"} if want.stated else set())
        odd = counted & (block.profiles.having(needs)[block.profile] | block.beyond)
        sums = self._windows(want)
        none = np.zeros(len(weights), bool)
        lacking = sums(known & share.failed) > 0 if share.failed.any() else none
        return sums(weights), lacking, sums(odd) > 0 if odd.any() else none, meant

    def _count(self, want: Count, rows: Any) -> Any:
        name = ("count", _rest(want), self.reading)
        earlier, meant = self.block.once(name, lambda: self._number(want))
        counts = meant[self.block.profile[rows]]
        holds = counts & _COMPARE[want.operator](earlier[rows] + counts, getattr(want, want.operator))
        return holds.astype(np.int8)

    def _number(self, want: Count) -> tuple[Any, Any]:
        meant, counted = self._counted(want)
        return self._windows(want)(counted), meant

    def _counted(self, want: Total | Count) -> tuple[Any, Any]:
        """Which profiles count in the total, as the thing itself and as an earlier one, and which rows. Raises Unknown."""
        block = self.block
        if want.per not in ("counterparty", "declarant"):
            raise Unknown(want.per)
        table, looked = self.table(("counts", _rest(want)), lambda facts: self.look(facts).counts_now(want))
        if looked or (table == OPEN).any():
            raise Unknown("what counts")
        counted = (table == YES)[block.profile]
        return table == YES, counted & (block.group >= 0) if want.per == "counterparty" else counted

    def _windows(self, want: Total | Count) -> Callable[[Any], Any]:
        """Sums over the windows of `want`, of any weights."""

        def first(on: date) -> date:
            window = want.window(on)
            if window.last != on:
                raise Unknown("a window that does not end on its day")
            return max(window.first, on - FARTHEST)

        placed = self.block.layout(want.per, want.both_directions)
        start = placed.start((type(want).__name__, _rest(want)), first, self.block.day)
        return lambda weights: placed.sums(start, weights.astype(np.int64))


class _Here:
    """The company as a predicate sees it, which notes that it looked."""

    def __init__(self, here: Mapping[str, str]) -> None:
        self._here, self.looked = here, False

    def __getattr__(self, name: str) -> str:
        self.looked = True
        if name not in self._here:
            raise Unknown(name)
        return self._here[name]


def _table(commons: Sequence[Common], ask: Ask) -> tuple[Any, frozenset[str]]:
    seen: set[str] = set()
    names: list[str] = []
    known: dict[tuple[Any, ...], int] = {}
    answers = np.empty(len(commons), np.int8)
    for place, common in enumerate(commons):
        alike = tuple((common.rare, common.currency is None) if name == "rare" else getattr(common.facts, name) for name in names)
        answer = known.get(alike)
        if answer is None:
            try:
                answer = YES if ask(Glass(common, {}, seen)) else NO
            except _UNREADABLE:
                answer = OPEN
            if len(seen - BY_ROW) > len(names):
                names, known = sorted(seen - BY_ROW), {}
            else:
                known[alike] = answer
        answers[place] = answer
    return answers, frozenset(seen & BY_ROW)


def _named(condition: Condition) -> str:
    return f"{condition.name} {condition.settings!r}"


def _rest(want: Total | Count) -> str:
    """What a total looks at, whatever it is compared with."""
    return f"{type(want).__name__} {want.model_dump(exclude=set(OPERATORS))!r}"


def _needs(want: Measured) -> frozenset[str]:
    """The rare answers that this measure adds or takes off."""
    wanted = {"own_share": want.less_own_share, "tax": want.with_tax, "delivery": want.with_delivery}
    return frozenset(name for name, asked in wanted.items() if asked)


def _is_trifle(least: tuple[str, int], number: Any, among: Any) -> Any:
    return np.zeros(len(number), bool) if least is NEVER else _COMPARE[least[0]](number, least[1] * among)


def _open(rows: Any) -> Any:
    return np.full(len(rows), OPEN, np.int8)
