"""What people type is read, or answered with a sentence; nothing else happens to it."""

from datetime import date

import pytest

from workflows.kinds import KINDS
from workflows.kinds.hearing import NOT_A_COLLEAGUE, NOT_A_COUNTRY, NOT_A_DAY, OTHER_YEAR, Misheard, hear, parse_day
from workflows.kinds.numbers import NOT_A_NUMBER
from workflows.money import Money
from workflows.words import Kind

COLLEAGUES = {"marta@kd.example": 7, "ben holt": 8}


def test_a_whole_form_is_heard() -> None:
    typed = {
        "counterparty": "  Acme Nordic ApS ",
        "what": "Wine",
        "form": "thing",
        "worth": "1.500,00",
        "worth_currency": "DKK",
        "unsure": "yes",
        "occurred_on": "2026-11-19",
        "also": ["asked_for", "friend"],
        "colleagues": "Marta@kd.example\nBen Holt; ",
        "counterparty_country": "dk",
        "note": "   ",
        "unknown": "left alone",
    }
    answers, misheard = hear(KINDS[Kind.GIFT], typed, locale="da", currency="EUR", colleagues=COLLEAGUES)
    assert misheard == {}
    assert answers == {
        "counterparty": "Acme Nordic ApS",
        "what": "Wine",
        "form": "thing",
        "worth": Money(150000, "DKK"),
        "unsure": True,
        "occurred_on": date(2026, 11, 19),
        "also": ("asked_for", "friend"),
        "colleagues": (7, 8),
        "counterparty_country": "DK",
    }


def test_an_amount_without_a_currency_is_in_the_companys() -> None:
    answers, _ = hear(KINDS[Kind.GIFT], {"worth": "20"}, locale="en", currency="EUR", colleagues={})
    assert answers == {"worth": Money(2000, "EUR")}


def test_numbers_of_an_interest_are_heard() -> None:
    typed = {"percent": "12,5", "hours": "8", "paid": "no", "colleague": "ben holt"}
    answers, misheard = hear(KINDS[Kind.INTEREST], typed, locale="da", currency="DKK", colleagues=COLLEAGUES)
    assert (answers, misheard) == ({"percent": 1250, "hours": 8, "paid": False, "colleague": 8}, {})


def test_each_slip_gets_its_own_sentence_and_spoils_nothing_else() -> None:
    typed = {
        "worth": "a few hundred",
        "occurred_on": "11/12/2026",
        "colleagues": "Nobody",
        "counterparty_country": "Denmark",
        "what": "Wine",
    }
    answers, misheard = hear(KINDS[Kind.GIFT], typed, locale="en", currency="EUR", colleagues=COLLEAGUES)
    assert answers == {"what": "Wine"}
    assert misheard == {
        "worth": NOT_A_NUMBER,
        "occurred_on": NOT_A_DAY,
        "colleagues": NOT_A_COLLEAGUE,
        "counterparty_country": NOT_A_COUNTRY,
    }


@pytest.mark.parametrize("text", ["2026-11-09", "2026/11/9", "9.11.2026", "09. 11. 2026", "２０２６-１１-０９"])
def test_a_day_is_read_in_every_form_that_has_one_meaning(text: str) -> None:
    assert parse_day(text) == date(2026, 11, 9)


@pytest.mark.parametrize(
    ("text", "heard"), [("1899-12-31", False), ("1900-01-01", True), ("2199-12-31", True), ("2200-01-01", False)]
)
def test_a_day_in_no_year_that_anybody_means_is_refused(text: str, heard: bool) -> None:
    answers, misheard = hear(KINDS[Kind.GIFT], {"occurred_on": text}, locale="en", currency="EUR", colleagues={})
    assert ("occurred_on" in answers, misheard.get("occurred_on")) == (heard, None if heard else OTHER_YEAR)


@pytest.mark.parametrize("text", ["2026-02-30", "31.02.2026", "09/11/2026", "yesterday", "2026-11/09"])
def test_a_day_that_is_none_or_two_is_refused(text: str) -> None:
    with pytest.raises(Misheard):
        parse_day(text)


def test_several_ticks_may_be_kept_one_a_line() -> None:
    answers, _ = hear(KINDS[Kind.GIFT], {"also": "asked_for\nfriend"}, locale="en", currency="EUR", colleagues={})
    assert answers == {"also": ("asked_for", "friend")}
