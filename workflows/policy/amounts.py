"""Predicates about money and number: one item's value, a share, and totals over a window, compared before anything is rounded."""

from abc import abstractmethod
from datetime import date
from fractions import Fraction
from typing import Literal

from pydantic import Field, model_validator

from workflows.money import Money
from workflows.policy.assessment import Figure
from workflows.policy.look import Answer, Look, rounded
from workflows.policy.tables import Amount, Comparison, KindWord, LimitTable, compares
from workflows.policy.windows import Window, fiscal_year, occasion, quarter, rolling


class Total(Amount):
    """A limit on what comes together; `kinds` are those of the rule unless stated, tags in `leave_out` do not count."""

    kinds: frozenset[KindWord] = frozenset()
    leave_out: frozenset[str] = frozenset()
    leave_out_up_to: LimitTable | None = None
    both_directions: bool = False

    @abstractmethod
    def window(self, on: date) -> Window:
        """The days counted together when the event is `on`."""


class OccasionTotal(Total):
    """What the same counterparty group and the same person exchanged on one day."""

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

    over: int | None = Field(default=None, ge=0)
    at_least: int | None = Field(default=None, ge=0)
    up_to: int | None = Field(default=None, ge=0)
    under: int | None = Field(default=None, ge=0)
    months: int | None = Field(default=None, ge=1, le=120)
    first_month: int = Field(default=1, ge=1, le=12)
    kinds: frozenset[KindWord] = frozenset()
    leave_out: frozenset[str] = frozenset()
    both_directions: bool = False

    def window(self, on: date) -> Window:
        """The days counted together."""
        return rolling(on, self.months) if self.months else fiscal_year(on, self.first_month)


def value(look: Look, want: Amount) -> Answer:
    """The whole item's value."""
    return _single(look, want, "value", per_head=False)


def per_head(look: Look, want: Amount) -> Answer:
    """The value for each of those who shared it."""
    return _single(look, want, "per_head", per_head=True)


def _single(look: Look, want: Amount, name: str, *, per_head: bool) -> Answer:
    limit = want.limits.for_company(look.company.currency)
    amount = look.amount(limit.currency, per_head=per_head, less_own_share=want.less_own_share)
    if amount is None:
        return Answer(False)
    figures = (Figure(name, rounded(amount, limit.currency)), Figure("limit", limit))
    return Answer(compares(want.operator, amount, limit.minor), figures)


def total(look: Look, want: Total) -> Answer:
    """What comes together in the window. It holds only if this item counts in it; an unknown value stays outside the sum."""
    limit = want.limits.for_company(look.company.currency)
    currency, window = limit.currency, want.window(look.on)
    least = _least(look, want, currency)
    before, numbers = 0, []
    for item in look.earlier(want):
        share = look.money_of(item, currency)
        if share is not None and not (least is not None and share.minor <= least):
            before += share.minor
            numbers.append(item.declaration_id)
    now = look.amount(currency, per_head=True, less_own_share=want.less_own_share)
    counts = look.counts_now(want) and not (least is not None and now is not None and now <= least)
    together = before + (now or Fraction(0)) if counts else Fraction(before)
    span, counted = (window.first, window.last), tuple(numbers)
    figures = [Figure("before", Money(before, currency), window=span, items=counted)] if counted else []
    if counted and counts and now is not None:
        figures.append(Figure("now", rounded(now, currency)))
    figures += [Figure("total", rounded(together, currency), window=span, items=counted, limit=limit), Figure("limit", limit)]
    return Answer(counts and compares(want.operator, together, limit.minor), tuple(figures))


def _least(look: Look, want: Total, currency: str) -> int | None:
    if want.leave_out_up_to is None:
        return None
    return look.rates.convert(
        want.leave_out_up_to.for_company(currency), currency, look.facts.rated_on, look.max_age
    ).result.minor


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
            raise ValueError("a trifle is stated with up_to")
        return self


def trifle(look: Look, want: Trifle) -> Answer:
    """Of known value, and no more than the limit with all else of that occasion."""
    if look.facts.value is None:
        return Answer(False)
    return total(look, want)
