"""Which reviews remain: what was decided on the same facts stays decided, anything else is decided again."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from tests.workflows.cast import ANNA, MANAGER, NOON, OLGA, TODAY, conflict, facts, world
from workflows import Action, Case, Decision, Facts, Review, State, asks_advice, rule_content
from workflows.money import Money
from workflows.policy.assess import assess
from workflows.policy.assessment import Assessment
from workflows.reviews import approvals_that_stand, remaining, required
from workflows.words import Disposition, Outcome

M, C, X = Review.MANAGER, Review.COMPLIANCE, Review.EXECUTIVE


def assessed(declared: Facts) -> Assessment:
    where = world()
    return assess(declared, items=(), policy=where.policy, rates=where.rates, company=where.company)


def case(
    country: str, *, decided: tuple[Decision, ...] = (), escalated: frozenset[Review] = frozenset(), **declared: object
) -> Case:
    found = assessed(facts(country, **declared))
    return Case(
        State.WITH_MANAGER,
        facts(country, **declared),
        found,
        decisions=decided,
        escalated=escalated,
        prohibited=found.outcome is Outcome.PROHIBITED,
    )


def approved(review: Review, content: str, by: int = MANAGER) -> Decision:
    return Decision(review, Action.APPROVE, by, None, NOON, 1, content)


@pytest.mark.parametrize(
    ("country", "reviews"),
    [("DK", ()), ("AM", (M,)), ("AB", (M, C)), ("AC", (C,)), ("AX", (X,)), ("AZ", (M, C, X)), ("AP", (C,))],
)
def test_the_policy_says_which_reviews(country: str, reviews: tuple[Review, ...]) -> None:
    assert required(case(country)) == remaining(case(country)) == reviews


def test_without_an_assessment_nothing_is_required() -> None:
    assert required(Case(State.DRAFT, facts())) == ()


def test_an_outcome_without_its_review_still_asks_for_it() -> None:
    waiting = case("AC")
    assert waiting.assessment is not None
    assert required(replace(waiting, assessment=replace(waiting.assessment, reviews=()))) == (C,)


@pytest.mark.parametrize(
    ("country", "escalated", "reviews"),
    [("AM", {C}, (C,)), ("AB", {C}, (C,)), ("AB", {X}, (M, X)), ("AM", {C, X}, (X,)), ("AM", {X}, (M, X)), ("AP", {X}, (X,))],
)
def test_an_escalation_takes_the_place_of_the_review_below_it(
    country: str, escalated: set[Review], reviews: tuple[Review, ...]
) -> None:
    assert required(case(country, escalated=frozenset(escalated))) == reviews


def test_what_was_decided_on_the_same_facts_stays_decided() -> None:
    content = rule_content(facts("AB"))
    assert remaining(case("AB", decided=(approved(M, content),))) == (C,)
    assert remaining(case("AB", decided=(approved(M, content), approved(C, content, OLGA)))) == ()


def test_what_was_decided_on_other_facts_is_decided_again() -> None:
    assert remaining(case("AB", decided=(approved(M, rule_content(facts("AB", heads=2))),))) == (M, C)


def test_a_higher_review_covers_the_lower_ones() -> None:
    assert remaining(case("AZ", decided=(approved(C, rule_content(facts("AZ")), OLGA),))) == (X,)


def test_giving_it_back_reopens_nothing() -> None:
    kept = approved(M, rule_content(facts("AM")))
    assert approvals_that_stand(case("AM", decided=(kept,), disposition=Disposition.RETURNED)) == (kept,)


def test_keeping_after_all_is_decided_again() -> None:
    returned = approved(M, rule_content(facts("AM", disposition=Disposition.RETURNED)))
    assert remaining(case("AM", decided=(returned,))) == (M,)


def test_nothing_stands_on_what_is_prohibited() -> None:
    assert remaining(case("AP", decided=(approved(X, rule_content(facts("AP"))),))) == (C,)


CHANGED = {
    "filed_on": TODAY + timedelta(1),
    "title": "Supper",
    "disposition": Disposition.SHARED,
}


@pytest.mark.parametrize("name", sorted(CHANGED))
def test_a_title_a_day_of_filing_or_a_way_of_keeping_is_no_reason_to_decide_again(name: str) -> None:
    assert rule_content(facts(**{name: CHANGED[name]})) == rule_content(facts())


OTHER = {
    "kind": "gift",
    "declarant_id": OLGA,
    "occurred_on": TODAY,
    "ends_on": TODAY,
    "direction": "given",
    "counterparty_id": 2,
    "counterparty_group_id": 2,
    "counterparty_class": "supplier",
    "country": "DK",
    "value": Money(10001, "EUR"),
    "value_basis": "estimated",
    "heads": 2,
    "own_share": Money(1, "EUR"),
    "form": "cash",
    "officials": 1,
    "host_present": True,
    "companion": True,
    "family": True,
    "solicited": True,
    "close_relation": True,
    "concerns_manager": True,
    "wants_advice": True,
    "political": True,
    "percent_hundredths": 1,
    "travel_class": "business",
    "nights": 1,
    "exempt": frozenset({"promotional"}),
    "named": frozenset({MANAGER}),
    "tax": Money(1, "EUR"),
    "delivery": Money(1, "EUR"),
    "parts": (Money(9000, "EUR"), Money(1000, "EUR")),
    "separable": True,
    "givers": 2,
    "joint": True,
    "occasion": "reception",
    "outside": frozenset({"lee"}),
    "event": "fair-2026",
    "household": "home-1",
    "counterparty_group": "acme",
    "counterparty_country": "DK",
    "interested_party": True,
    "permissible_giver": False,
    "quiet_periods": ((TODAY, TODAY),),
    "rank": "director",
    "role": "buyer",
    "unit": "purchasing",
    "meal": "lunch",
    "profession": "doctor",
}


@pytest.mark.parametrize("name", [each.name for each in fields(Facts) if each.name not in CHANGED])
def test_every_fact_the_rules_read_is_a_reason_to_decide_again(name: str) -> None:
    """A new field of Facts fails here until somebody says which it is."""
    assert rule_content(facts(**{name: OTHER[name]})) != rule_content(facts())


def test_a_fact_that_says_nothing_leaves_what_was_decided_on_before_as_it_was() -> None:
    first = [each.name for each in fields(Facts)]
    assert list(facts().stated()) == first[: first.index("named") + 1]
    assert "meal" in facts(meal="lunch").stated()


def test_names_are_digested_in_any_order() -> None:
    assert rule_content(facts(named=frozenset({ANNA, OLGA}))) == rule_content(facts(named=frozenset({OLGA, ANNA})))


def advice(country: str, *decisions: Decision, **fields: object) -> Case:
    declared = conflict(country, wants_advice=True)
    return replace(Case(State.WITH_MANAGER, declared, assessed(declared), decisions=decisions), **fields)


def test_advice_is_asked_of_the_first_reviewer_only() -> None:
    assert required(advice("AB")) == (M,)
    assert required(advice("AC")) == (C,)
    assert required(advice("DK")) == (M,)


def test_a_request_for_approval_ends_the_asking_for_advice() -> None:
    asked = Decision(M, Action.REQUEST_APPROVAL, ANNA, None, NOON, 1, rule_content(conflict("AB", wants_advice=True)))
    assert not asks_advice(advice("AB", asked))
    assert required(advice("AB", asked)) == (M, C)
    unruled = Decision(M, Action.REQUEST_APPROVAL, ANNA, None, NOON, 1, rule_content(conflict("DK", wants_advice=True)))
    assert required(advice("DK", unruled)) == (M,)
    assert asks_advice(advice("AC", asked))
