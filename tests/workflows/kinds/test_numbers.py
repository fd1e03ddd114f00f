"""Numbers mean what they mean where the writer lives; two readings are refused, none is guessed."""

import pytest

from workflows.kinds.numbers import (
    NEGATIVE,
    NOT_A_COUNT,
    NOT_A_NUMBER,
    NOT_A_PERCENTAGE,
    OTHER_CURRENCY,
    TOO_FINE,
    TOO_LARGE,
    TWO_MEANINGS,
    NotANumber,
    parse_amount,
    parse_count,
    parse_percent,
)
from workflows.money import Money


@pytest.mark.parametrize(
    ("text", "locale", "currency", "minor"),
    [
        ("1.500,00", "da-DK", "DKK", 150000),
        ("1.500", "da", "DKK", 150000),
        ("1.500.000", "da", "DKK", 150000000),
        ("85,50", "da_DK", "DKK", 8550),
        ("85.50", "da", "DKK", 8550),
        ("400,-", "da", "DKK", 40000),
        ("kr. 400", "da", "DKK", 40000),
        ("400 kr", "da", "SEK", 40000),
        ("1 500,00", "sv", "SEK", 150000),
        ("1,500.00", "en", "GBP", 150000),
        ("1,500", "en-GB", "GBP", 150000),
        ("£1,500", "en-GB", "GBP", 150000),
        ("1.500,00", "en", "EUR", 150000),
        ("EUR 20", "en", "EUR", 2000),
        ("€20.5", "en", "EUR", 2050),
        ("1'500.00", "en", "CHF", 150000),
        ("１，５００", "ja", "JPY", 1500),
        ("1500円", "ja", "JPY", 1500),
        ("1500.00", "ja", "JPY", 1500),
        ("1.500", "en", "KWD", 1500),
        ("0", "en", "EUR", 0),
        ("1500.5", "fr", "EUR", 150050),
    ],
)
def test_an_amount_means_what_its_writer_means(text: str, locale: str, currency: str, minor: int) -> None:
    assert parse_amount(text, locale, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "locale", "currency", "sentence"),
    [
        ("1.500", "en", "EUR", TWO_MEANINGS),
        ("1,500", "da", "DKK", TWO_MEANINGS),
        ("15.00.000", "da", "DKK", TWO_MEANINGS),
        ("12.34,50", "da", "DKK", TWO_MEANINGS),
        ("1,500.000.00", "en", "EUR", NOT_A_NUMBER),
        ("a few hundred", "en", "EUR", NOT_A_NUMBER),
        ("ukendt", "da", "DKK", NOT_A_NUMBER),
        ("", "en", "EUR", NOT_A_NUMBER),
        ("EUR", "en", "EUR", NOT_A_NUMBER),
        ("NaN", "en", "EUR", NOT_A_NUMBER),
        ("1e5", "en", "EUR", NOT_A_NUMBER),
        ("1万", "ja", "JPY", NOT_A_NUMBER),
        ("400-500", "en", "EUR", NOT_A_NUMBER),
        ("-100", "en", "EUR", NEGATIVE),
        ("−100,50", "da", "DKK", NEGATIVE),
        ("12.345,678", "da", "DKK", TOO_FINE),
        ("1500.5", "ja", "JPY", TOO_FINE),
        ("0.125", "en", "EUR", TOO_FINE),
        ("€ 20", "da", "DKK", OTHER_CURRENCY),
        ("USD 20", "da", "DKK", OTHER_CURRENCY),
        ("20 kr", "en", "EUR", OTHER_CURRENCY),
        ("10000000000001", "en", "EUR", TOO_LARGE),
        ("10000000000000.01", "en", "EUR", TOO_LARGE),
        ("9" * 400, "en", "EUR", TOO_LARGE),
    ],
)
def test_an_amount_that_could_mean_two_things_or_none_is_refused(text: str, locale: str, currency: str, sentence: str) -> None:
    with pytest.raises(NotANumber) as refused:
        parse_amount(text, locale, currency)
    assert refused.value.sentence == sentence


def test_the_largest_amount_is_taken() -> None:
    assert parse_amount("10000000000000", "en", "EUR").minor == 10**15


@pytest.mark.parametrize(
    ("text", "locale", "hundredths"), [("12,5", "da", 1250), ("12.5 %", "en", 1250), ("0,01", "da", 1), ("100", "en", 10000)]
)
def test_a_share_is_kept_in_hundredths_of_a_percent(text: str, locale: str, hundredths: int) -> None:
    assert parse_percent(text, locale) == hundredths


@pytest.mark.parametrize("text", ["100.01", "-1", "half", "12.345", "0.001"])
def test_a_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(NotANumber) as refused:
        parse_percent(text, "en")
    assert refused.value.sentence == NOT_A_PERCENTAGE


def test_a_count_is_a_whole_number() -> None:
    assert parse_count(" 12 ") == 12
    assert parse_count("１２") == 12
    assert parse_count("100000") == 100_000


@pytest.mark.parametrize("text", ["", "1.5", "-1", "two", "100001", "1234567"])
def test_a_count_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(NotANumber) as refused:
        parse_count(text)
    assert refused.value.sentence == NOT_A_COUNT
