"""Money is an integer of minor units and a currency; it is converted at the rate of a day, rounded half-up, and never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

# ISO 4217: currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}


def exponent(currency: str) -> int:
    """How many decimals `currency` (ISO 4217) has: 0 for JPY, 3 for KWD, else 2."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`minor` units (øre, cents, yen) of `currency` (ISO 4217)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> "Money":
        """Money from a decimal amount in major units; finer than the minor unit rounds half-up."""
        return cls(round_half_up(Decimal(amount).scaleb(exponent(currency))), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exactly."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))


def round_half_up(number: Decimal) -> int:
    """The nearest integer; a half goes away from zero."""
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def half_up(number: Fraction) -> int:
    """The nearest integer to a number of at least nothing; a half goes up."""
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def shares(money: Money, heads: int) -> tuple[Money, ...]:
    """`money` divided among `heads` people as it is shown: shares differ by one minor unit at most, and their sum is `money`."""
    each, over = divmod(money.minor, heads)
    return tuple(Money(each + (head < over), money.currency) for head in range(heads))


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of a currency for one euro, as published on `published_on`: a decimal number, or what follows exactly from two."""

    per_euro: Decimal | Fraction
    published_on: date


@dataclass(frozen=True, slots=True)
class Conversion:
    """An amount turned into another currency, with the rates that did it."""

    source: Money
    result: Money
    exact: Decimal  # result in minor units before rounding
    rate: Decimal  # units of the source currency's major unit in the result currency
    rate_on: date


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


class NoRate(Exception):
    """There is no rate, or none fresh enough; the sentence says which."""


@dataclass(frozen=True)
class Rates:
    """The rates a command may need: (currency, day) → the last one published on or before that day."""

    quotes: Mapping[tuple[str, date], Rate]

    def per_euro(self, currency: str, on: date) -> Rate | None:
        """Units of `currency` per euro on `on`; the euro itself is 1, unknown is None."""
        if currency == "EUR":
            return Rate(Decimal(1), on)
        return self.quotes.get((currency, on))

    def convert(self, money: Money, into: str, on: date, max_age: timedelta) -> Conversion:
        """`money` in currency `into` at the rates of day `on`. Raises NoRate when one is missing or older than `max_age`."""
        if money.currency == into:
            return Conversion(money, money, Decimal(money.minor), Decimal(1), on)
        here, there = self._fresh(money.currency, on, max_age), self._fresh(into, on, max_age)
        rate = Fraction(there.per_euro) / Fraction(here.per_euro)
        exact = Fraction(money.amount) * rate * 10 ** exponent(into)
        rate_on = min(quote.published_on for currency, quote in ((money.currency, here), (into, there)) if currency != "EUR")
        sign = -1 if exact < 0 else 1
        return Conversion(money, Money(sign * half_up(abs(exact)), into), _decimal(exact), _decimal(rate), rate_on)

    def _fresh(self, currency: str, on: date, max_age: timedelta) -> Rate:
        rate = self.per_euro(currency, on)
        if rate is None:
            raise NoRate(f"There is no exchange rate for {currency} on {on.isoformat()}.")
        if on - rate.published_on > max_age:
            published = rate.published_on.isoformat()
            raise NoRate(f"The last exchange rate for {currency} is of {published}, too old for {on.isoformat()}.")
        return rate
