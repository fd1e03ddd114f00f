"""What one assessment looks at: the facts, the earlier items and the money of the day, each worked out once."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from workflows.facts import Facts, Item
from workflows.money import Conversion, Money, Rates
from workflows.policy.assessment import Figure
from workflows.policy.windows import Window
from workflows.words import Disposition, Kind

if TYPE_CHECKING:
    from workflows.case import Company

_ALONE = {kind: frozenset({kind}) for kind in Kind}
_ABSENT = frozenset({Kind.ENTERTAINMENT, Kind.GIFT})
NOT_KEPT = frozenset({Disposition.RETURNED, Disposition.DECLINED})


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a predicate holds, and the figures it looked at."""

    holds: bool
    figures: tuple[Figure, ...] = ()


class Together(Protocol):
    """What a total or a count says about which items come together."""

    @property
    def kinds(self) -> frozenset[Kind]: ...
    @property
    def leave_out(self) -> frozenset[str]: ...
    @property
    def both_directions(self) -> bool: ...
    def window(self, on: date) -> Window: ...


@dataclass
class Look:
    """One question put to a policy. Amounts are exact fractions of minor units until a figure is shown."""

    facts: Facts
    items: tuple[Item, ...]
    rates: Rates
    company: "Company"
    classes: dict[str, frozenset[str]]
    max_age: timedelta
    host_absent_is_gift: bool = False
    days_late: int = 0
    _wholes: dict[str, Conversion] = field(default_factory=dict)
    _amounts: dict[tuple[str, bool, bool], Fraction | None] = field(default_factory=dict)
    _earlier: dict[object, tuple[Item, ...]] = field(default_factory=dict)

    @cached_property
    def on(self) -> date:
        """The day windows end on: the event's, or the filing's where there is none."""
        return self.facts.occurred_on or self.facts.filed_on

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """The kinds whose rules are asked: entertainment without its host counts as a gift too."""
        return self._kinds(self.facts.kind, self.facts.host_present)

    def _kinds(self, kind: Kind, host_present: bool | None) -> frozenset[Kind]:
        if self.host_absent_is_gift and kind is Kind.ENTERTAINMENT and host_present is False:
            return _ABSENT
        return _ALONE[kind]

    def words(self, groups: frozenset[str]) -> frozenset[str]:
        """`groups` with every class of the policy among them replaced by its members too."""
        return groups.union(*(self.classes.get(group, frozenset()) for group in groups))

    def whole(self, currency: str) -> Conversion | None:
        """The whole item's value in `currency`, None where none is stated. Raises NoRate."""
        if self.facts.value is None:
            return None
        if currency not in self._wholes:
            self._wholes[currency] = self.rates.convert(self.facts.value, currency, self.facts.rated_on, self.max_age)
        return self._wholes[currency]

    def amount(self, currency: str, *, per_head: bool, less_own_share: bool = False) -> Fraction | None:
        """The value in minor units of `currency`, of the whole item or for each of those who shared it, before rounding."""
        asked = (currency, per_head, less_own_share)
        if asked not in self._amounts:
            self._amounts[asked] = self._amount(*asked)
        return self._amounts[asked]

    def _amount(self, currency: str, per_head: bool, less_own_share: bool) -> Fraction | None:
        whole = self.whole(currency)
        if whole is None:
            return None
        amount = Fraction(whole.result.minor, self.facts.heads if per_head else 1)
        if less_own_share and self.facts.own_share is not None:
            amount -= self.rates.convert(self.facts.own_share, currency, self.facts.rated_on, self.max_age).result.minor
        return max(amount, Fraction(0))

    def counts_now(self, total: Together) -> bool:
        """Whether the thing asked about is itself part of `total`."""
        kept = self.facts.disposition not in NOT_KEPT
        return kept and bool(self.kinds & total.kinds) and not self.facts.exempt & total.leave_out

    @cached_property
    def related(self) -> tuple[tuple[Item, frozenset[Kind]], ...]:
        """The declarant's other items with this counterparty group that count at all, by day, with the kinds each counts as."""
        who, group = self.facts.declarant_id, self.facts.counterparty_group_id
        related = [
            (item, self._kinds(item.kind, item.host_present))
            for item in self.items
            if group is not None and item.counterparty_group_id == group and item.declarant_id == who and item.counts
        ]
        return tuple(sorted(related, key=lambda pair: (pair[0].occurred_on, pair[0].declaration_id)))

    def earlier(self, total: "Together") -> tuple[Item, ...]:
        """Those of the related items that count in `total` on the day windows end."""
        window, direction = total.window(self.on), self.facts.direction
        asked = (window, total.kinds, total.leave_out, total.both_directions)
        if asked not in self._earlier:
            first = bisect_left(self.related, window.first, key=_day_of)
            after = bisect_right(self.related, window.last, key=_day_of)
            self._earlier[asked] = tuple(
                item
                for item, kinds in self.related[first:after]
                if (total.both_directions or item.direction is direction)
                and not kinds.isdisjoint(total.kinds)
                and item.exempt.isdisjoint(total.leave_out)
            )
        return self._earlier[asked]

    def money_of(self, item: Item, currency: str) -> Money | None:
        """An earlier item's share in `currency`, at the rate of its own day; None where its value is unknown. Raises NoRate."""
        for money in (item.base, item.value):
            if money is not None and money.currency == currency:
                return money
        money = item.value or item.base
        if money is None:
            return None
        return self.rates.convert(money, currency, item.occurred_on, self.max_age).result


def _day_of(related: tuple[Item, frozenset[Kind]]) -> date:
    return related[0].occurred_on


def rounded(amount: Fraction, currency: str) -> Money:
    """An exact amount of minor units as money, rounded half-up, to be shown."""
    return Money((2 * amount.numerator + amount.denominator) // (2 * amount.denominator), currency)
