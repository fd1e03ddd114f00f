from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.workflows.policy.given import (
    DAY,
    amendment,
    ask,
    company,
    document,
    figures,
    gift,
    item,
    matched,
    policy,
    rule,
)
from workflows.facts import Facts
from workflows.money import Money, Rate, Rates
from workflows.policy.assess import quotes_needed
from workflows.policy.in_force import InForce
from workflows.policy.sound import (
    ENDS_FIRST,
    FUTURE_GIFT,
    NEGATIVE,
    NO_DAY,
    NO_DIRECTION,
    NO_RATE,
    NOBODY,
    OWN_SHARE,
    PERCENT,
    UNKNOWN_VALUE,
)
from workflows.policy.tables import Route
from workflows.words import Direction, Disposition, Kind, Outcome, Review, ValueBasis

TOMORROW = DAY + timedelta(days=1)
OVER_100 = {"value": {"over": {"EUR": "100"}}}
M, C, X = Review.MANAGER, Review.COMPLIANCE, Review.EXECUTIVE


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((), Route(Outcome.RECORD)),
        (("no_declaration", "record"), Route(Outcome.RECORD)),
        (("record", "manager"), Route(Outcome.MANAGER, (M,))),
        (("compliance", "manager"), Route(Outcome.COMPLIANCE, (M, C))),
        (("compliance",), Route(Outcome.COMPLIANCE, (C,))),
        ((["compliance", "manager"], "executive"), Route(Outcome.EXECUTIVE, (M, C, X))),
        (("manager", "prohibited"), Route(Outcome.PROHIBITED, (C,))),
        (("executive", "prohibited"), Route(Outcome.PROHIBITED, (C, X))),
        (("prohibited", "invalid"), Route(Outcome.INVALID)),
    ],
)
def test_the_strictest_wins_and_reviews_unite(outcomes: tuple[Any, ...], expected: Route) -> None:
    rules = [rule(f"r{n}", outcome=outcome) for n, outcome in enumerate(outcomes)]
    found = ask(gift(), policy(*rules))
    assert Route(found.outcome, found.reviews) == expected
    assert found.asked == len(rules)


def test_every_finding_is_kept_strictest_first() -> None:
    found = ask(
        gift("300"), policy(rule("low", when=OVER_100), rule("high", outcome="compliance"), rule("none", kinds=["travel"]))
    )
    assert [finding.rule for finding in found.findings] == ["high", "low"]
    assert found.findings[1].clause == "low"
    assert found.findings[1].version == "2026-01-01"
    assert found.findings[1].document == "code"


def test_totals_are_kept_whether_their_rule_matched_or_not() -> None:
    total = rule("total", when={"country": "DK", "rolling_total": {"months": 12, "over": {"EUR": "500"}}})
    found = ask(gift("10"), policy(total), item(1, "20"))
    assert "total" not in matched(found)
    assert [(figure.name, figure.money, figure.items) for figure in found.totals] == [("total", Money.of("30", "EUR"), (1,))]


def test_an_exception_lifts_a_rule() -> None:
    in_force = policy(rule("it", when=OVER_100, unless={"country": "DK", "official": True}))
    assert "it" in matched(ask(gift("101"), in_force))
    assert "it" not in matched(ask(gift("101", country="DK"), in_force))
    assert "it" not in matched(ask(gift("101", officials=1), in_force))


def test_a_rule_speaks_of_its_kinds_and_directions_only() -> None:
    in_force = policy(rule("it", kinds=["gift", "travel"], directions=["given"]))
    assert "it" in matched(ask(gift(direction=Direction.GIVEN), in_force))
    assert "it" not in matched(ask(gift(), in_force))
    assert "it" not in matched(ask(gift(kind=Kind.ENTERTAINMENT, direction=Direction.GIVEN), in_force))


def test_where_no_rule_matches_the_document_says_otherwise() -> None:
    (found,) = ask(gift(), policy()).findings
    assert (found.rule, found.clause, found.outcome) == ("otherwise", "0", Outcome.RECORD)


def test_an_amendment_never_lifts_what_the_group_asks_otherwise() -> None:
    trifle = rule("dk-trifle", when={"trifle": {"up_to": {"EUR": "20"}}}, outcome="no_declaration")
    found = ask(gift("5"), InForce((document(), amendment(trifle))))
    assert found.outcome is Outcome.RECORD
    assert matched(found) == {"otherwise", "dk-trifle"}


def test_an_amendment_may_say_otherwise_more_strictly() -> None:
    said = {"en": "x", "da": "x", "ja": "x"}
    danish = amendment(
        rule("dk", when=OVER_100), otherwise={"clause": "D", "heading": said, "sentence": said, "gift": "compliance"}
    )
    code = document(rule("code", outcome="no_declaration"))
    assert ask(gift("5"), InForce((code, danish))).outcome is Outcome.COMPLIANCE
    assert matched(ask(gift("5"), InForce((code, danish)))) == {"code", "otherwise"}
    assert ask(gift("101"), InForce((code, danish))).reviews == (M,)
    assert ask(gift("5", kind=Kind.TRAVEL), InForce((code, danish))).outcome is Outcome.RECORD


def test_no_policy_in_force_finds_nothing_and_says_so() -> None:
    found = ask(gift(None), InForce())
    assert (found.outcome, found.findings, found.asked) == (Outcome.RECORD, (), 0)
    assert found.attributes == {"policy": "none_in_force"}
    assert found.policy_digest == InForce().digest


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"occurred_on": None}, NO_DAY),
        ({"direction": None}, NO_DIRECTION),
        ({"value": None, "value_basis": ValueBasis.KNOWN}, UNKNOWN_VALUE),
        ({"value": None, "value_basis": ValueBasis.NOT_ASKED}, UNKNOWN_VALUE),
        ({"value": None, "value_basis": ValueBasis.UNKNOWN}, UNKNOWN_VALUE),
        ({"value": Money(-1, "EUR")}, NEGATIVE),
        ({"heads": 0}, NOBODY),
        ({"own_share": Money(1001, "EUR")}, OWN_SHARE),
        ({"own_share": Money(1, "SEK")}, OWN_SHARE),
        ({"own_share": Money(-1, "EUR")}, OWN_SHARE),
        ({"percent_hundredths": 10001}, PERCENT),
        ({"percent_hundredths": -1}, PERCENT),
        ({"ends_on": DAY - timedelta(days=1)}, ENDS_FIRST),
        ({"occurred_on": TOMORROW}, FUTURE_GIFT),
        ({"value": Money(100, "XOF")}, NO_RATE),
    ],
)
def test_facts_no_policy_can_answer_are_invalid_under_the_strictest_too(fields: dict[str, Any], problem: str) -> None:
    found = ask(gift(**fields), policy(rule("never", outcome="prohibited")))
    assert (found.outcome, found.reviews, found.findings) == (Outcome.INVALID, (), ())
    assert found.problems == (problem,)


def test_what_is_possible_is_not_sent_back() -> None:
    for fields in (
        {"own_share": Money(1000, "EUR")},
        {"value": Money(0, "EUR")},
        {"percent_hundredths": 10000},
        {"ends_on": DAY},
        {"kind": Kind.ENTERTAINMENT, "occurred_on": TOMORROW},
        {"direction": Direction.GIVEN, "occurred_on": TOMORROW},
        {"kind": Kind.DONATION, "direction": None},
        {"kind": Kind.CONFLICT, "direction": None, "occurred_on": None, "value": None, "value_basis": ValueBasis.NOT_ASKED},
        {"kind": Kind.INTEREST, "value": None, "value_basis": ValueBasis.NOT_ASKED, "own_share": Money(1, "EUR")},
    ):
        assert ask(gift(**fields), policy()).problems == ()


def test_several_problems_are_all_named() -> None:
    assert ask(gift(value=Money(-1, "EUR"), heads=0), policy()).problems == (NEGATIVE, NOBODY)


def test_a_rule_may_send_back_what_it_wants_told_better() -> None:
    found = ask(gift(), policy(rule("better", outcome="invalid")))
    assert (found.outcome, matched(found)) == (Outcome.INVALID, {"better"})


@pytest.mark.parametrize("disposition", [Disposition.DECLINED, Disposition.RETURNED])
def test_what_was_not_kept_is_recorded_and_needs_nobody(disposition: Disposition) -> None:
    in_force = policy(rule("never", outcome="prohibited", when={"rolling_total": {"months": 12, "over": {"EUR": "1"}}}))
    for facts in (
        gift("5000", disposition=disposition),
        gift(None, disposition=disposition),
        gift(None, disposition=disposition, value_basis=ValueBasis.NOT_ASKED),
        gift("5000", disposition=disposition, occurred_on=TOMORROW),
    ):
        found = ask(facts, in_force, item(1, "7"))
        assert (found.outcome, found.reviews, matched(found)) == (Outcome.RECORD, (), {"not-kept"})
        assert [figure.money for figure in found.totals] == [Money.of("7", "EUR")]
    assert ask(gift(value=Money(-1, "EUR"), disposition=disposition), in_force).outcome is Outcome.INVALID


def test_entertainment_without_its_host_counts_as_a_gift_where_the_document_says_so() -> None:
    rules = (
        rule("gifts", when={"rolling_total": {"months": 12, "over": {"EUR": "100"}}}),
        rule("meals", kinds=["entertainment"], outcome="compliance"),
    )
    alone = gift("60", kind=Kind.ENTERTAINMENT, host_present=False)
    before = item(1, "60", kind=Kind.ENTERTAINMENT, host_present=False)
    hosted = item(2, "60", kind=Kind.ENTERTAINMENT, host_present=True)
    as_gift = policy(*rules, host_absent_is_gift=True)
    assert matched(ask(alone, as_gift, before)) == {"gifts", "meals"}
    assert matched(ask(gift("60"), as_gift, before)) == {"gifts"}
    assert matched(ask(gift("60"), as_gift, hosted)) == {"otherwise"}
    assert matched(ask(alone, policy(*rules), before)) == {"meals"}
    assert matched(ask(gift("60", kind=Kind.ENTERTAINMENT, host_present=True), as_gift, before)) == {"meals"}


def test_late_is_counted_in_whole_days_after_the_last() -> None:
    for filed, late in ((date(2026, 6, 19), 0), (date(2026, 6, 20), 1), (date(2026, 7, 1), 12)):
        found = ask(gift(filed_on=filed), policy())
        assert (found.due_filing_on, found.days_late) == (date(2026, 6, 19), late)


def test_without_a_day_nothing_is_due() -> None:
    found = ask(gift(kind=Kind.CONFLICT, occurred_on=None, direction=None), policy())
    assert (found.due_filing_on, found.days_late) == (None, 0)


def test_a_rate_may_be_as_old_as_the_document_says_and_no_older() -> None:
    in_force = policy(rule("it", when=OVER_100), rate_max_age=45)
    for age, outcome in ((45, Outcome.MANAGER), (46, Outcome.INVALID)):
        rates = Rates({("SEK", DAY): Rate(Decimal("10"), DAY - timedelta(days=age))})
        found = ask(gift("1000.05", "SEK"), in_force, rates=rates)
        assert found.outcome is outcome
    fresh = ask(gift("1000.05", "SEK"), in_force, rates=Rates({("SEK", DAY): Rate(Decimal("10"), DAY)}))
    assert fresh.conversion is not None
    assert (fresh.conversion.result, fresh.conversion.rate_on) == (Money(10001, "EUR"), DAY)


def test_what_lies_ahead_is_reckoned_at_the_rate_of_the_day_it_is_filed() -> None:
    ahead = gift("1000.05", "SEK", kind=Kind.ENTERTAINMENT, occurred_on=DAY + timedelta(days=120))
    in_force = policy(rule("it", kinds=["entertainment"], when=OVER_100))
    assert quotes_needed(ahead, (), in_force, company()) == {("SEK", DAY)}
    assert "it" in matched(ask(ahead, in_force, rates=Rates({("SEK", DAY): Rate(Decimal("10"), DAY)})))


def test_the_quotes_needed_are_those_of_every_amount_and_every_limit() -> None:
    in_force = policy(rule("it", when={"value": {"over": {"EUR": "67", "DKK": "500"}}}), rule("eur", when=OVER_100))
    day = date(2026, 2, 2)
    facts, others = gift("100", "SEK"), [item(1, "5", "NOK", occurred_on=day), item(2, None)]
    assert quotes_needed(facts, others, in_force, company("DKK")) == {
        ("SEK", DAY),
        ("DKK", DAY),
        ("NOK", day),
        ("DKK", day),
    }
    assert quotes_needed(gift("100"), [item(1)], in_force, company()) == frozenset()
    assert quotes_needed(gift("100", "SEK"), (), InForce(), company()) == frozenset()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "hand_it_over"),
        ({"disposition": Disposition.UNDECIDED}, "decline"),
        ({"kind": Kind.ENTERTAINMENT, "occurred_on": TOMORROW}, "decline"),
        ({"direction": Direction.GIVEN, "occurred_on": TOMORROW}, "do_not_give"),
        ({"direction": Direction.GIVEN}, None),
        ({"kind": Kind.CONFLICT}, "stand_aside"),
        ({"kind": Kind.INTEREST}, None),
        ({"kind": Kind.INTEREST, "occurred_on": TOMORROW}, "do_not_begin"),
    ],
)
def test_the_safe_default_is_what_holds_without_a_yes(fields: dict[str, Any], expected: str | None) -> None:
    everything = [kind.value for kind in Kind]
    assert ask(gift(**fields), policy(rule("it", kinds=everything))).safe_default == expected
    assert ask(gift(**fields), policy()).safe_default is None


def test_attributes_of_all_findings_unite_and_the_strictest_speaks_last() -> None:
    in_force = policy(
        rule("a", attributes={"on_behalf_of": "the company", "reason_required": True, "if_unapproved": "hand_it_over"}),
        rule("b", outcome="compliance", attributes={"if_unapproved": "decline", "beforehand": True}),
    )
    assert ask(gift(), in_force).attributes == {
        "on_behalf_of": "the company",
        "reason_required": "true",
        "if_unapproved": "decline",
        "beforehand": "missed",
    }
    ahead = ask(gift(direction=Direction.GIVEN, occurred_on=TOMORROW), in_force)
    assert ahead.attributes is not None
    assert ahead.attributes["beforehand"] == "asked"
    assert ask(gift(), policy(rule("plain"))).attributes is None


def test_a_figure_is_shown_once_however_often_it_was_asked() -> None:
    twice = policy(rule("it", when=[{"value": {"over": {"EUR": "1"}}}, {"value": {"at_least": {"EUR": "1"}}}]))
    (finding,) = ask(gift(), twice).findings
    assert [figure.name for figure in finding.figures] == ["value", "limit"]
    assert figures(ask(gift(), twice), "it") == {"value": "EUR 10.00", "limit": "EUR 1.00"}


def test_the_same_facts_get_the_same_answer() -> None:
    in_force = policy(rule("it", when={"rolling_total": {"months": 12, "over": {"EUR": "5"}}}))
    facts: Facts = gift("10")
    assert ask(facts, in_force, item(1), item(2)) == ask(facts, in_force, item(2), item(1))
