"""What one assessment looks at: the facts, the earlier items and the money of the day, each worked out once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from workflows.facts import Facts, Item
from workflows.money import Conversion, Money, Rates, half_up
from workflows.policy.assessment import Figure
from workflows.policy.tables import Measured
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
    @property
    def per(self) -> str: ...
    @property
    def forms(self) -> frozenset[str]: ...
    @property
    def stated(self) -> bool: ...
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
    due: date | None = None  # last day on which filing is in time
    _wholes: dict[str, Conversion] = field(default_factory=dict)
    _amounts: dict[object, tuple[Fraction, ...]] = field(default_factory=dict)
    _related: dict[str, tuple["Related", ...]] = field(default_factory=dict)
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

    def amounts(self, currency: str, measured: Measured, *, per_head: bool) -> tuple[Fraction, ...]:
        """The value of each thing declared, in minor units of `currency` and before rounding: of the whole or for each head.

        It is one thing unless parts are stated, and nothing where no value is. Raises NoRate.
        """
        asked = (currency, per_head, measured.less_own_share, measured.with_tax, measured.with_delivery, measured.per_giver)
        if asked not in self._amounts:
            self._amounts[asked] = tuple(self._measure(currency, measured, self.facts.heads if per_head else 1))
        return self._amounts[asked]

    def _measure(self, currency: str, measured: Measured, heads: int) -> Iterator[Fraction]:
        whole, facts = self.whole(currency), self.facts
        if whole is None:
            return
        among = heads * (facts.givers if measured.per_giver else 1)
        if facts.parts:
            yield from (Fraction(self._now(part, currency), among) for part in facts.parts)
            return
        added = self._now(facts.tax if measured.with_tax else None, currency)
        added += self._now(facts.delivery if measured.with_delivery else None, currency)
        paid = self._now(facts.own_share if measured.less_own_share else None, currency)
        yield max(Fraction(whole.result.minor + added, among) - paid, Fraction(0))

    def _now(self, money: Money | None, currency: str) -> int:
        return self.rates.convert(money, currency, self.facts.rated_on, self.max_age).result.minor if money else 0

    def counts_now(self, total: Together) -> bool:
        """Whether the thing asked about is itself part of `total`."""
        facts = self.facts
        if facts.disposition in NOT_KEPT or self.kinds.isdisjoint(total.kinds):
            return False
        return self._is_meant(facts, total)

    def _is_meant(self, thing: Facts | Item, total: Together) -> bool:
        """Whether nothing `total` says of forms and words that are left out keeps it from counting."""
        left_out = total.leave_out
        if left_out and (not thing.exempt.isdisjoint(left_out) or thing.form in left_out or thing.disposition.value in left_out):
            return False
        return not total.forms or thing.form in self.words(total.forms)

    def related(self, per: str = "counterparty") -> tuple["Related", ...]:
        """The other items that belong together by the key `per` and count at all, by day, with the kinds each counts as."""
        if per not in self._related:
            pairs = [
                (item, self._kinds(item.kind, item.host_present))
                for item in self.items
                if item.counts and self._belongs(item, per)
            ]
            self._related[per] = tuple(sorted(pairs, key=lambda pair: (pair[0].occurred_on, pair[0].declaration_id)))
        return self._related[per]

    def _belongs(self, item: Item, per: str) -> bool:
        facts = self.facts
        same_group = item.counterparty_group_id == facts.counterparty_group_id
        match per:
            case "counterparty":
                return same_group and facts.counterparty_group_id is not None and item.declarant_id == facts.declarant_id
            case "declarant":
                return item.declarant_id == facts.declarant_id
            case "person":
                return same_group and not item.outside.isdisjoint(facts.outside)
            case "household":
                return same_group and facts.household is not None and item.household == facts.household
            case _:
                return facts.event is not None and item.event == facts.event

    def earlier(self, total: Together) -> tuple[Item, ...]:
        """Those of the related items that count in `total` on the day windows end."""
        window, direction = total.window(self.on), self.facts.direction
        asked = (window, total.kinds, total.leave_out, total.both_directions, total.per, total.forms, total.stated)
        if asked not in self._earlier:
            related = self.related(total.per)
            first = bisect_left(related, window.first, key=_day_of)
            after = bisect_right(related, window.last, key=_day_of)
            self._earlier[asked] = tuple(
                item
                for item, kinds in related[first:after]
                if (total.both_directions or item.direction is direction)
                and not kinds.isdisjoint(total.kinds)
                and self._is_meant(item, total)
                and not (total.stated and item.occasion != self.facts.occasion)
            )
        return self._earlier[asked]

    def share_of(self, item: Item, currency: str, measured: Measured) -> int | None:
        """An earlier item's share in minor units of `currency` as `measured` wants it; None where its value is unknown."""
        share = self.money_of(item, currency)
        if share is None or measured.is_plain:
            return share.minor if share else None
        added = self._then(item, currency, item.tax if measured.with_tax else None)
        added += self._then(item, currency, item.delivery if measured.with_delivery else None)
        paid = self._then(item, currency, item.own_share if measured.less_own_share else None)
        return max(share.minor + added - paid, 0)

    def _then(self, item: Item, currency: str, money: Money | None) -> int:
        return self.rates.convert(money, currency, item.occurred_on, self.max_age).result.minor if money else 0

    def money_of(self, item: Item, currency: str) -> Money | None:
        """An earlier item's share in `currency`, at the rate of its own day; None where its value is unknown. Raises NoRate."""
        for money in (item.base, item.value):
            if money is not None and money.currency == currency:
                return money
        money = item.value or item.base
        if money is None:
            return None
        return self.rates.convert(money, currency, item.occurred_on, self.max_age).result


Related = tuple[Item, frozenset[Kind]]


def _day_of(related: Related) -> date:
    return related[0].occurred_on


def rounded(amount: Fraction, currency: str) -> Money:
    """An exact amount of minor units as money, rounded half-up, to be shown."""
    return Money(half_up(amount), currency)
