"""What holds under any policy at all, tried on thousands of made-up ones."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.policy.given import DAY, FIRM, KINDS, amendment, ask, document, gift, item, rule
from workflows.facts import Facts, Item
from workflows.money import Money
from workflows.policy.assessment import Assessment
from workflows.policy.in_force import InForce
from workflows.words import Direction, Disposition, Kind, Outcome, Review, State

OUTCOMES = st.sampled_from(
    [
        "no_declaration",
        "record",
        "manager",
        "compliance",
        "executive",
        "prohibited",
        ["manager", "compliance"],
        ["manager", "executive"],
    ]
)
LIMITS = st.integers(0, 400).map(lambda whole: {"EUR": str(whole)})
AMOUNTS = st.tuples(st.sampled_from(["over", "at_least", "up_to", "under"]), LIMITS).map(lambda pair: {pair[0]: pair[1]})
CONDITIONS = st.one_of(
    st.tuples(st.sampled_from(["value", "per_head", "occasion_total", "calendar_total"]), AMOUNTS),
    st.tuples(st.just("rolling_total"), st.tuples(st.integers(1, 24), AMOUNTS).map(lambda pair: {"months": pair[0], **pair[1]})),
    st.tuples(st.just("count"), st.tuples(st.integers(1, 24), st.integers(0, 4)).map(lambda p: {"months": p[0], "over": p[1]})),
    st.tuples(st.sampled_from(["official", "solicited", "family", "in_future", "host_absent"]), st.booleans()),
    st.tuples(st.just("counterparty_class"), st.sampled_from(["supplier", "customer"])),
)
TABLES = st.lists(CONDITIONS, max_size=2).map(dict)
RULES = st.fixed_dictionaries(
    {
        "kinds": st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True),
        "directions": st.lists(st.sampled_from(["received", "given"]), max_size=1),
        "when": TABLES,
        "unless": TABLES,
        "outcome": OUTCOMES,
    }
)
NEAR = st.integers(-420, 5).map(lambda days: DAY + timedelta(days=days))
WAYS = st.sampled_from(list(Direction))
FACTS = st.builds(
    lambda cents, **more: gift(str(Decimal(cents) / 100), **more),
    st.integers(0, 60000),
    kind=st.sampled_from([Kind.GIFT, Kind.ENTERTAINMENT, Kind.TRAVEL]),
    direction=WAYS,
    heads=st.integers(1, 7),
    officials=st.integers(0, 1),
    solicited=st.booleans(),
    family=st.booleans(),
    host_present=st.sampled_from([None, True, False]),
    counterparty_class=st.sampled_from(["supplier", "customer", "competitor"]),
)
ITEMS = st.lists(
    st.builds(
        lambda cents, **more: item(0, None if cents is None else str(Decimal(cents) / 100), **more),
        st.one_of(st.none(), st.integers(0, 40000)),
        kind=st.sampled_from([Kind.GIFT, Kind.ENTERTAINMENT, Kind.TRAVEL]),
        direction=WAYS,
        occurred_on=NEAR,
        state=st.sampled_from(list(State)),
        disposition=st.sampled_from(list(Disposition)),
        counterparty_group_id=st.sampled_from([FIRM, FIRM, FIRM, 99, None]),
        declarant_id=st.sampled_from([1, 1, 1, 2]),
        host_present=st.sampled_from([None, False]),
    ),
    max_size=8,
).map(lambda items: tuple(replace(each, declaration_id=n) for n, each in enumerate(items, 1)))


def made(rules: list[dict[str, Any]], **more: Any) -> InForce:
    return InForce((document(*(rule(f"r{n}", **content) for n, content in enumerate(rules)), host_absent_is_gift=True, **more),))


def strictness(found: Assessment) -> tuple[Outcome, frozenset[Review]]:
    return found.outcome, frozenset(found.reviews)


def no_looser(new: Assessment, old: Assessment) -> bool:
    """At least the old outcome, and no review lost: save the manager's where it is prohibited now, and all of what is sent back."""
    if new.outcome is Outcome.INVALID:
        return True
    spared = {Review.MANAGER} if new.outcome is Outcome.PROHIBITED else set()
    return new.outcome >= old.outcome and set(old.reviews) - spared <= set(new.reviews)


@given(st.lists(RULES, max_size=6), FACTS, ITEMS, st.randoms())
def test_the_order_of_rules_and_items_cannot_matter(rules: list[Any], facts: Facts, items: tuple[Item, ...], dice: Any) -> None:
    named = [rule(f"r{n}", **content) for n, content in enumerate(rules)]
    mixed, shuffled = list(named), list(items)
    dice.shuffle(mixed)
    dice.shuffle(shuffled)
    one, other = InForce((document(*named),)), InForce((document(*mixed),))
    assert replace(ask(facts, one, *items), policy_digest="") == replace(ask(facts, other, *shuffled), policy_digest="")


@given(st.lists(RULES, min_size=1, max_size=6), FACTS, ITEMS)
def test_adding_a_rule_to_the_amendment_never_loosens(rules: list[Any], facts: Facts, items: tuple[Item, ...]) -> None:
    *before, last = (rule(f"r{n}", **content) for n, content in enumerate(rules))
    code = document(*before)
    old = ask(facts, InForce((code,)), *items)
    assert no_looser(ask(facts, InForce((code, amendment(last))), *items), old)


@given(st.lists(RULES, min_size=1, max_size=6), FACTS, ITEMS)
def test_adding_a_rule_to_a_document_never_loosens_what_another_rule_asks(
    rules: list[Any], facts: Facts, items: tuple[Item, ...]
) -> None:
    old, new = ask(facts, made(rules[:-1]), *items), ask(facts, made(rules), *items)
    if any(finding.rule != "otherwise" for finding in old.findings):
        assert no_looser(new, old)
    assert set(old.totals) <= set(new.totals)


@given(FACTS, ITEMS, st.integers(1, 24), st.integers(0, 60000))
def test_a_rolling_total_agrees_with_adding_up_by_hand(facts: Facts, items: tuple[Item, ...], months: int, limit: int) -> None:
    when = {"rolling_total": {"months": months, "over": {"EUR": str(Decimal(limit) / 100)}}}
    found = ask(facts, made([{"kinds": ["gift"], "when": when, "outcome": "compliance"}]), *items)
    if facts.kind is not Kind.GIFT and not (facts.kind is Kind.ENTERTAINMENT and facts.host_present is False):
        assert found.totals == ()
        return
    total, counted = Fraction(facts.value.minor, facts.heads) if facts.value else Fraction(0), []
    for each in items:
        a_gift = each.kind is Kind.GIFT or (each.kind is Kind.ENTERTAINMENT and each.host_present is False)
        kept = each.disposition.value not in ("returned", "declined") and each.state.value not in ("draft", "withdrawn")
        ours = each.declarant_id == 1 and each.counterparty_group_id == FIRM and each.direction is facts.direction
        if a_gift and kept and ours and by_hand_within(each.occurred_on, months) and each.value is not None:
            total += each.value.minor
            counted.append(each.declaration_id)
    (figure,) = found.totals
    assert sorted(figure.items) == counted
    assert figure.money == Money(int(total + Fraction(1, 2)), "EUR")
    assert ("r0" in {finding.rule for finding in found.findings}) is (total > limit)


def by_hand_within(day: date, months: int) -> bool:
    """Whether `day` lies in the window ending on DAY, which is the 20th: a month either has it or is over."""
    gone = (DAY.year - day.year) * 12 + DAY.month - day.month
    return day <= DAY and (gone < months or (gone == months and day.day > DAY.day))


@given(st.lists(RULES, max_size=5), FACTS, ITEMS)
def test_what_cannot_count_changes_nothing(rules: list[Any], facts: Facts, items: tuple[Item, ...]) -> None:
    counting = [each for each in items if each.counts and each.declarant_id == 1 and each.counterparty_group_id == FIRM]
    assert ask(facts, made(rules), *items) == ask(facts, made(rules), *counting)


@given(st.lists(RULES, max_size=5), FACTS, ITEMS)
def test_reviews_follow_from_the_outcome(rules: list[Any], facts: Facts, items: tuple[Item, ...]) -> None:
    outcome, reviews = strictness(ask(facts, made(rules), *items))
    assert bool(reviews) is (Outcome.MANAGER <= outcome <= Outcome.PROHIBITED)
    if reviews and outcome is not Outcome.PROHIBITED:
        assert max(reviews).name == outcome.name
    if outcome is Outcome.PROHIBITED:
        assert Review.COMPLIANCE in reviews
        assert Review.MANAGER not in reviews
