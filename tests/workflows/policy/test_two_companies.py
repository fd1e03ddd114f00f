"""Somebody who belongs to two companies is asked what each of them asks, and the strictest answer holds."""

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.workflows.policy.chance import CLASSES, a_history, a_rule, a_thing, changed
from tests.workflows.policy.given import NO_RATES, amendment, ask, company, document, gift, matched, rule
from tests.workflows.policy.test_laws import no_looser
from workflows.facts import Facts, Item
from workflows.policy.assess import assess, quotes_needed
from workflows.policy.assessment import Assessment
from workflows.policy.document import Document
from workflows.policy.in_force import InForce, Seat, in_force
from workflows.words import Outcome, Review

OURS, THEIRS = Seat("NL-DK", "DK", "EUR"), Seat("NL-GB", "GB", "EUR")
HERE = company()


def british(*rules: dict[str, Any], **more: Any) -> Document:
    return amendment(*rules, **({"key": "britain", "company": "NL-GB"} | more))


def ours(*documents: Document) -> InForce:
    return in_force(documents, "NL-DK", ["NL"], gift().filed_on)


def theirs(*documents: Document) -> InForce:
    return in_force(documents, "NL-GB", ["NL"], gift().filed_on)


def both(*documents: Document) -> InForce:
    return ours(*documents).join(OURS, theirs(*documents), THEIRS)


def there(facts: Facts, policy: InForce, *items: Item) -> Assessment:
    seat = replace(HERE, key=THEIRS.key, country=THEIRS.country, currency=THEIRS.currency)
    return assess(facts, items=items, policy=policy, rates=NO_RATES, company=seat)


@given(st.integers(0, 2**32))
@example(8304)  # one company asks what to do about a thing of unknown worth, the other wants its worth stated
def test_the_union_is_never_looser_than_either_and_asks_no_more_than_both(seed: int) -> None:
    dice = Random(seed)
    rules = [a_rule(dice, f"r{number}") for number in range(dice.choice([1, 2, 3]))]
    code = document(*rules, classes=CLASSES)
    made = []
    for make in (amendment, british):
        mine = [changed(dice, original) for original in rules if dice.random() < 0.6]
        classes = CLASSES | ({"meal": ["meal", "dinner"]} if dice.random() < 0.5 else {})
        made.append(make(*mine, classes=classes, host_absent_is_gift=dice.random() < 0.3))
    for _ in range(12):
        facts = a_thing(dice)
        items = a_history(dice, facts)
        one, other = ask(facts, ours(code, *made), *items), there(facts, theirs(code, *made), *items)
        union = ask(facts, both(code, *made), *items)
        assert no_looser(union, one)
        assert no_looser(union, other)
        assert union.outcome == max(one.outcome, other.outcome)
        assert set(union.reviews) <= {*one.reviews, *other.reviews, Review.COMPLIANCE}


def test_a_rule_that_one_company_replaces_still_holds_by_the_other() -> None:
    code = document(rule("gift", when={"value": {"over": {"EUR": "50"}}}, amend="may_replace"))
    danish = amendment(rule("instead", replaces="gift", outcome="record", when={"value": {"over": {"EUR": "50"}}}))
    assert ask(gift("60"), ours(code, danish)).outcome is Outcome.RECORD
    answer = ask(gift("60"), both(code, danish))
    assert (answer.outcome, matched(answer)) == (Outcome.MANAGER, {"gift", "instead"})


def test_a_class_that_one_company_widens_excuses_nothing_by_the_other() -> None:
    code = document(rule("gift", unless={"form": ["branded"]}), classes={"branded": ["pen"]})
    britain = british(classes={"branded": ["pen", "watch"]})
    watch = gift("60", form="watch")
    assert there(watch, theirs(code, britain)).outcome is Outcome.RECORD
    assert ask(watch, both(code, britain)).outcome is Outcome.MANAGER


def test_each_company_is_asked_as_itself() -> None:
    code = document(
        rule("here", when={"company": ["NL-DK"]}, outcome="record"),
        rule("there", when={"company_country": ["GB"]}, outcome="compliance"),
        rule("not-there", unless={"company": ["NL-GB"]}, outcome="manager"),
        rule("worth", when={"value": {"over": {"EUR": "50", "GBP": "10"}}}, outcome="executive"),
    )
    assert matched(ask(gift("10"), both(code))) >= {"here", "there", "not-there"}
    pounds = ours(code).join(OURS, theirs(code), replace(THEIRS, currency="GBP"))
    day = gift().rated_on
    assert quotes_needed(gift("10"), (), pounds, HERE) == {("GBP", day)}
    assert quotes_needed(gift("10"), (), ours(code), HERE) == frozenset()
    assert ask(gift("10"), pounds).problems, "no rate for the second company's limit"


def test_what_both_ask_is_told_once_and_counted_once() -> None:
    code = document(rule("total", when={"rolling_total": {"months": 12, "over": {"EUR": "5"}}}))
    one, union = ask(gift("10"), ours(code)), ask(gift("10"), both(code, british(rule("more"))))
    assert union.totals == one.totals
    assert [finding.rule for finding in union.findings].count("total") == 1
    assert matched(union) == {"total", "more"}


def test_a_value_that_is_wanting_is_answered_only_where_both_answer_it() -> None:
    code = document(rule("gift"))
    britain = british(rule("unknown", when={"value_unknown": True}))
    assert not there(gift(None), theirs(code, britain)).problems
    assert ask(gift(None), both(code, britain)).outcome is Outcome.INVALID


def test_a_company_without_any_policy_adds_none() -> None:
    held = ours(document(rule("gift")))
    assert held.join(OURS, InForce(), THEIRS) is held
    alone = InForce().join(OURS, held, THEIRS)
    assert (alone.documents, alone.replaced, ask(gift("10"), alone).outcome) == (held.documents, held.replaced, Outcome.MANAGER)
