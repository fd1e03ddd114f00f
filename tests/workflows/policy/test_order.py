"""A history filed in any order ends at the same answers: what was not seen when it was filed is flagged by what came later."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.policy.given import DAY, NO_RATES, ask, company, gift, item, policy, rule
from tests.workflows.policy.test_laws import FACTS, ITEMS, RULES, made
from workflows.facts import Facts, Item
from workflows.policy.assessment import Assessment
from workflows.policy.recheck import Filed, dated_after, lifted

CODE = policy(
    rule("small", when={"rolling_total": {"months": 1, "over": {"EUR": "50"}}}),
    rule("year", when={"rolling_total": {"months": 12, "over": {"EUR": "120"}}}, outcome="compliance"),
    rule("calendar", when={"calendar_total": {"at_least": {"EUR": "100"}}}),
    rule("often", when={"count": {"months": 6, "at_least": 3}}, outcome="executive"),
)
# Days apart, so that each has its own: what happens on one day is counted whichever is filed first.
HISTORY = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 9000)), min_size=1, max_size=7, unique_by=lambda pair: pair[0])


def filed_on(back: int, cents: int) -> Facts:
    return gift(str(cents / 100), occurred_on=DAY - timedelta(days=back), filed_on=DAY)


def as_item(number: int, facts: Facts) -> Item:
    assert facts.value is not None
    return item(number, str(facts.value.amount), occurred_on=facts.occurred_on)


def rules_of(answer: Assessment) -> set[str]:
    return {finding.rule for finding in answer.findings if finding.rule != "otherwise"}


@given(HISTORY, st.randoms())
def test_filing_in_any_order_and_re_checking_finds_what_the_whole_history_finds(
    history: list[tuple[int, int]], dice: Any
) -> None:
    """Item by item, with what was known when each was filed, and as a whole, with all of it known."""
    declared = {number: filed_on(*pair) for number, pair in enumerate(history, 1)}
    order = list(declared)
    dice.shuffle(order)
    known: dict[int, Item] = {}
    answered: dict[int, Assessment] = {}
    flagged: dict[int, set[str]] = {number: set() for number in declared}
    for number in order:
        facts, before = declared[number], dict(known)
        answered[number] = ask(facts, CODE, *before.values())
        known[number] = as_item(number, facts)
        assert facts.occurred_on is not None
        for touched in dated_after(before.values(), facts.occurred_on):
            others = tuple(each for other, each in before.items() if other != touched)
            filed = Filed(
                touched, declared[touched], answered[touched], others, (*others, known[number]), CODE, NO_RATES, company()
            )
            found = lifted(filed, number)
            flagged[touched] |= {finding.rule for finding in found.findings} if found else set()
    for number, facts in declared.items():
        whole = ask(facts, CODE, *(each for other, each in known.items() if other != number))
        assert rules_of(whole) == rules_of(answered[number]) | flagged[number]


@given(HISTORY)
def test_filed_in_the_order_they_happened_nothing_is_ever_re_checked(history: list[tuple[int, int]]) -> None:
    declared = [filed_on(*pair) for pair in sorted(history, reverse=True)]
    known = [as_item(number, facts) for number, facts in enumerate(declared, 1)]
    for place, facts in enumerate(declared):
        assert facts.occurred_on is not None
        assert dated_after(known[:place], facts.occurred_on) == ()
        assert ask(facts, CODE, *known[:place]) == ask(facts, CODE, *(each for each in known if each is not known[place]))


@given(st.lists(RULES, max_size=5), FACTS, ITEMS)
def test_an_assessment_over_a_whole_history_is_that_over_its_parts(
    rules: list[Any], facts: Facts, items: tuple[Item, ...]
) -> None:
    """What is dated after the event belongs to no window of it, whatever the policy says."""
    assert facts.occurred_on is not None
    until = [each for each in items if each.occurred_on <= facts.occurred_on]
    assert ask(facts, made(rules), *items) == ask(facts, made(rules), *until)


@given(st.lists(RULES, min_size=1, max_size=6), FACTS, ITEMS, st.randoms())
def test_a_document_asks_the_same_whatever_the_order_of_its_conditions(
    rules: list[Any], facts: Facts, items: tuple[Item, ...], dice: Any
) -> None:
    def mixed(table: dict[str, Any]) -> dict[str, Any]:
        pairs = list(table.items())
        dice.shuffle(pairs)
        return dict(pairs)

    other = [one | {"when": mixed(one["when"]), "unless": mixed(one["unless"])} for one in rules]
    found, again = ask(facts, made(rules), *items), ask(facts, made(other), *items)
    assert replace(found, policy_digest="") == replace(again, policy_digest="")
