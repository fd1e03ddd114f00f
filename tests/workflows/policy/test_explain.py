from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.policy.given import DAY, KINDS, ask, gift, policy, rule
from workflows.money import Money
from workflows.policies import default_pack
from workflows.policy.explain import Limit, lawful_ways, limits
from workflows.policy.in_force import InForce, in_force
from workflows.words import Direction, Disposition, Kind, Outcome, Review

TOMORROW = DAY + timedelta(days=1)
ASKED = policy(rule("it", kinds=KINDS))
BARRED = policy(rule("it", kinds=KINDS, outcome="prohibited"))


def ways(in_force: InForce = ASKED, **fields: Any) -> tuple[str, ...]:
    facts = gift(**fields)
    return lawful_ways(ask(facts, in_force), facts)


@pytest.mark.parametrize(
    ("fields", "allowed", "barred"),
    [
        ({}, ("give_back", "hand_over", "share"), ("give_back", "hand_over")),
        ({"disposition": Disposition.UNDECIDED}, ("decline", "hand_over", "share"), ("decline", "hand_over")),
        ({"disposition": Disposition.SURRENDERED}, ("give_back",), ("give_back",)),
        ({"kind": Kind.ENTERTAINMENT, "occurred_on": TOMORROW}, ("decline", "pay_own_share", "ask_first"), ("decline",)),
        ({"kind": Kind.ENTERTAINMENT, "disposition": Disposition.UNDECIDED}, ("decline", "pay_own_share"), ("decline",)),
        ({"kind": Kind.TRAVEL}, ("pay_own_share",), ()),
        ({"direction": Direction.GIVEN, "occurred_on": TOMORROW}, ("do_not_give", "ask_first"), ("do_not_give",)),
        ({"direction": Direction.GIVEN, "disposition": Disposition.UNDECIDED}, ("do_not_give", "ask_first"), ("do_not_give",)),
        ({"direction": Direction.GIVEN}, (), ()),
        ({"kind": Kind.CONFLICT}, ("step_aside",), ("step_aside",)),
        ({"kind": Kind.INTEREST}, ("end_it",), ("end_it",)),
        ({"kind": Kind.INTEREST, "occurred_on": TOMORROW}, ("do_not_begin", "ask_first"), ("do_not_begin",)),
    ],
)
def test_a_declarant_is_shown_lawful_ways(fields: dict[str, Any], allowed: tuple[str, ...], barred: tuple[str, ...]) -> None:
    assert ways(**fields) == allowed
    assert ways(BARRED, **fields) == barred


def test_nothing_is_offered_where_nothing_is_asked() -> None:
    assert ways(policy()) == ()
    assert ways(value=Money(-1, "EUR")) == ()
    assert ways(disposition=Disposition.DECLINED) == ()


def test_limits_are_told_in_the_companys_currency_or_the_documents() -> None:
    in_force = policy(
        rule("year", when={"rolling_total": {"months": 12, "over": {"EUR": "300", "DKK": "2240"}}}, outcome="compliance"),
        rule("quarter", when={"calendar_total": {"period": "quarter", "at_least": {"EUR": "90"}}}),
        rule("one", when={"per_head": {"over": {"EUR": "67"}}, "official": True}, directions=["given"]),
        rule("no-limit"),
    )
    one, quarter, year = limits(in_force, "DKK")
    assert year == Limit(
        document="code",
        version="2026-01-01",
        rule="year",
        clause="year",
        heading={"en": "year", "da": "year", "ja": "year"},
        sentence={"en": "A sentence.", "da": "A sentence.", "ja": "A sentence."},
        kinds=(Kind.GIFT,),
        directions=(),
        measure="rolling_total",
        operator="over",
        amount=Money.of("2240", "DKK"),
        months=12,
        period=None,
        outcome=Outcome.COMPLIANCE,
        reviews=(Review.COMPLIANCE,),
        counts=(Kind.GIFT,),
    )
    assert (quarter.period, quarter.operator, quarter.amount) == ("quarter", "at_least", Money.of("90", "EUR"))
    assert (one.measure, one.directions, one.months, one.counts) == ("per_head", (Direction.GIVEN,), None, ())


def test_the_limits_of_the_pack_are_those_of_its_rules() -> None:
    found = limits(in_force(default_pack(), "NL-DK", ("NL",), DAY), "DKK")
    told = {(limit.rule, limit.measure): str(limit.amount.amount) for limit in found}
    assert told["gift-manager", "occasion_total"] == "500.00"
    assert told["dk-meal-manager", "per_head"] == "450.00"
    assert told["giver-total", "rolling_total"] == "2240.00"
    assert ("meal-manager", "per_head") not in told
