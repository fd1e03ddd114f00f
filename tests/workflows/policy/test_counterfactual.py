"""The change that is named alters the outcome when it is made, one unit less of it does not, and nothing nearer would."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from operator import gt, lt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.policy.given import DAY, company, gift, item, policy, rule
from tests.workflows.policy.test_laws import FACTS, ITEMS, OUTCOMES, RULES, made
from workflows.facts import Facts, Item
from workflows.money import Money, Rate, Rates
from workflows.policies import default_pack
from workflows.policy.assess import strictness
from workflows.policy.assessment import Assessment
from workflows.policy.counterfactual.nearest import Change, nearest
from workflows.policy.counterfactual.nearest import ask as again
from workflows.policy.counterfactual.question import Question
from workflows.policy.in_force import InForce, in_force
from workflows.words import Direction, Disposition, Kind, Outcome, ValueBasis

CODE = in_force(default_pack(), "NL-DK", ("NL",), DAY)
NO_RATES = Rates({})


FEW_CENTS = st.integers(0, 60).map(lambda cents: {"EUR": str(Decimal(cents) / 100)})
MONEY = st.tuples(st.sampled_from(["over", "at_least", "up_to", "under"]), FEW_CENTS).map(lambda pair: {pair[0]: pair[1]})
CONDITION = st.tuples(st.sampled_from(["value", "per_head", "occasion_total", "calendar_total"]), MONEY)
RULES_OF_MONEY = st.fixed_dictionaries(
    {"when": st.lists(CONDITION, max_size=2).map(dict), "unless": st.lists(CONDITION, max_size=1).map(dict), "outcome": OUTCOMES}
)


def question(facts: Facts, in_force: InForce, *items: Item, currency: str = "EUR", **more: Any) -> Question:
    plain: dict[str, Any] = {"rates": NO_RATES, "until": None}
    return Question(facts, items, in_force, company=company(currency), **(plain | more))


def told(asked: Question) -> dict[bool, Change]:
    """The changes by whether they would lead to less."""
    return {change.looser: change for change in nearest(asked)}


def danish(amount: str, *items: Item, **more: Any) -> dict[bool, Change]:
    return told(question(gift(amount, "DKK", **more), CODE, *items, currency="DKK"))


def is_altered(change: Change, base: Assessment) -> bool:
    """Whether making the change, by asking the policy anew, gives what was promised."""
    answer = again(change.question)
    assert answer == change.answer
    wanted = strictness(answer) < strictness(base) if change.looser else strictness(answer) > strictness(base)
    return wanted and answer.outcome is not Outcome.INVALID


def test_a_value_is_named_to_the_minor_unit_in_both_directions() -> None:
    less, more = danish("1300")[True], danish("700")[False]
    assert (less.what, less.now, less.less, less.answer.outcome) == ("value", Money.of("1120", "DKK"), True, Outcome.MANAGER)
    assert (more.what, more.now, more.less) == ("value", Money.of("1120.01", "DKK"), False)
    assert more.answer.outcome is Outcome.COMPLIANCE


def test_what_came_before_leaves_less_room_for_this_one() -> None:
    before = item(1, "650", "DKK", occurred_on=date(2026, 3, 1), exempt=frozenset())
    rolling = policy(rule("year", when={"rolling_total": {"months": 12, "over": {"EUR": "134", "DKK": "1000"}}}))
    change = told(question(gift("400", "DKK"), rolling, before, currency="DKK"))[True]
    assert (change.what, change.now) == ("value", Money.of("350", "DKK"))


def test_where_what_came_before_is_too_much_already_it_is_named_instead() -> None:
    first, last = (item(n, "600", "DKK", occurred_on=date(2026, 3, n)) for n in (1, 2))
    rolling = policy(rule("year", when={"rolling_total": {"months": 12, "over": {"EUR": "134", "DKK": "1000"}}}))
    change = told(question(gift("400", "DKK"), rolling, last, first, item(3, None), currency="DKK"))[True]
    assert (change.what, change.was, change.now) == ("before", Money.of("1200", "DKK"), Money.of("600", "DKK"))
    assert [each.base for each in change.question.items][:2] == [Money.of("0", "DKK"), Money.of("600", "DKK")]


def test_a_count_is_lowered_by_leaving_out_the_earliest() -> None:
    often = policy(rule("often", when={"count": {"months": 12, "at_least": 3}}))
    earlier = [item(n, "1", occurred_on=date(2026, 1, n)) for n in (1, 2, 3)]
    change = told(question(gift(), often, *earlier))[True]
    assert (change.what, change.was, change.now) == ("earlier", 3, 1)
    assert change.question.items == (earlier[2],)


def test_heads_are_named_where_no_value_helps() -> None:
    a_head = policy(rule("cheap", when={"per_head": {"under": {"EUR": "5"}}}))
    change = told(question(gift("12", heads=3), a_head))[True]
    assert (change.what, change.now, change.less) == ("value", Money.of("15", "EUR"), False)
    both = policy(rule("head", when={"per_head": {"over": {"EUR": "5"}}}), rule("any", when={"value": {"under": {"EUR": "5"}}}))
    change = told(question(gift("12", heads=1), both))[True]
    assert (change.what, change.now) == ("value", Money.of("5", "EUR"))
    dear = policy(rule("head", when={"per_head": {"over": {"EUR": "5"}}}), rule("any", when={"value": {"under": {"EUR": "6"}}}))
    change = told(question(gift("12", heads=1), dear))[True]
    assert (change.what, change.now, change.less) == ("heads", 3, False)


def test_a_share_of_ownership_is_named_in_hundredths() -> None:
    owned = policy(rule("share", kinds=["interest"], when={"percent": {"at_least": "5"}}, outcome="compliance"))
    interest = gift(None, kind=Kind.INTEREST, direction=None, value_basis=ValueBasis.NOT_ASKED, percent_hundredths=520)
    assert told(question(interest, owned))[True].now == 499
    assert told(question(replace(interest, percent_hundredths=120), owned))[False].now == 500


@pytest.mark.parametrize(
    ("fields", "what", "now", "outcome"),
    [
        ({"direction": Direction.GIVEN, "officials": 1}, "officials", False, Outcome.RECORD),
        ({"solicited": True}, "solicited", False, Outcome.RECORD),
        ({"close_relation": True}, "close_relation", False, Outcome.RECORD),
        ({"form": "cash"}, "form", "thing", Outcome.RECORD),
        ({"counterparty_class": "public_official"}, "counterparty_class", "partner", Outcome.RECORD),
    ],
)
def test_where_no_figure_helps_an_answer_is_named(fields: dict[str, Any], what: str, now: object, outcome: Outcome) -> None:
    change = danish("300", **fields)[True]
    assert (change.what, change.now, change.less, change.answer.outcome) == (what, now, None, outcome)


def test_a_yes_or_no_may_lead_to_more_but_words_are_only_named_where_they_lead_to_less() -> None:
    asked = policy(rule("asked", when={"solicited": True}))
    assert told(question(gift(), asked))[False].what == "solicited"
    east = policy(rule("east", when={"country": ["SE"]}), rule("west", when={"country": ["NO"]}, outcome="record"))
    assert told(question(gift(country="SE"), east))[True].now == "NO"
    assert told(question(gift(country="NO"), east)) == {}


def test_a_tag_that_a_total_leaves_out_may_be_what_differs() -> None:
    total = {"rolling_total": {"months": 12, "leave_out": ["personal_relation"], "at_least": {"EUR": "0"}}}
    change = told(question(gift(), policy(rule("all", when=total))))[True]
    assert (change.what, change.was, change.now) == ("exempt:personal_relation", False, True)
    assert told(question(gift(exempt=frozenset({"personal_relation"})), policy(rule("all", when=total))))[False].now is False


def test_a_day_is_named_last_and_only_while_the_same_policy_holds() -> None:
    total = {"rolling_total": {"months": 1, "at_least": {"EUR": "0"}}, "season": {"first": "05-01", "last": "05-30"}}
    asked = question(gift(filed_on=DAY + timedelta(days=40)), policy(rule("spring", when=total)))
    later = told(replace(asked, until=DAY + timedelta(days=30)))[True]
    assert (later.what, later.now, later.less) == ("occurred_on", DAY + timedelta(days=11), False)
    for until in (DAY + timedelta(days=8), None):
        assert told(replace(asked, until=until))[True].now == date(2026, 4, 30)
    all_year = policy(rule("spring", when={"season": {"first": "01-01", "last": "05-30"}}))  # in force since 1 January
    assert told(question(gift(), all_year)) == {}


def test_lateness_is_altered_by_filing_in_time() -> None:
    late = policy(rule("late", when={"filed_late": True}), rule("early", unless={"filed_late": True}, outcome="record"))
    facts = gift(filed_on=DAY + timedelta(days=33), occurred_on=DAY)
    changes = told(question(facts, late))
    assert (changes[True].what, changes[True].now) == ("filed_on", DAY + timedelta(days=30))
    later = told(question(facts, late, until=DAY + timedelta(days=50)))[True]
    assert (later.what, later.now, later.less) == ("occurred_on", DAY + timedelta(days=3), False)


def test_nothing_is_said_where_the_policy_cannot_answer_or_there_is_none() -> None:
    assert nearest(question(gift(None, value_basis=ValueBasis.KNOWN), CODE)) == ()
    assert nearest(question(gift(), InForce())) == ()
    assert nearest(question(gift(disposition=Disposition.DECLINED), CODE)) == ()


def test_an_answer_known_already_is_not_asked_for_again() -> None:
    asked = question(gift("1300", "DKK"), CODE, currency="DKK")
    assert nearest(asked, again(asked)) == nearest(asked)


def test_a_limit_without_a_rate_is_passed_over() -> None:
    in_dollars = policy(rule("it", when={"value": {"over": {"EUR": "100"}}}))
    rates = Rates({("USD", DAY): Rate(Decimal("1.1"), DAY)})
    change = told(question(gift("200", "USD"), in_dollars, rates=rates))[True]
    assert change.now == Money.of("110", "USD")  # EUR 100.00; 110.01 makes 100.01 half up
    assert told(question(gift("50", "USD"), in_dollars, rates=rates))[False].now == Money.of("110.01", "USD")


# what holds under any policy


def nearest_first(minor: int) -> list[int]:
    """Every other value that can matter here, by its distance, the lower one first."""
    return sorted((n for n in range(1, 460) if n != minor), key=lambda n: (abs(n - minor), n))


@pytest.mark.parametrize(("currency", "per_euro"), [("EUR", "1"), ("DKK", "2.4604"), ("JPY", "11.37"), ("KWD", "0.1953")])
@settings(max_examples=20)
@given(
    st.lists(RULES_OF_MONEY, min_size=1, max_size=4),
    st.integers(1, 90),
    st.integers(1, 3),
    st.lists(st.integers(0, 60), max_size=3),
)
def test_the_value_named_is_the_nearest_there_is(
    currency: str, per_euro: str, rules: list[dict[str, Any]], minor: int, heads: int, before: list[int]
) -> None:
    in_force = made(rules)
    rates = Rates({} if currency == "EUR" else {(currency, DAY): Rate(Decimal(per_euro), DAY)})
    items = tuple(item(n, str(Decimal(cents) / 100)) for n, cents in enumerate(before, 1))
    facts = gift("1", value=Money(minor, currency), heads=heads)
    asked = question(facts, in_force, *items, rates=rates)
    base = again(asked)
    changes = told(asked)

    @cache
    def strict(other: int) -> Any:
        answer = again(asked.but(replace(facts, value=Money(other, currency))))
        return strictness(answer)

    for looser, sense in ((True, lt), (False, gt)):
        by_hand = next((n for n in nearest_first(minor) if sense(strict(n), strictness(base))), None)
        change = changes.get(looser)
        if by_hand is None:
            assert change is None or change.what != "value"
        else:
            assert change is not None
            assert (change.what, change.now) == ("value", Money(by_hand, currency))
            assert is_altered(change, base)


@given(st.lists(RULES, min_size=1, max_size=5), FACTS, ITEMS)
def test_every_change_named_is_one_change_and_alters_the_outcome(rules: list[Any], facts: Facts, items: tuple[Item, ...]) -> None:
    asked = question(facts, made(rules), *items)
    base = again(asked)
    changes = nearest(asked)
    assert [change.looser for change in changes] == sorted((change.looser for change in changes), reverse=True)
    for change in changes:
        assert is_altered(change, base)
        other = change.question
        name = change.what.partition(":")[0]
        if name in ("before", "earlier"):
            assert other.facts == facts
        else:
            assert other.items == items
            assert [each for each in facts.__slots__ if getattr(facts, each) != getattr(other.facts, each)] == [name]
            if change.less is not None and name in ("value", "heads"):
                one_less = one_unit_nearer(change, facts)
                assert not is_altered(replace(change, question=asked.but(one_less), answer=again(asked.but(one_less))), base)


def one_unit_nearer(change: Change, facts: Facts) -> Facts:
    step = 1 if change.less else -1
    now = getattr(change.question.facts, change.what)
    return replace(facts, **{change.what: Money(now.minor + step, now.currency) if isinstance(now, Money) else now + step})


def test_what_has_no_rate_is_passed_over() -> None:
    elsewhere = rule("given", directions=["given"], when={"value": {"over": {"EUR": "9999"}}})
    here = rule("it", when={"value": {"over": {"EUR": "13", "DKK": "100"}}})
    changes = told(question(gift("50", "DKK"), policy(elsewhere, here), currency="DKK"))
    assert changes[False].now == Money.of("100.01", "DKK")
    may = rule("may", when={"season": {"first": "05-01", "last": "05-30"}, "value": {"over": {"EUR": "1"}}})
    one_day = Rates({("DKK", DAY): Rate(Decimal("7.5"), DAY)})
    paid = gift("50", "DKK", own_share=Money.of("10", "DKK"))  # it cannot be worth less than that, and no other day has a rate
    assert told(question(paid, policy(may), rates=one_day)) == {}


def test_entertainment_without_its_host_is_asked_as_a_gift_too() -> None:
    alone = policy(rule("it", when={"value": {"over": {"EUR": "5"}}}), host_absent_is_gift=True)
    change = told(question(gift(kind=Kind.ENTERTAINMENT, host_present=True), alone))[False]
    assert (change.what, change.now) == ("host_present", False)
    assert told(question(gift(kind=Kind.ENTERTAINMENT, host_present=False), alone))[True].now == Money.of("5", "EUR")


def test_a_total_that_leaves_small_things_out_may_turn_back_on_the_way() -> None:
    middling = policy(rule("it", when={"rolling_total": {"months": 12, "leave_out_up_to": {"EUR": "3"}, "up_to": {"EUR": "8"}}}))
    assert told(question(gift("5"), middling))[True].now == Money.of("3", "EUR")
    assert told(question(gift("2"), middling))[False].now == Money.of("3.01", "EUR")
    assert told(question(gift("9"), middling))[False].now == Money.of("8", "EUR")
