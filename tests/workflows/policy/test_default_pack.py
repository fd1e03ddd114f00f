"""The pack that comes with the product: every limit at, one minor unit under and one over, and what the Code is meant to say."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflows.policy.given import DAY, ask, figures, gift, item, matched
from workflows.facts import Facts, Item
from workflows.money import Money
from workflows.policies import default_pack, default_texts
from workflows.policy.amend import broken
from workflows.policy.amounts import CalendarTotal, Count, RollingTotal
from workflows.policy.document import load
from workflows.policy.in_force import InForce, in_force
from workflows.policy.predicates import ClassWords, FormWords, Percent
from workflows.policy.rules import Condition, Rule
from workflows.policy.tables import Amount, compares
from workflows.words import Direction, Disposition, Kind, Outcome, Review, ValueBasis

M, C = Review.MANAGER, Review.COMPLIANCE
CURRENCIES = ("EUR", "DKK", "GBP", "JPY", "PLN", "SEK")
TOMORROW = DAY + timedelta(days=1)


def code(on: date = DAY, company: str = "NL-SE") -> InForce:
    return in_force(default_pack(), company, ("NL",), on)


DANISH, GERMAN = code(company="NL-DK"), code(company="NL-DE")
SPOKEN = {"denmark": ("DKK",), "germany": ("EUR",)}
POLICIES = {"2024": code(date(2025, 5, 20)), "2026": code(), "denmark": DANISH, "germany": GERMAN}


def test_the_pack_stands_together() -> None:
    assert broken(default_pack()) == ()
    assert [(document.key, document.version) for document in default_pack()] == [
        ("denmark", "2024-07-01"),
        ("germany", "2025-09-01"),
        ("group-code", "2024-01-01"),
        ("group-code", "2026-01-01"),
    ]
    for name, text in default_texts().items():
        assert load(text, name) in default_pack()


def test_the_version_follows_the_day() -> None:
    assert [document.version for document in code(date(2025, 12, 31)).documents] == ["2024-01-01"]
    assert [document.version for document in code(date(2026, 1, 1)).documents] == ["2026-01-01"]
    assert [document.key for document in DANISH.documents] == ["group-code", "denmark"]
    assert code(date(2023, 12, 31)) == InForce()


def test_every_sentence_is_there_in_three_languages_and_fits_on_a_page() -> None:
    for document in default_pack():
        assert document.rules
        for rule in document.rules:
            for text in (rule.heading, rule.sentence):
                assert len({text.en, text.da, text.ja}) == 3
            assert len(rule.sentence.en) < 140
            assert rule.sentence.en.endswith(".")
            assert rule.sentence.da.endswith(".")
            assert rule.sentence.ja.endswith("。")


def test_every_limit_of_the_code_is_stated_in_every_currency() -> None:
    for document in default_pack():
        if document.company is None:
            for rule in document.rules:
                for limits in rule.limits:
                    assert set(limits.by_currency) == set(CURRENCIES)


# every limit, at, under and over


def limits_of(policy: InForce) -> list[tuple[Rule, Condition, bool]]:
    """Every limit a rule states, with whether the rule holds where the limit's condition does, or is lifted by it."""
    return [
        (rule, condition, wanted)
        for _, rule in policy.rules
        for condition, wanted in rule.conditions
        if isinstance(condition.settings, Amount | Percent | Count)
    ]


def fitting(rule: Rule, value: Money, policy: InForce) -> Facts:
    """Facts which meet all other conditions of the rule, so that only the number decides."""
    kind = rule.kinds[0]
    direction = (rule.directions or (Direction.RECEIVED,))[0]
    fields: dict[str, Any] = {"kind": kind, "direction": None if kind is Kind.INTEREST else direction, "value": value}
    for condition, wanted in rule.conditions:
        if isinstance(condition.settings, FormWords) and wanted:
            name = sorted(condition.settings.values)[0]
            fields["form"] = sorted(policy.classes.get(name, {name}))[0]
        if condition.name == "official":
            fields["officials"] = 1
        if condition.name == "filed_late":
            fields["filed_on"] = DAY + timedelta(days=99)
        if isinstance(condition.settings, ClassWords):
            fields["counterparty_class"] = sorted(condition.settings.values)[0]
    return gift(**fields)


def lifted_to(condition: Condition, facts: Facts, minor: int, currency: str) -> tuple[Facts, tuple[Item, ...]]:
    """The same facts, with the number the condition reads at `minor`: a total by an earlier item on its first day."""
    match condition.settings:
        case RollingTotal() | CalendarTotal() as total:
            now = minor // 3
            first = total.window(DAY).first
            earlier = replace(
                item(1, None, kind=facts.kind, direction=facts.direction, occurred_on=first), base=Money(minor - now, currency)
            )
            return replace(facts, value=Money(now, currency)), (earlier,)
        case Count() as count:
            first = count.window(DAY).first
            items = [item(n, None, kind=facts.kind, direction=facts.direction, occurred_on=first) for n in range(1, minor)]
            return facts, tuple(items)
        case Percent():
            return replace(facts, percent_hundredths=minor), ()
        case _:
            return replace(facts, value=Money(minor, currency)), ()


CASES = [
    pytest.param(POLICIES[name], rule, condition, wanted, currency, id=f"{name}-{rule.id}-{condition.name}-{currency}")
    for name in POLICIES
    for rule, condition, wanted in limits_of(POLICIES[name])
    for currency in SPOKEN.get(name, CURRENCIES)
    if not isinstance(condition.settings, Amount) or currency in condition.settings.limits.by_currency
]


@pytest.mark.parametrize(("policy", "rule", "condition", "wanted", "currency"), CASES)
def test_every_limit_holds_at_under_and_over(
    policy: InForce, rule: Rule, condition: Condition, wanted: bool, currency: str
) -> None:
    settings = condition.settings
    if isinstance(settings, Amount):
        limit = settings.limits.for_company(currency).minor
    else:
        assert isinstance(settings, Percent | Count)
        limit = getattr(settings, settings.operator)
    for number in (limit - 1, limit, limit + 1):
        facts, items = lifted_to(condition, fitting(rule, Money(100, currency), policy), number, currency)
        found = ask(facts, policy, *items, currency=currency)
        assert not found.problems
        assert isinstance(settings, Amount | Percent | Count)
        assert (rule.id in matched(found)) is (compares(settings.operator, number, limit) is wanted)


# what the Code is meant to say


def meal(amount: str, **more: Any) -> Facts:
    known: dict[str, Any] = {"kind": Kind.ENTERTAINMENT, "form": "meal", "host_present": True}
    return gift(amount, **(known | more))


@pytest.mark.parametrize(
    ("facts", "outcome", "reviews"),
    [
        (gift("20"), Outcome.NO_DECLARATION, ()),
        (gift("20.01"), Outcome.RECORD, ()),
        (gift("67"), Outcome.RECORD, ()),
        (gift("67.01"), Outcome.MANAGER, (M,)),
        (gift("67.01", direction=Direction.GIVEN), Outcome.MANAGER, (M,)),
        (gift("150"), Outcome.MANAGER, (M,)),
        (gift("150.01"), Outcome.COMPLIANCE, (M, C)),
        (meal("75"), Outcome.RECORD, ()),
        (meal("75.01"), Outcome.MANAGER, (M,)),
        (meal("250.01"), Outcome.COMPLIANCE, (M, C)),
        (meal("300", heads=4), Outcome.RECORD, ()),
        (meal("300.01", heads=4), Outcome.MANAGER, (M,)),
        (meal("15", form="refreshments"), Outcome.NO_DECLARATION, ()),
        (meal("5", form="event"), Outcome.MANAGER, (M,)),
        (meal("5", form="ticket"), Outcome.MANAGER, (M,)),
        (meal("70", host_present=False), Outcome.MANAGER, (M,)),
        (meal("67", host_present=False), Outcome.RECORD, ()),
        (meal("160", host_present=False), Outcome.COMPLIANCE, (M, C)),
        (meal("75.01", occurred_on=TOMORROW), Outcome.MANAGER, (M,)),
        (gift("5", kind=Kind.TRAVEL), Outcome.MANAGER, (M,)),
        (gift("250.01", kind=Kind.TRAVEL), Outcome.COMPLIANCE, (M, C)),
        (meal("5", officials=1, direction=Direction.GIVEN), Outcome.COMPLIANCE, (C,)),
        (meal("5", officials=1, direction=Direction.GIVEN, form="refreshments"), Outcome.NO_DECLARATION, ()),
        (meal("20.01", officials=1, direction=Direction.GIVEN, form="refreshments"), Outcome.COMPLIANCE, (C,)),
        (gift("5", counterparty_class="public_official"), Outcome.COMPLIANCE, (C,)),
        (gift("5", form="cash"), Outcome.PROHIBITED, (C,)),
        (gift("5", form="voucher"), Outcome.PROHIBITED, (C,)),
        (gift("5", form="gift_card", direction=Direction.GIVEN), Outcome.PROHIBITED, (C,)),
        (gift("5", form="securities"), Outcome.PROHIBITED, (C,)),
        (gift("5", counterparty_class="antisocial"), Outcome.PROHIBITED, (C,)),
        (gift("5", kind=Kind.DONATION, direction=Direction.GIVEN), Outcome.COMPLIANCE, (M, C)),
        (gift("5", kind=Kind.DONATION, direction=Direction.GIVEN, political=True), Outcome.PROHIBITED, (C,)),
        (gift("5", kind=Kind.DONATION, direction=Direction.GIVEN, counterparty_class="political"), Outcome.PROHIBITED, (C,)),
        (gift("5", solicited=True), Outcome.COMPLIANCE, (C,)),
        (gift("5", close_relation=True), Outcome.COMPLIANCE, (C,)),
        (gift("20", counterparty_class="bidder"), Outcome.NO_DECLARATION, ()),
        (gift("20.01", counterparty_class="bidder"), Outcome.COMPLIANCE, (C,)),
        (gift(None), Outcome.COMPLIANCE, (C,)),
        (gift("5000", form="cash", disposition=Disposition.DECLINED), Outcome.RECORD, ()),
        (gift("30", filed_on=DAY + timedelta(days=31)), Outcome.RECORD, ()),
    ],
)
def test_the_code_answers_as_it_says(facts: Facts, outcome: Outcome, reviews: tuple[Review, ...]) -> None:
    found = ask(facts, code())
    assert (found.outcome, found.reviews) == (outcome, reviews)


def lasting(kind: Kind, **more: Any) -> Facts:
    return gift(**({"kind": kind, "direction": None, "value": None, "value_basis": ValueBasis.NOT_ASKED} | more))


@pytest.mark.parametrize(
    ("facts", "reviews"),
    [
        (lasting(Kind.INTEREST), (M,)),
        (lasting(Kind.INTEREST, counterparty_class="customer"), (M,)),
        (lasting(Kind.INTEREST, counterparty_class="competitor"), (M, C)),
        (lasting(Kind.INTEREST, counterparty_class="supplier"), (M, C)),
        (lasting(Kind.CONFLICT), (M,)),
        (lasting(Kind.CONFLICT, concerns_manager=True), (C,)),
        (lasting(Kind.CONFLICT, wants_advice=True, concerns_manager=True), (C,)),
        (lasting(Kind.CONFLICT, occurred_on=None), (M,)),
    ],
)
def test_interests_and_conflicts_go_where_the_code_says(facts: Facts, reviews: tuple[Review, ...]) -> None:
    assert ask(facts, code()).reviews == reviews


def test_twelve_months_of_one_giver_go_to_compliance_with_the_figures() -> None:
    earlier = [item(n, "50", occurred_on=date(2025, 6, n)) for n in range(1, 6)]
    assert ask(gift("50"), code(), *earlier).outcome is Outcome.RECORD
    found = ask(gift("50.01"), code(), *earlier)
    assert found.reviews == (C,)
    assert figures(found, "giver-total") == {
        "before": "EUR 250.00",
        "now": "EUR 50.01",
        "total": "EUR 300.01",
        "limit": "EUR 300.00",
    }
    friends = gift("50.01", exempt=frozenset({"personal_relation"}))
    assert ask(friends, code(), *earlier).outcome is Outcome.RECORD


def test_a_benefit_for_an_official_should_have_been_asked_before() -> None:
    for occurred_on, said in ((DAY, "missed"), (TOMORROW, "asked")):
        found = ask(meal("30", officials=1, direction=Direction.GIVEN, occurred_on=occurred_on), code())
        assert found.attributes == {"beforehand": said}


def test_a_late_filing_is_recorded_as_late_and_asks_why() -> None:
    found = ask(gift("30", filed_on=DAY + timedelta(days=31)), code())
    assert found.attributes == {"reason_required": "true"}
    assert found.days_late == 1


def test_the_first_version_had_lower_limits() -> None:
    in_2025 = gift("50.01", occurred_on=date(2025, 5, 20), filed_on=date(2025, 5, 20))
    assert ask(in_2025, POLICIES["2024"]).outcome is Outcome.MANAGER
    assert ask(replace(in_2025, value=Money.of("50", "EUR")), POLICIES["2024"]).outcome is Outcome.RECORD


def test_denmark_is_stricter_about_meals_and_business_class() -> None:
    facts = meal("450", value=Money.of("450.01", "DKK"))
    assert matched(ask(facts, DANISH, currency="DKK")) == {"dk-meal-manager"}
    assert ask(facts, DANISH, currency="DKK").due_filing_on == DAY + timedelta(days=21)
    assert ask(gift("5", "DKK", kind=Kind.TRAVEL, travel_class="business"), DANISH, currency="DKK").reviews == (M, C)


def test_germany_adds_up_what_is_given_in_a_year() -> None:
    facts = gift("25.01", direction=Direction.GIVEN)
    new_year = item(1, "25", direction=Direction.GIVEN, occurred_on=date(2026, 1, 1))
    assert "de-given-year" in matched(ask(facts, GERMAN, new_year))
    assert "de-given-year" not in matched(ask(facts, GERMAN, replace(new_year, occurred_on=date(2025, 12, 31))))
