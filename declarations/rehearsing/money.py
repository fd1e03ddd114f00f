"""Amounts of many rows in one currency, equal to the engine's own conversion of each: floats only say which whole number it is,
and where they come too near to a half to be sure, the engine's decimals do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from declarations import packing
from declarations.rehearsing.sums import distinct
from workflows.money import Conversion, Money, NoRate, Rates, exponent

LARGE = 10**12  # minor units; what is larger is left to the engine
_UNSURE = 1e-3  # of a minor unit: far more than floats can be wrong by below LARGE


@dataclass
class Amounts:
    """Amounts in minor units of one currency; `failed` where there is no rate. Both have a place for every row."""

    minor: Any
    failed: Any


@dataclass(frozen=True)
class Changer:
    """Converts columns of money by the rates of the days; `max_age` as the policy has it."""

    rates: Rates
    currencies: Sequence[str]  # what the codes in columns stand for
    _quotes: dict[tuple[int, int, str, timedelta], Conversion | None] = field(default_factory=dict)

    @cached_property
    def code(self) -> dict[str, int]:
        """The code of each currency."""
        return {currency: code for code, currency in enumerate(self.currencies)}

    def into(self, target: str, minor: Any, codes: Any, days: Any, max_age: timedelta) -> Amounts:
        """`minor` units of the currencies `codes` at the rates of `days` (since 1970), in `target`."""
        other = np.flatnonzero((codes != self.code.get(target, -1)) & (minor != packing.NOTHING))
        result, failed = minor.copy(), np.zeros(len(minor), bool)
        if not len(other):
            return Amounts(result, failed)
        first = int(days.min())
        pairs, which = distinct((days[other] - first).astype(np.int64) * len(self.currencies) + codes[other])
        asked = [divmod(int(pair), len(self.currencies)) for pair in pairs]
        quotes = [self._quote(code, day + first, target, max_age) for day, code in asked]
        factors = np.array([_factor(quote) for quote in quotes])
        failed[other] = np.isnan(factors)[which]
        exact = minor[other] * np.nan_to_num(factors)[which]
        rounded = np.floor(exact + 0.5)
        result[other] = rounded.astype(np.int64)
        doubtful = (np.abs(exact + 0.5 - np.rint(exact + 0.5)) < _UNSURE) | (exact < 0) | (np.abs(exact) > LARGE)
        for place in np.flatnonzero(doubtful & ~failed[other]):
            row, day = other[place], packing.day_of(int(days[other[place]]))
            money = Money(int(minor[row]), self.currencies[codes[row]])
            result[row] = self.rates.convert(money, target, day, max_age).result.minor
        return Amounts(result, failed)

    def _quote(self, code: int, day: int, target: str, max_age: timedelta) -> Conversion | None:
        asked = (code, day, target, max_age)
        if asked not in self._quotes:
            try:
                one = Money(1, self.currencies[code])
                self._quotes[asked] = self.rates.convert(one, target, packing.day_of(day), max_age)
            except NoRate:
                self._quotes[asked] = None
        return self._quotes[asked]


def _factor(quote: Conversion | None) -> float:
    """Minor units of the result for one minor unit of the source; not a number without a rate."""
    if quote is None:
        return float("nan")
    return float(quote.rate.scaleb(exponent(quote.result.currency) - exponent(quote.source.currency)))


def days_of(columns: Iterable[Any]) -> set[date]:
    """The different days in columns of days since 1970."""
    return {packing.day_of(int(day)) for column in columns for day in distinct(column)[0]}
