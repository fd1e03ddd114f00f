"""The words that published policies needed: each true and false, its boundaries, and how a mistake in it is answered."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.workflows.policy.given import DAY, amendment, ask, company, document, figures, gift, item, matched, policy, rule
from workflows.facts import worth
from workflows.money import Conversion, Money, Rate, Rates, shares
from workflows.policy.assess import assess, quotes_needed
from workflows.policy.document import InForce, PolicyError
from workflows.policy.windows import in_season, next_quarter
from workflows.words import Direction, Disposition, Kind, Outcome, State

EURO = {"EUR": "100"}


def holds(when: dict[str, Any], facts: Any, *items: Any, **more: Any) -> bool:
    in_force = policy(rule("it", kinds=[kind.value for kind in Kind], when=when, outcome="compliance"), **more)
    found = ask(facts, in_force, *items)
    assert not found.problems
    return "it" in matched(found)


def refused(*rules: dict[str, Any], **more: Any) -> str:
    with pytest.raises(PolicyError) as error:
        document(*rules, **more)
    return str(error.value)


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
    assert said == "code.toml, rule a, when: season.last: “02-30” is not a month and day such as “12-01”"


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


def test_what_was_paid_is_compared_by_itself() -> None:
    when = {"own_share": {"over": EURO}}
    assert not holds(when, gift("200"))
    assert not holds(when, gift("200", own_share=Money(10000, "EUR")))
    assert holds(when, gift("200", own_share=Money(10001, "EUR")))


def test_tax_and_delivery_count_only_where_the_rule_says_so() -> None:
    facts = gift("99", heads=1, tax=Money(100, "EUR"), delivery=Money(200, "EUR"))
    assert not holds({"value": {"over": EURO}}, facts)
    assert not holds({"value": {"with_tax": True, "over": EURO}}, facts)
    assert holds({"value": {"with_delivery": True, "over": EURO}}, facts)
    earlier = item(1, "1", tax=Money(100, "EUR"), delivery=Money(200, "EUR"), own_share=Money(50, "EUR"))
    for more, total in (({}, "100.00"), ({"with_tax": True}, "102.00"), ({"with_delivery": True}, "104.00")):
        found = ask(facts, policy(rule("it", when={"occasion_total": {"at_least": {"EUR": "1"}, **more}})), earlier)
        assert figures(found, "it")["total"] == f"EUR {total}"
    less = ask(facts, policy(rule("it", when={"occasion_total": {"at_least": {"EUR": "1"}, "less_own_share": True}})), earlier)
    assert figures(less, "it")["total"] == "EUR 99.50"


def test_joint_givers_divide_only_where_the_rule_says_so() -> None:
    facts = gift("300", givers=3)
    assert holds({"value": {"over": EURO}}, facts)
    assert not holds({"value": {"per_giver": True, "over": EURO}}, facts)
    assert holds({"value": {"per_giver": True, "at_least": EURO}}, facts)


def test_of_several_things_each_is_compared_and_all_come_together() -> None:
    facts = gift("150", parts=(Money(10000, "EUR"), Money(5000, "EUR")))
    assert not holds({"value": {"over": EURO}}, facts)
    assert holds({"value": {"at_least": EURO}}, facts)
    assert holds({"occasion_total": {"over": EURO}}, facts)
    assert not holds({"occasion_total": {"leave_out_under": {"EUR": "60"}, "over": EURO}}, facts)


def test_the_whole_of_what_was_shared_counts_where_the_rule_says_so() -> None:
    facts, earlier = gift("60", heads=3), item(1, "20", heads=3)
    assert not holds({"occasion_total": {"over": EURO}}, facts, earlier)
    assert not holds({"occasion_total": {"whole": True, "over": {"EUR": "120"}}}, facts, earlier)
    assert holds({"occasion_total": {"whole": True, "at_least": {"EUR": "120"}}}, facts, earlier)


def test_occasions_that_bear_other_names_are_apart_only_where_the_rule_says_so() -> None:
    facts, earlier = gift("60", occasion="reception"), item(1, "60")
    assert holds({"occasion_total": {"over": EURO}}, facts, earlier)
    assert not holds({"occasion_total": {"stated": True, "over": EURO}}, facts, earlier)
    assert holds({"occasion_total": {"stated": True, "over": EURO}}, facts, item(1, "60", occasion="reception"))


@pytest.mark.parametrize(
    "word", [{"exempt": frozenset({"promotional"})}, {"form": "promotional"}, {"disposition": Disposition.SHARED}]
)
def test_what_bears_a_word_left_out_does_not_count(word: dict[str, Any]) -> None:
    out = {"calendar_total": {"leave_out": ["promotional", "shared"], "over": EURO}}
    assert holds(out, gift("60"), item(1, "60"))
    assert not holds(out, gift("60"), item(1, "60", **word))
    assert not holds(out, gift("600", **word), item(1, "600"))


def test_only_the_forms_named_count() -> None:
    only = {"calendar_total": {"forms": ["meal"], "over": EURO}}
    assert holds(only, gift("60", form="meal"), item(1, "60", form="meal"))
    assert not holds(only, gift("60", form="meal"), item(1, "60"))
    assert not holds(only, gift("60"), item(1, "600", form="meal"))
    assert holds({"count": {"forms": ["meal"], "at_least": 2}}, gift(form="meal"), item(1, form="meal"))


@pytest.mark.parametrize(("amount", "under", "up_to"), [("9.99", False, False), ("10.00", True, False), ("10.01", True, True)])
def test_a_trifle_is_left_out_of_the_sum_and_matches_nothing_itself(amount: str, under: bool, up_to: bool) -> None:
    for word, counts in (("leave_out_under", under), ("leave_out_up_to", up_to)):
        when = {"calendar_total": {word: {"EUR": "10"}, "over": EURO}}
        assert holds(when, gift("100.00"), item(1, amount)) is counts
        assert holds(when, gift(amount), item(1, "100.00")) is counts


KEYS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("counterparty", {}, {"declarant_id": 2}),
    ("counterparty", {}, {"counterparty_group_id": 8}),
    ("declarant", {"counterparty_group_id": 8}, {"declarant_id": 2}),
    ("person", {"declarant_id": 2, "outside": frozenset({"lee", "kim"})}, {"outside": frozenset({"kim"})}),
    ("person", {"declarant_id": 2, "outside": frozenset({"lee"})}, {"outside": frozenset({"lee"}), "counterparty_group_id": 8}),
    ("event", {"declarant_id": 2, "counterparty_group_id": 8, "event": "fair"}, {"event": "other"}),
    ("household", {"declarant_id": 2, "household": "home"}, {"household": "home", "counterparty_group_id": 8}),
]


@pytest.mark.parametrize(("per", "same", "other"), KEYS)
def test_a_total_is_kept_by_the_key_the_rule_names(per: str, same: dict[str, Any], other: dict[str, Any]) -> None:
    facts = gift("60", outside=frozenset({"lee"}), event="fair", household="home")
    in_force = policy(rule("it", when={"calendar_total": {"per": per, "over": EURO}}))
    assert "it" in matched(ask(facts, in_force, item(1, "60", **same)))
    assert "it" not in matched(ask(facts, in_force, item(1, "60", **other)))
    assert in_force.keys == {per}


@pytest.mark.parametrize("per", ["person", "event", "household"])
def test_what_states_no_key_belongs_to_nothing(per: str) -> None:
    when = {"count": {"per": per, "at_least": 2}}
    assert not holds(when, gift(), item(1))


@pytest.mark.parametrize("name", ["calendar_total", "count"])
def test_an_unknown_key_of_totals_is_a_mistake(name: str) -> None:
    said = refused(rule("a", when={name: {"per": "persons", "over": {"EUR": "1"} if name != "count" else 1}}))
    assert f"when: {name}.per: “persons” is not a known key of totals; did you mean “person”?" in said


def test_a_total_has_one_measure_of_trifles() -> None:
    said = refused(rule("a", when={"calendar_total": {"leave_out_under": EURO, "leave_out_up_to": EURO, "over": EURO}}))
    assert "state leave_out_up_to or leave_out_under, not both" in said


@pytest.mark.parametrize(
    ("year", "first"),
    [
        ({}, date(2026, 1, 1)),
        ({"first_month": 7}, date(2025, 7, 1)),
        ({"months": 12}, date(2025, 5, 21)),
        ({"months": 3}, date(2026, 2, 21)),
    ],
)
def test_what_a_year_is_the_document_says(year: dict[str, int], first: date) -> None:
    in_force = policy(
        rule("sum", when={"year_total": {"over": EURO}}), rule("number", when={"year_count": {"at_least": 2}}), year=year
    )
    assert matched(ask(gift("60"), in_force, item(1, "60", occurred_on=first))) == {"sum", "number"}
    assert matched(ask(gift("60"), in_force, item(1, "60", occurred_on=first - timedelta(1)))) == {"otherwise"}


def test_a_total_of_the_year_states_no_window_of_its_own() -> None:
    assert "year_total.months: the window is what the document states as its year" in refused(
        rule("a", when={"year_total": {"months": 3, "over": EURO}}), year={"months": 12}
    )
    assert "“year_totl” is not a known predicate; did you mean “year_total”?" in refused(rule("a", when={"year_totl": {}}))


def test_items_are_looked_into_only_where_a_total_asks_more_of_them() -> None:
    plain = {"calendar_total": {"over": EURO}}
    assert not policy(rule("a", when=plain), rule("b", when={"count": {"over": 1}})).looks_into_items
    for more in ({"with_tax": True}, {"with_delivery": True}, {"less_own_share": True}, {"stated": True}):
        assert policy(rule("a", when={"calendar_total": {"over": EURO, **more}})).looks_into_items


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2026, 1, 1), date(2026, 4, 14)),
        (date(2026, 3, 31), date(2026, 4, 14)),
        (date(2026, 4, 1), date(2026, 7, 14)),
        (date(2026, 12, 31), date(2027, 1, 14)),
    ],
)
def test_days_from_the_next_quarter_count_its_first_day(on: date, due: date) -> None:
    in_force = policy(
        rule("a", attributes={"report_by": True, "public_from": 62}), filing={"days": 14, "counted_from": "next_quarter"}
    )
    found = ask(gift(filed_on=due + timedelta(2), occurred_on=on), in_force)
    assert (found.due_filing_on, found.days_late) == (due, 2)
    assert found.attributes == {"report_by": due.isoformat(), "public_from": (due + timedelta(62)).isoformat()}
    assert next_quarter(on) == due.replace(day=1)
    assert in_force.filing_days(Kind.GIFT) is None


def test_without_a_day_there_is_no_report_and_nothing_to_publish() -> None:
    in_force = policy(rule("a", kinds=["interest"], attributes={"report_by": True, "public_from": 62}))
    assert ask(gift(kind=Kind.INTEREST, occurred_on=None), in_force).attributes is None


def test_to_tell_somebody_before_is_asked_ahead_and_missed_afterwards() -> None:
    in_force = policy(rule("a", attributes={"notify_before": True}))
    assert ask(gift(), in_force).attributes == {"notify_before": "missed"}
    ahead = gift(direction=Direction.GIVEN, occurred_on=DAY + timedelta(1))
    assert ask(ahead, in_force).attributes == {"notify_before": "asked"}


@pytest.mark.parametrize(
    ("when", "price"),
    [
        ({"value": {"over": EURO}}, "EUR 50.00"),
        ({"per_head": {"over": {"EUR": "10"}}}, "EUR 65.00"),
        ({"occasion_total": {"over": EURO, "whole": True}}, "EUR 50.00"),
    ],
)
def test_the_price_is_the_value_less_the_limit(when: dict[str, Any], price: str) -> None:
    assert ask(gift("150", heads=2), policy(rule("a", when=when, attributes={"pay": True}))).attributes == {"pay": price}


def test_without_a_limit_there_is_no_price() -> None:
    assert ask(gift(), policy(rule("a", attributes={"pay": True}))).attributes is None


def test_earlier_things_nobody_had_to_register_are_named_with_the_total() -> None:
    in_force = policy(rule("a", when={"calendar_total": {"over": EURO}}, attributes={"also_register": True}))
    items = [
        item(1, "40", outcome=int(Outcome.NO_DECLARATION)),
        item(2, "40", outcome=int(Outcome.RECORD)),
        item(3, "40", outcome=int(Outcome.NO_DECLARATION), direction=Direction.GIVEN),
        item(4, "40", outcome=int(Outcome.NO_DECLARATION), state=State.WITH_MANAGER),
    ]
    assert ask(gift("1"), in_force, *items).attributes == {"also_register": "1 4"}
    assert ask(gift("100"), in_force, items[1]).attributes is None


def test_a_part_may_be_kept_if_it_would_pass_alone() -> None:
    in_force = policy(
        rule("a", when={"occasion_total": {"over": EURO}}, outcome="prohibited", attributes={"part_may_be_kept": True}),
        rule("cash", when={"form": "gift_card"}, outcome="prohibited"),
    )
    parts = (Money(6000, "EUR"), Money(7000, "EUR"))
    assert ask(gift("130", parts=parts, separable=True), in_force).attributes == {"part_may_be_kept": "true"}
    assert ask(gift("130", parts=parts), in_force).attributes is None
    assert ask(gift("130", parts=parts, separable=True), in_force, item(1, "50")).attributes == {"part_may_be_kept": "false"}
    assert ask(gift("130", parts=parts, separable=True, form="gift_card"), in_force).attributes == {"part_may_be_kept": "false"}


def test_an_unknown_safe_default_is_a_mistake() -> None:
    said = refused(rule("a", attributes={"if_unapproved": "declined"}))
    assert said == "code.toml, rule a, attributes.if_unapproved: “declined” is not a known safe default; did you mean “decline”?"


def test_nobody_cannot_have_given_it_and_tax_is_not_negative() -> None:
    assert len(ask(gift(givers=0), policy()).problems) == 1
    assert len(ask(gift(tax=Money(-1, "EUR")), policy()).problems) == 1
    assert len(ask(gift(delivery=Money(-1, "EUR")), policy()).problems) == 1
    assert len(ask(gift(parts=(Money(-1, "EUR"), Money(1001, "EUR"))), policy()).problems) == 1


def test_a_thing_is_worth_the_highest_that_is_known() -> None:
    assert worth(None, Money(3, "EUR"), Money(5, "EUR"), None) == Money(5, "EUR")
    assert worth(None, None) is None


@pytest.mark.parametrize(("minor", "heads"), [(100000, 3), (100001, 3), (2, 3), (0, 4), (7, 1)])
def test_shares_differ_by_one_unit_at_most_and_sum_to_the_whole(minor: int, heads: int) -> None:
    parts = [share.minor for share in shares(Money(minor, "DKK"), heads)]
    assert sum(parts) == minor
    assert len(parts) == heads
    assert max(parts) - min(parts) <= 1


def test_a_rate_that_follows_from_two_is_exact() -> None:
    """USD at 6.90 DKK, where the euro is 7.46: five cents are 34.5 øre, which go up."""
    quotes = {("DKK", DAY): Rate(Decimal("7.46"), DAY), ("USD", DAY): Rate(Fraction(746, 690), DAY)}
    made = Rates(quotes).convert(Money(5, "USD"), "DKK", DAY, timedelta(1))
    assert made == Conversion(Money(5, "USD"), Money(35, "DKK"), Decimal("34.5"), Decimal("6.9"), DAY)
    assert Rates(quotes).convert(Money(-5, "USD"), "DKK", DAY, timedelta(1)).result == Money(-35, "DKK")


def test_words_added_to_the_language_leave_the_digest_of_older_documents_alone() -> None:
    plain = rule("a", when={"calendar_total": {"over": EURO}})
    said_twice = rule(
        "a", when={"calendar_total": {"over": EURO, "per": "counterparty", "whole": False}}, attributes={"pay": False}
    )
    assert document(plain).digest == document(said_twice, year={}, ranks=[]).digest
    assert document(plain).digest != document(rule("a", when={"calendar_total": {"over": EURO, "per": "event"}})).digest
    assert document(plain).digest != document(plain, year={"first_month": 2}).digest


def test_the_earliest_last_day_of_filing_holds() -> None:
    quarterly = document(filing={"days": 14, "counted_from": "next_quarter"})
    both = InForce((quarterly, amendment(filing={"days": 60})))
    assert both.filing_due(Kind.GIFT, date(2026, 6, 30)) == date(2026, 7, 14)
    assert both.filing_due(Kind.GIFT, date(2026, 4, 1)) == date(2026, 5, 31)
    assert both.filing_days(Kind.GIFT) == 60


def test_what_is_asked_of_a_country_is_asked_in_its_currency() -> None:
    when = {"country_limit": {"over": {"SE": {"SEK": "400"}}}}
    in_force = policy(rule("it", when=when))
    assert {limits.base for _, one in in_force.rules for limits in one.limits} == {"SEK"}
    found = assess(gift("1", country="SE"), items=(), policy=in_force, rates=Rates({}), company=company())
    assert found.outcome is Outcome.INVALID


def test_a_policy_names_every_question_it_asks() -> None:
    in_force = policy(rule("a", when={"year_total": {"over": EURO}}, unless={"unit": "sales"}), rule("b", when={"role": "buyer"}))
    assert in_force.asks == {"calendar_total", "unit", "role"}
    assert InForce().asks == frozenset()


def test_a_rate_is_asked_for_whatever_money_is_stated() -> None:
    facts = gift("1", tax=Money(1, "SEK"), delivery=Money(1, "NOK"), parts=(Money(50, "EUR"), Money(50, "GBP")))
    earlier = item(1, "1", occurred_on=date(2026, 5, 1), tax=Money(1, "USD"), own_share=Money(1, "JPY"))
    needed = quotes_needed(facts, [earlier], policy(rule("a", when={"value": {"over": EURO}})), company())
    assert needed == {("SEK", DAY), ("NOK", DAY), ("GBP", DAY), ("USD", date(2026, 5, 1)), ("JPY", date(2026, 5, 1))}
