"""A counter-example is said in plain words, whatever it is about."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.policy.given import DAY, NO_RATES, ask, company, gift, item, policy, rule
from workflows.facts import Item
from workflows.money import Money
from workflows.policy.proof.witness import Witness, lost
from workflows.policy.proof.words import told
from workflows.words import Direction, Kind

CODE = policy(rule("all", kinds=["gift", "entertainment", "travel", "interest", "conflict", "donation"]))
OURS = policy()


def shown(*items: Item, amount: str | None = "501", currency: str = "EUR", **content: Any) -> str:
    """What is said of a thing the Code sends to the manager and the amendment records."""
    facts = gift(amount, currency, **content)
    answers = [ask(facts, asked, *items, currency=currency) for asked in (CODE, OURS)]
    return told(Witness(facts, tuple(items), NO_RATES, company(currency), *answers)).removesuffix(
        " would only be recorded; the Code asks for the manager"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "a gift of EUR 501 received"),
        ({"amount": "500.01"}, "a gift of EUR 500.01 received"),
        ({"counterparty_class": "public_official"}, "a gift of EUR 501 received from a public official"),
        ({"counterparty_class": "supplier", "direction": Direction.GIVEN}, "a gift of EUR 501 given to a supplier"),
        ({"counterparty_class": "hospital"}, "a gift of EUR 501 received from somebody of the class hospital"),
        ({"form": "voucher"}, "a gift of EUR 501 (voucher) received"),
        ({"heads": 3}, "a gift of EUR 501 received, shared by 3"),
        ({"givers": 2}, "a gift of EUR 501 received, given jointly by 2"),
        ({"own_share": Money(100, "EUR")}, "a gift of EUR 501 received, of which the declarant paid EUR 1"),
        ({"kind": Kind.TRAVEL, "solicited": True}, "a trip of EUR 501 received, asked for"),
        ({"kind": Kind.ENTERTAINMENT, "host_present": False}, "entertainment of EUR 501 received, without a host"),
        ({"kind": Kind.INTEREST, "direction": None, "amount": None}, "an outside interest"),
        (
            {"kind": Kind.INTEREST, "direction": None, "counterparty_class": "competitor", "percent_hundredths": 1250},
            "an outside interest with a competitor, a share of 12.5 percent",
        ),
        ({"kind": Kind.DONATION, "direction": None, "political": True}, "a donation of EUR 501, for a political cause"),
        ({"filed_on": DAY + timedelta(days=9)}, "a gift of EUR 501 received, declared 9 days after"),
        ({"country": "DK", "exempt": frozenset({"promo"})}, "a gift of EUR 501 received (DK, promo)"),
    ],
)
def test_a_thing_is_said_in_plain_words(content: dict[str, Any], words: str) -> None:
    assert shown(**content) == words


def test_earlier_things_are_said_with_what_they_come_to() -> None:
    assert shown(item(1, "20"), item(2, "30")) == "a gift of EUR 501 received, after 2 earlier of EUR 50 in all"
    assert shown(item(1, None)) == "a gift of EUR 501 received, after 1 earlier"


@pytest.mark.parametrize(
    ("code", "ours", "words"),
    [
        ("record", "no_declaration", "a gift of EUR 10 received would need no declaration; the Code has it recorded"),
        ("prohibited", "compliance", "a gift of EUR 10 received would go to compliance; the Code forbids it"),
        (
            ["manager", "compliance", "executive"],
            "compliance",
            "a gift of EUR 10 received would go to compliance; the Code asks for the manager and compliance and an executive reviewer",
        ),
        ("executive", "record", "a gift of EUR 10 received would only be recorded; the Code asks for an executive reviewer"),
        (
            "invalid",
            "prohibited",
            "a gift of EUR 10 received would be prohibited; the Code sends it back until its value is stated",
        ),
    ],
)
def test_where_it_would_go_and_what_the_code_asks_for(code: Any, ours: Any, words: str) -> None:
    answers = [ask(gift(), policy(rule("a", outcome=outcome))) for outcome in (code, ours)]
    assert told(Witness(gift(), (), NO_RATES, company(), *answers)) == words


def test_only_an_attribute_is_lost() -> None:
    answers = [ask(gift(), policy(rule("a", attributes=said))) for said in ({"reason_required": True, "beforehand": True}, {})]
    found = Witness(gift(), (), NO_RATES, company(), *answers)
    assert found.lost == ("beforehand", "reason_required")
    assert told(found) == "for a gift of EUR 10 received this would no longer be asked: asking beforehand, a reason"


def test_words_and_money_can_be_said_in_another_way() -> None:
    answers = [ask(gift(), policy(rule("a", outcome=outcome))) for outcome in ("manager", "record")]
    found = Witness(gift(), (), NO_RATES, company(), *answers)
    assert told(found).told(str, lambda money: "much") == (
        "a gift of much received would only be recorded; the Code asks for the manager"
    )


def test_what_is_lost_is_told_by_outcome_reviews_and_attributes() -> None:
    def one(outcome: Any, **attributes: Any) -> Any:
        return ask(gift(), policy(rule("a", outcome=outcome, attributes=attributes)))

    assert lost(one("manager"), one("compliance")) == ("reviews",)
    assert lost(one("compliance"), one("manager")) == ("outcome", "reviews")
    assert lost(one(["manager", "compliance"]), one("prohibited")) == ()
    assert lost(one("prohibited"), one("invalid")) == ()
    assert lost(one("manager", public_from=3), one("manager", public_from=4)) == ("public_from",)
    assert lost(one("manager", public_from=3), one("manager", public_from=2)) == ()
    assert lost(one("manager", pay=True), one("manager")) == ()
    both = [replace(one("manager").findings[0], attributes={"also_register": ids}) for ids in ("1 2", "2 3 1")]
    fewer, all_of_them = (replace(one("manager"), findings=(finding,)) for finding in both)
    assert lost(fewer, all_of_them) == ()
    assert lost(all_of_them, fewer) == ("also_register",)
