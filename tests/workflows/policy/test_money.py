from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.money import Money, NoRate, Rate, Rates, exponent, round_half_up

FRIDAY, SUNDAY = date(2026, 1, 2), date(2026, 1, 4)
FRESH = timedelta(days=45)


def rates(**per_euro: str) -> Rates:
    """Rates of FRIDAY, which hold on SUNDAY too."""
    return Rates(
        {(currency, day): Rate(Decimal(rate), FRIDAY) for currency, rate in per_euro.items() for day in (FRIDAY, SUNDAY)}
    )


@pytest.mark.parametrize(("currency", "decimals"), [("EUR", 2), ("DKK", 2), ("JPY", 0), ("KWD", 3), ("ISK", 0)])
def test_money_is_counted_in_the_currencys_own_minor_unit(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals
    assert Money.of("12", currency).minor == 12 * 10**decimals
    assert Money.of("12", currency).amount == 12


@pytest.mark.parametrize(("number", "whole"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("2.4999", 2), ("-0.5", -1)])
def test_a_half_goes_away_from_zero(number: str, whole: int) -> None:
    assert round_half_up(Decimal(number)) == whole


@given(st.integers(-(10**12), 10**12), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_an_amount_written_out_reads_back_the_same(minor: int, currency: str) -> None:
    assert Money.of(Money(minor, currency).amount, currency) == Money(minor, currency)


def test_the_same_currency_needs_no_rate() -> None:
    same = rates().convert(Money(1050, "DKK"), "DKK", FRIDAY, FRESH)
    assert (same.result, same.rate, same.rate_on) == (Money(1050, "DKK"), Decimal(1), FRIDAY)


@pytest.mark.parametrize(("euro", "kroner"), [("67.02", "499.97"), ("67.03", "500.04")])
def test_an_amount_is_converted_half_up_to_the_minor_unit(euro: str, kroner: str) -> None:
    found = rates(DKK="7.46").convert(Money.of(euro, "EUR"), "DKK", SUNDAY, FRESH)
    assert found.result == Money.of(kroner, "DKK")
    assert found.rate_on == FRIDAY


def test_minor_units_of_none_and_of_three_decimals_convert_too() -> None:
    both = rates(JPY="160", KWD="0.35")
    assert both.convert(Money.of("5", "KWD"), "JPY", FRIDAY, FRESH).result == Money(2286, "JPY")
    assert both.convert(Money.of("1000", "JPY"), "KWD", FRIDAY, FRESH).result == Money(2188, "KWD")
    assert both.convert(Money.of("35", "KWD"), "EUR", FRIDAY, FRESH).result == Money.of("100", "EUR")


def test_without_a_rate_there_is_no_answer() -> None:
    for source, into in (("XOF", "EUR"), ("EUR", "XOF"), ("XOF", "DKK")):
        with pytest.raises(NoRate, match="There is no exchange rate for XOF on 2026-01-02"):
            rates(DKK="7.46").convert(Money(1, source), into, FRIDAY, FRESH)


def test_a_rate_too_old_is_no_rate() -> None:
    for age, good in ((45, True), (46, False)):
        on = FRIDAY + timedelta(days=age)
        old = Rates({("DKK", on): Rate(Decimal("7.46"), FRIDAY)})
        if good:
            assert old.convert(Money(100, "EUR"), "DKK", on, FRESH).rate_on == FRIDAY
        else:
            with pytest.raises(NoRate, match="The last exchange rate for DKK is of 2026-01-02, too old for 2026-02-17"):
                old.convert(Money(100, "EUR"), "DKK", on, FRESH)
