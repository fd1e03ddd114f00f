"""Predicates about money and number: one item's value, a share, and totals over a window, compared before anything is rounded."""

from abc import abstractmethod
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, get_args

from pydantic import Field, field_validator, model_validator

from workflows.money import Money
from workflows.policy.assessment import Figure
from workflows.policy.look import Answer, Look, rounded
from workflows.policy.sentences import Sentence
from workflows.policy.tables import (
    Amount,
    Comparison,
    CountryAmount,
    KindWord,
    Limits,
    LimitTable,
    Measured,
    compares,
    unknown,
)
from workflows.policy.windows import Window, fiscal_year, occasion, quarter, rolling
from workflows.words import N_

Key = Literal["counterparty", "declarant", "person", "event", "household"]


class Total(Amount):
    """A limit on what comes together.

    `per` says what belongs together: what the declarant exchanged with one counterparty group; all the declarant exchanged; all
    that colleagues of the company exchanged with the same outside person; an event's; a household's with one counterparty group.
    `kinds` are those of the rule unless stated, `forms` all unless stated. What bears a word of `leave_out` (an exempt tag, a
    form, a disposition) does not count, nor what is worth too little. Each head's share counts, or the `whole`.
    """

    seldom = Amount.seldom | {"leave_out_under", "per", "forms", "whole", "stated"}

    kinds: frozenset[KindWord] = frozenset()
    leave_out: frozenset[str] = frozenset()
    leave_out_up_to: LimitTable | None = None
    leave_out_under: LimitTable | None = None
    both_directions: bool = False
    per: Key = "counterparty"
    forms: frozenset[str] = frozenset()
    whole: bool = False
    stated: bool = False  # only what is of the same occasion, as named

    @field_validator("per", mode="before")
    @classmethod
    def _key(cls, word: Any) -> Any:
        return known_key(word)

    @model_validator(mode="after")
    def _has_one_trifle(self) -> "Total":
        if self.leave_out_up_to is not None and self.leave_out_under is not None:
            raise ValueError(Sentence(N_("state leave_out_up_to or leave_out_under, not both")))
        return self

    @cached_property
    def trifles(self) -> tuple[str, Limits] | None:
        """What is too little to count, as a comparison and its limit."""
        if self.leave_out_up_to is not None:
            return "up_to", self.leave_out_up_to
        return ("under", self.leave_out_under) if self.leave_out_under is not None else None

    @abstractmethod
    def window(self, on: date) -> Window:
        """The days counted together when the event is `on`."""


def known_key(word: Any) -> Any:
    """`word` if totals can be kept by it. Raises ValueError with the nearest known one."""
    if word not in get_args(Key):
        raise ValueError(unknown(N_("key of totals"), word, get_args(Key)))
    return word


class OccasionTotal(Total):
    """What the same counterparty group and the same person exchanged on one day: whatever it is called, it is one occasion.

    Where it says `stated`, occasions that bear different names are apart.
    """

    def window(self, on: date) -> Window:
        return occasion(on)


class RollingTotal(Total):
    """What came together in the last `months` calendar months."""

    months: int = Field(ge=1, le=120)

    def window(self, on: date) -> Window:
        return rolling(on, self.months)


class CalendarTotal(Total):
    """What came together since the year or quarter began; a year begins with `first_month`."""

    period: Literal["year", "quarter"] = "year"
    first_month: int = Field(default=1, ge=1, le=12)

    def window(self, on: date) -> Window:
        return (quarter if self.period == "quarter" else fiscal_year)(on, self.first_month)


class Count(Comparison):
    """How many items, this one included, within `months` calendar months, or since the year began where none are stated."""

    seldom = frozenset({"per", "forms"})

    over: int | None = Field(default=None, ge=0)
    at_least: int | None = Field(default=None, ge=0)
    up_to: int | None = Field(default=None, ge=0)
    under: int | None = Field(default=None, ge=0)
    months: int | None = Field(default=None, ge=1, le=120)
    first_month: int = Field(default=1, ge=1, le=12)
    kinds: frozenset[KindWord] = frozenset()
    leave_out: frozenset[str] = frozenset()
    both_directions: bool = False
    per: Key = "counterparty"
    forms: frozenset[str] = frozenset()

    @property
    def stated(self) -> bool:
        """Occasions are not told apart."""
        return False

    @field_validator("per", mode="before")
    @classmethod
    def _key(cls, word: Any) -> Any:
        return known_key(word)

    def window(self, on: date) -> Window:
        """The days counted together."""
        return rolling(on, self.months) if self.months else fiscal_year(on, self.first_month)


def value(look: Look, want: Amount) -> Answer:
    """The whole item's value; of several declared together, the dearest one's."""
    return _single(look, want, "value", per_head=False)


def per_head(look: Look, want: Amount) -> Answer:
    """The value for each of those who shared it."""
    return _single(look, want, "per_head", per_head=True)


def _single(look: Look, want: Amount, name: str, *, per_head: bool) -> Answer:
    limit = want.limits.for_company(look.company.currency)
    return _compared(look, want, name, limit, per_head=per_head)


def _compared(look: Look, want: Measured, name: str, limit: Money, *, per_head: bool) -> Answer:
    amount = max(look.amounts(limit.currency, want, per_head=per_head), default=None)
    if amount is None:
        return Answer(False)
    figures = (Figure(name, rounded(amount, limit.currency)), Figure("limit", limit))
    return Answer(compares(want.operator, amount, limit.minor), figures)


def country_limit(look: Look, want: CountryAmount) -> Answer:
    """The value a head, beside the limit of the country where it happens; where that has none, this holds for nothing."""
    limit = want.by_country.get(look.facts.country or "")
    return _compared(look, want, "per_head", limit, per_head=True) if limit else Answer(False)


def own_share(look: Look, want: Amount) -> Answer:
    """What the declarant paid of it."""
    limit, paid = want.limits.for_company(look.company.currency), look.facts.own_share
    if paid is None:
        return Answer(False)
    share = look.rates.convert(paid, limit.currency, look.facts.rated_on, look.max_age).result
    return Answer(compares(want.operator, share.minor, limit.minor), (Figure("own_share", share), Figure("limit", limit)))


def total(look: Look, want: Total) -> Answer:
    """What comes together in the window. It holds only if this item counts in it; an unknown value stays outside the sum."""
    limit = want.limits.for_company(look.company.currency)
    currency, window = limit.currency, want.window(look.on)
    is_trifle = _trifles(look, want, currency)
    shares = [(item, look.share_of(item, currency, want)) for item in look.earlier(want)]
    kept = [(item, share) for item, share in shares if share is not None and not (is_trifle and is_trifle(share))]
    before = sum(share * item.heads for item, share in kept) if want.whole else sum(share for _, share in kept)
    numbers = [item.declaration_id for item, _ in kept]
    parts = look.amounts(currency, want, per_head=not want.whole)
    large = [part for part in parts if not is_trifle(part)] if is_trifle else parts
    now = sum(large[1:], large[0]) if large else Fraction(0)
    counts = look.counts_now(want) and not (parts and not large)
    together = before + now if counts else Fraction(before)
    span, counted = (window.first, window.last), tuple(numbers)
    figures = [Figure("before", Money(before, currency), window=span, items=counted)] if counted else []
    if counted and counts and parts:
        figures.append(Figure("now", rounded(now, currency)))
    figures += [Figure("total", rounded(together, currency), window=span, items=counted, limit=limit), Figure("limit", limit)]
    return Answer(counts and compares(want.operator, together, limit.minor), tuple(figures))


def _trifles(look: Look, want: Total, currency: str) -> Callable[[int | Fraction], bool] | None:
    if want.trifles is None:
        return None
    operator, limits = want.trifles
    stated = limits.for_company(currency)
    least = look.rates.convert(stated, currency, look.facts.rated_on, look.max_age).result.minor
    return lambda amount: compares(operator, amount, least)


def count(look: Look, want: Count) -> Answer:
    """How many items come together in the window, this one included."""
    window = want.window(look.on)
    earlier = look.earlier(want)
    counts = look.counts_now(want)
    number, limit = len(earlier) + counts, getattr(want, want.operator)
    span = (window.first, window.last)
    figures = (
        Figure("count", number=number, window=span, items=tuple(item.declaration_id for item in earlier)),
        Figure("limit", number=limit),
    )
    return Answer(counts and compares(want.operator, number, limit), figures)


class Trifle(OccasionTotal):
    """A limit up to which, together with all else of that occasion, a thing is a trifle."""

    @model_validator(mode="after")
    def _is_up_to(self) -> "Trifle":
        if self.up_to is None:
            raise ValueError(Sentence(N_("a trifle is stated with up_to")))
        return self


def trifle(look: Look, want: Trifle) -> Answer:
    """Of known value, and no more than the limit with all else of that occasion."""
    if look.facts.value is None:
        return Answer(False)
    return total(look, want)
