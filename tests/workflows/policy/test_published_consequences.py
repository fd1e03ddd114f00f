"""What published policies ask afterwards: reports, prices and days, and the money, rates and digests behind them."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.workflows.policy.given import DAY, amendment, ask, company, document, gift, item, policy, rule
from tests.workflows.policy.published import EURO, refused
from workflows.facts import worth
from workflows.money import Conversion, Money, Rate, Rates, shares
from workflows.policy.assess import assess, quotes_needed
from workflows.policy.in_force import InForce
from workflows.policy.windows import next_quarter
from workflows.words import Direction, Kind, Outcome, State


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
