"""Answers become facts, and what is missing or cannot be is named beside its question."""

from datetime import date
from typing import Any

import pytest

from workflows.facts import Facts
from workflows.kinds.reading import ANSWER_THIS, OtherSide, known, problems, read
from workflows.money import Money
from workflows.words import Direction, Disposition, Kind, ValueBasis

TODAY = date(2026, 11, 20)
ACME = OtherSide(3, 30, "Acme Nordic ApS", "customer", "SE")
TOWN = OtherSide(4, 40, "Town of Aarhus", "public_official", "DK")
DKK = "DKK"

GIFT: dict[str, Any] = {
    "counterparty": "Acme",
    "what": "Wine",
    "worth": Money(40000, DKK),
    "occurred_on": date(2026, 11, 19),
    "became": "kept",
}
DINNER: dict[str, Any] = {
    "counterparty": "Acme",
    "what": "Dinner",
    "worth": Money(50000, DKK),
    "occurred_on": date(2026, 11, 19),
    "heads": 4,
    "present": "Ann",
    "official": False,
    "purpose": "Renewal",
}


def facts(kind: Kind, answers: dict[str, Any], direction: Direction | None = None, other: OtherSide | None = ACME) -> Facts:
    return read(kind, answers, declarant_id=1, filed_on=TODAY, direction=direction, counterparty=other, country="DK")


def wrong(
    kind: Kind, answers: dict[str, Any], direction: Direction | None = None, other: OtherSide | None = ACME
) -> dict[str, str]:
    return problems(kind, answers, filed_on=TODAY, direction=direction, counterparty=other)


def test_six_answers_make_a_gift() -> None:
    assert facts(Kind.GIFT, GIFT, Direction.RECEIVED) == Facts(
        kind=Kind.GIFT,
        declarant_id=1,
        filed_on=TODAY,
        occurred_on=date(2026, 11, 19),
        direction=Direction.RECEIVED,
        title="Wine",
        counterparty_id=3,
        counterparty_group_id=30,
        counterparty_class="customer",
        country="SE",
        value=Money(40000, DKK),
        value_basis=ValueBasis.KNOWN,
        form="thing",
    )
    assert wrong(Kind.GIFT, GIFT, Direction.RECEIVED) == {}


@pytest.mark.parametrize(
    ("became", "disposition"),
    [
        ("kept", Disposition.KEPT),
        ("shared", Disposition.SHARED),
        ("returned", Disposition.RETURNED),
        ("declined", Disposition.DECLINED),
        ("surrendered", Disposition.SURRENDERED),
        ("paid", Disposition.DIFFERENCE_PAID),
        ("family", Disposition.KEPT),
        ("undecided", Disposition.UNDECIDED),
    ],
)
def test_where_it_is_now_says_what_became_of_it(became: str, disposition: Disposition) -> None:
    read_as = facts(Kind.GIFT, GIFT | {"became": became, "heads": 4}, Direction.RECEIVED)
    assert read_as.disposition is disposition
    assert read_as.family is (became == "family")
    assert read_as.heads == (4 if became == "shared" else 1)


def test_cash_is_said_in_the_same_line_as_the_thing() -> None:
    assert facts(Kind.GIFT, GIFT | {"form": "cash"}, Direction.RECEIVED).form == "cash"


def test_a_guess_is_an_estimate_and_silence_is_unknown() -> None:
    assert facts(Kind.GIFT, GIFT | {"unsure": True}, Direction.RECEIVED).value_basis is ValueBasis.ESTIMATED
    no_idea = GIFT | {"no_idea": True, "unsure": True}
    assert facts(Kind.GIFT, no_idea, Direction.RECEIVED).value is None
    assert facts(Kind.GIFT, no_idea, Direction.RECEIVED).value_basis is ValueBasis.UNKNOWN
    assert wrong(Kind.GIFT, no_idea, Direction.RECEIVED) == {}
    silent = {name: answer for name, answer in GIFT.items() if name != "worth"}
    assert facts(Kind.GIFT, silent, Direction.RECEIVED).value_basis is ValueBasis.UNKNOWN
    assert facts(Kind.CONFLICT, {"decision": "x"}).value_basis is ValueBasis.NOT_ASKED
    assert set(wrong(Kind.GIFT, silent, Direction.RECEIVED)) == {"worth"}
    assert set(wrong(Kind.GIFT, GIFT | {"unsure": True}, Direction.RECEIVED)) == {"method"}


def test_what_also_applies_becomes_facts() -> None:
    read_as = facts(Kind.GIFT, GIFT | {"also": ("asked_for", "friend"), "colleagues": (8, 9)}, Direction.RECEIVED)
    assert read_as.solicited
    assert read_as.exempt == {"personal_relation"}
    assert read_as.named == {8, 9}


def test_an_answer_that_is_not_asked_for_is_no_fact() -> None:
    read_as = facts(Kind.GIFT, GIFT | {"official": True, "officials": 3, "received_by": "Ann"}, Direction.RECEIVED)
    assert read_as.officials == 0


def test_whom_we_gave_it_to_is_known_by_name_whatever_its_case_or_position() -> None:
    given = GIFT | {"became_given": "kept", "received_by": "LEE, buyer\n\n Kim  Ho \n", "official": False, "purpose": "Thanks"}
    assert facts(Kind.GIFT, given, Direction.GIVEN).outside == {"lee", "kim ho"}
    assert facts(Kind.GIFT, given, Direction.RECEIVED).outside == frozenset()


@pytest.mark.parametrize(("other", "said", "officials"), [(ACME, {}, 0), (TOWN, {}, 1), (ACME, {"official": True}, 1)])
def test_officials_are_counted_from_the_other_side_or_what_was_said(
    other: OtherSide, said: dict[str, Any], officials: int
) -> None:
    answers = GIFT | {"became_given": "kept"} | said
    assert facts(Kind.GIFT, answers, Direction.GIVEN, other).officials == officials
    assert facts(Kind.GIFT, answers | {"official": True, "officials": 3}, Direction.GIVEN, other).officials == 3


def test_a_meal_a_head_times_the_heads_is_the_whole() -> None:
    assert facts(Kind.ENTERTAINMENT, DINNER, Direction.RECEIVED).value == Money(200000, DKK)
    assert facts(Kind.ENTERTAINMENT, DINNER | {"worth_of": "all"}, Direction.RECEIVED).value == Money(50000, DKK)
    no_heads = {name: answer for name, answer in DINNER.items() if name != "heads"}
    assert facts(Kind.ENTERTAINMENT, no_heads, Direction.RECEIVED).value == Money(50000, DKK)
    assert wrong(Kind.ENTERTAINMENT, DINNER, Direction.RECEIVED) == {}


def test_a_host_is_taken_to_be_there_unless_denied() -> None:
    assert facts(Kind.ENTERTAINMENT, DINNER, Direction.RECEIVED).host_present is True
    absent = facts(Kind.ENTERTAINMENT, DINNER | {"host_present": False, "companion": True}, Direction.RECEIVED)
    assert (absent.host_present, absent.companion) == (False, True)


def test_who_pays_a_trip_says_its_direction() -> None:
    assert facts(Kind.TRAVEL, {"destination": "Berlin"}).direction is Direction.RECEIVED
    guest = facts(Kind.TRAVEL, {"destination": "Berlin", "payer": "us", "nights": 2, "country": "DE"})
    assert (guest.direction, guest.nights, guest.country, guest.travel_class) == (Direction.GIVEN, 2, "DE", "economy")


def test_a_holding_is_read_in_hundredths_of_a_percent() -> None:
    read_as = facts(
        Kind.INTEREST, {"form": "ownership", "percent": 1250, "occurred_on": TODAY, "counterparty": "Acme", "touches": False}
    )
    assert (read_as.percent_hundredths, read_as.form, read_as.value) == (1250, "ownership", None)
    assert read_as.standing


def test_a_relations_interest_names_the_relation_and_any_colleague() -> None:
    read_as = facts(Kind.INTEREST, {"form": "relation", "colleague": 9})
    assert read_as.close_relation
    assert read_as.named == {9}


def test_a_conflict_asks_for_advice_or_approval() -> None:
    asking = facts(
        Kind.CONFLICT, {"decision": "x", "wants": "advice", "relation": "family", "concerns_manager": True}, other=None
    )
    assert (asking.wants_advice, asking.close_relation, asking.concerns_manager) == (True, True, True)
    assert asking.counterparty_id is None
    assert "proposal" not in wrong(Kind.CONFLICT, {"wants": "advice"})
    assert "proposal" in wrong(Kind.CONFLICT, {})
    assert "counterparty" not in wrong(Kind.CONFLICT, {}, other=None)


def test_a_donation_is_always_given() -> None:
    assert facts(Kind.DONATION, {"what": "Laptops", "political": True}).direction is Direction.GIVEN
    assert facts(Kind.DONATION, {"what": "Laptops", "political": True}).political
    assert "in_return" in wrong(Kind.DONATION, {"form": "sponsorship"})


def test_a_new_other_side_brings_its_class_and_country() -> None:
    new = GIFT | {"counterparty_class": "supplier", "counterparty_country": "PL"}
    read_as = facts(Kind.GIFT, new, Direction.RECEIVED, None)
    assert (read_as.counterparty_class, read_as.country) == ("supplier", "PL")
    assert facts(Kind.GIFT, GIFT, Direction.RECEIVED, None).country == "DK"
    assert set(wrong(Kind.GIFT, GIFT, Direction.RECEIVED, None)) == {"counterparty_class"}


def test_what_is_known_stands_beside_the_answers() -> None:
    assert known({}, direction=None, counterparty=None) == {}
    assert known({"counterparty": "Acme"}, direction=Direction.GIVEN, counterparty=None) == {
        "counterparty": "Acme",
        "direction": "given",
        "counterparty_known": "no",
    }


@pytest.mark.parametrize(
    ("kind", "changed", "field"),
    [
        (Kind.GIFT, {"occurred_on": date(1926, 11, 19)}, "occurred_on"),
        (Kind.GIFT, {"occurred_on": date(2062, 11, 19)}, "occurred_on"),
        (Kind.GIFT, {"what": "x" * 301}, "what"),
        (Kind.GIFT, {"note": "x" * 4001}, "note"),
        (Kind.GIFT, {"became": "eaten"}, "became"),
        (Kind.GIFT, {"also": ("asked_for", "nonsense")}, "also"),
        (Kind.GIFT, {"worth": Money(-1, DKK)}, "worth"),
        (Kind.GIFT, {"became": "shared", "heads": 1}, "heads"),
        (Kind.GIFT, {"became": "paid", "own_share": Money(40001, DKK)}, "own_share"),
        (Kind.GIFT, {"became": "paid", "own_share": Money(100, "EUR")}, "own_share"),
        (Kind.ENTERTAINMENT, {"heads": 0}, "heads"),
        (Kind.ENTERTAINMENT, {"official": True, "officials": 0, "officials_who": "Ann, mayor"}, "officials"),
    ],
)
def test_what_cannot_be_is_named_beside_its_question(kind: Kind, changed: dict[str, Any], field: str) -> None:
    good = GIFT if kind is Kind.GIFT else DINNER
    found = wrong(kind, good | changed, Direction.RECEIVED)
    assert set(found) == {field}
    assert found[field] != ANSWER_THIS


def test_a_gift_several_received_was_received_by_one_at_least() -> None:
    given = {**GIFT, "became_given": "shared", "receivers": 0, "received_by": "Ann", "official": False, "purpose": "Thanks"}
    assert set(wrong(Kind.GIFT, given, Direction.GIVEN)) == {"receivers"}
    assert wrong(Kind.GIFT, given | {"receivers": 2}, Direction.GIVEN) == {}
    assert facts(Kind.GIFT, given | {"receivers": 2}, Direction.GIVEN).heads == 2


def test_the_last_day_does_not_lie_before_the_first() -> None:
    seat = {"form": "other", "other_what": "A club", "counterparty": "Oak", "touches": False, "occurred_on": TODAY}
    assert wrong(Kind.INTEREST, seat | {"ends_on": TODAY}) == {}
    assert set(wrong(Kind.INTEREST, seat | {"ends_on": date(2026, 11, 19)})) == {"ends_on"}


def test_what_somebody_paid_is_compared_with_the_whole() -> None:
    assert wrong(Kind.ENTERTAINMENT, DINNER | {"own_share": Money(200000, DKK)}, Direction.RECEIVED) == {}
    assert set(wrong(Kind.ENTERTAINMENT, DINNER | {"own_share": Money(200001, DKK)}, Direction.RECEIVED)) == {"own_share"}
