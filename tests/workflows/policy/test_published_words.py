"""The words that published policies needed: each true and false, its boundaries, and how a mistake in it is answered."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.workflows.policy.given import DAY, ask, figures, gift, matched, policy, rule
from tests.workflows.policy.published import holds, refused
from workflows.money import Money, Rate, Rates
from workflows.policy.windows import in_season
from workflows.words import Disposition


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("own_cost", {"own_share": Money(1000, "EUR")}),
        ("quiet_period", {"quiet_periods": ((DAY, DAY),)}),
        ("interested_party", {"interested_party": True}),
        ("impermissible_giver", {"permissible_giver": False}),
        ("joint", {"joint": True}),
        ("joint_givers", {"givers": 2}),
        ("separable", {"separable": True, "parts": (Money(400, "EUR"), Money(600, "EUR"))}),
    ],
)
def test_a_flag_holds_when_it_is_so_and_its_opposite_when_not(name: str, fields: dict[str, Any]) -> None:
    assert holds({name: True}, gift(**fields))
    assert not holds({name: False}, gift(**fields))
    assert not holds({name: True}, gift())


def test_what_is_not_known_of_a_giver_does_not_make_them_impermissible() -> None:
    assert not holds({"impermissible_giver": True}, gift(permissible_giver=None))
    assert not holds({"separable": True}, gift(separable=True))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("role", {"role": "buyer"}),
        ("unit", {"unit": "buyer"}),
        ("counterparty_group", {"counterparty_group": "buyer"}),
        ("counterparty_country", {"counterparty_country": "buyer"}),
        ("meal", {"meal": "buyer"}),
        ("profession", {"profession": "buyer"}),
        ("occasion", {"occasion": "buyer"}),
        ("exempt", {"exempt": frozenset({"buyer", "other"})}),
    ],
)
def test_a_word_is_met_by_itself_only(name: str, fields: dict[str, Any]) -> None:
    assert holds({name: "buyer"}, gift(**fields))
    assert holds({name: ["seller", "buyer"]}, gift(**fields))
    assert not holds({name: "seller"}, gift(**fields))
    assert not holds({name: "buyer"}, gift())


def test_the_company_and_its_country_are_the_declarants() -> None:
    assert holds({"company": "NL-DK"}, gift())
    assert not holds({"company": "NL"}, gift())
    assert holds({"company_country": "DK"}, gift())
    assert not holds({"company_country": "DE"}, gift())


def test_a_disposition_is_one_of_the_closed_list() -> None:
    assert holds({"disposition": ["surrendered"]}, gift(disposition=Disposition.SURRENDERED))
    assert not holds({"disposition": ["surrendered"]}, gift())
    assert "“surrendred” is not a known disposition; did you mean “surrendered”?" in refused(
        rule("a", when={"disposition": ["surrendred"]})
    )


@pytest.mark.parametrize(("heads", "expected"), [(4, False), (5, True)])
def test_heads_are_counted(heads: int, expected: bool) -> None:
    assert holds({"heads": {"at_least": 5}}, gift(heads=heads)) is expected


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("12-01", "01-06", {"11-30": False, "12-01": True, "12-31": True, "01-01": True, "01-06": True, "01-07": False}),
        ("06-01", "06-30", {"05-31": False, "06-01": True, "06-30": True, "07-01": False}),
        ("02-29", "02-29", {"02-28": False, "02-29": True, "03-01": False}),
    ],
)
def test_a_season_has_both_its_end_days_and_runs_over_new_year(first: str, last: str, days: dict[str, bool]) -> None:
    for day, expected in days.items():
        on = date.fromisoformat(f"2024-{day}")
        assert in_season(on, first, last) is expected
        assert holds({"season": {"first": first, "last": last}}, gift(filed_on=on, occurred_on=on), effective_from=on) is expected


def test_a_season_is_days_of_the_year() -> None:
    said = refused(rule("a", when={"season": {"first": "12-01", "last": "02-30"}}))
    assert said == "code.toml, rule a, when.season.last: “02-30” is not a month and day such as “12-01”"


@pytest.mark.parametrize(("day", "expected"), [(-1, False), (0, True), (9, True), (10, False)])
def test_a_tender_has_both_its_end_days(day: int, expected: bool) -> None:
    periods = ((DAY - timedelta(400), DAY - timedelta(300)), (DAY, DAY + timedelta(9)))
    on = DAY + timedelta(day)
    assert holds({"quiet_period": True}, gift(filed_on=on, occurred_on=on, quiet_periods=periods)) is expected


RANKS = ["clerk", "director", "minister"]


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("at_least", {"clerk": False, "director": True, "minister": True, "emperor": True, None: True}),
        ("over", {"clerk": False, "director": False, "minister": True, "emperor": True, None: True}),
        ("up_to", {"clerk": True, "director": True, "minister": False, "emperor": False, None: False}),
        ("under", {"clerk": True, "director": False, "minister": False, "emperor": False, None: False}),
    ],
)
def test_ranks_are_compared_in_the_documents_order_and_unknown_ones_are_the_highest(
    operator: str, expected: dict[str | None, bool]
) -> None:
    for own, answer in expected.items():
        assert holds({"rank": {operator: "director"}}, gift(rank=own), ranks=RANKS) is answer


def test_a_rank_the_document_does_not_list_is_a_mistake() -> None:
    assert "rank: “directer” is not a known rank; did you mean “director”?" in refused(
        rule("a", when={"rank": {"over": "directer"}}), ranks=RANKS
    )
    assert "the document lists no ranks" in refused(rule("a", when={"rank": {"over": "director"}}))
    assert "rank" in refused(rule("a", when={"rank": "director"}), ranks=RANKS)


def test_a_host_country_has_its_own_limit_and_no_other_stands_in() -> None:
    when = {"country_limit": {"over": {"DK": {"DKK": "400"}, "DE": {"EUR": "60"}}}}
    assert not holds(when, gift("60.00", country="DE"))
    assert holds(when, gift("60.01", country="DE"))
    assert not holds(when, gift("9999", country="SE"))
    assert not holds(when, gift("9999", country=None))
    in_force = policy(rule("it", when=when))
    rates = Rates({("DKK", DAY): Rate(Decimal("7.5"), DAY)})
    assert "it" in matched(ask(gift("53.34", country="DK"), in_force, rates=rates))
    assert figures(ask(gift("120.02", country="DE", heads=2), in_force), "it") == {"per_head": "EUR 60.01", "limit": "EUR 60"} | {
        "limit": "EUR 60.00"
    }


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({}, "a limit for each country is a table"),
        ({"Denmark": {"DKK": "400"}}, "“Denmark” is not a country code of two capital letters"),
        ({"DK": {"DKK": "400", "EUR": "50"}}, "DK: state one amount"),
        ({"DK": "400"}, "DK: state one amount"),
    ],
)
def test_a_limit_for_a_country_is_one_amount(table: Any, said: str) -> None:
    assert said in refused(rule("a", when={"country_limit": {"over": table}}))
