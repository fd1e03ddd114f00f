"""Whatever is drawn: no proven amendment is ever looser, and every refusal that shows a thing shows one that is."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.policy.chance import a_case, a_history, a_thing
from tests.workflows.policy.chance_wide import CURRENCY, a_wide_case, a_wide_history, a_wide_thing, rates
from tests.workflows.policy.given import DAY, NO_RATES, amendment, company, document
from workflows.case import Company
from workflows.facts import Facts, Item
from workflows.money import Rates
from workflows.policy.assess import assess
from workflows.policy.assessment import Assessment
from workflows.policy.document import Document
from workflows.policy.in_force import InForce, in_force
from workflows.policy.predicates import PREDICATES
from workflows.policy.proof.axes import AXES
from workflows.policy.proof.prove import Place, prove
from workflows.policy.proof.solve import solve
from workflows.policy.proof.witness import lost
from workflows.words import Kind, Review

TRIED = 40


def policies(code: Document, ours: Document, on: date = DAY) -> tuple[InForce, InForce]:
    return InForce((code,)), in_force((code, ours), "NL-DK", (), on)


def test_every_word_of_the_language_has_an_axis() -> None:
    assert set(AXES) == set(PREDICATES)


@given(st.integers(0, 10**9))
def test_no_proven_amendment_is_ever_looser(seed: int) -> None:
    dice = Random(seed)
    code, ours = a_case(dice)
    if not prove((code, ours)).holds:
        return
    alone, amended = policies(code, ours)
    for _ in range(TRIED):
        facts = a_thing(dice)
        items = a_history(dice, facts)
        before, after = (
            assess(facts, items=items, policy=policy, rates=NO_RATES, company=company()) for policy in (alone, amended)
        )
        assert lost(before, after) == ()


@given(st.integers(0, 10**9))
def test_what_a_refusal_shows_is_answered_more_loosely(seed: int) -> None:
    code, ours = a_case(Random(seed))
    for refusal in prove((code, ours)).refusals:
        shown = refusal.witness
        if shown is None:
            assert refusal.why
            continue
        before, after = (
            assess(shown.facts, items=shown.items, policy=policy, rates=shown.rates, company=shown.company)
            for policy in policies(code, ours)
        )
        assert lost(before, after) == shown.lost != ()


@settings(max_examples=settings().max_examples // 2)
@given(st.integers(0, 10**9))
def test_whatever_words_say_it_no_proven_amendment_is_ever_looser(seed: int) -> None:
    dice = Random(seed)
    code, ours = a_wide_case(dice)
    currency = dice.choice(CURRENCY)
    proof = prove((code, ours), (Place("NL-DK", currency),))
    both = policies(code, ours)
    for shown in [refusal.witness for refusal in proof.refusals if refusal.witness]:
        assert lost(*asked(both, shown.facts, shown.items, shown.rates, shown.company)) == shown.lost != ()
    if proof.refusals or any(stands.how == "replaced" for stands in proof.clauses):
        return
    for _ in range(TRIED):
        facts = a_wide_thing(dice, both)
        items = a_wide_history(dice, facts)
        here = replace(company(currency), country=dice.choice(["DK", "DE", "FR"]))
        assert lost(*asked(both, facts, items, rates(dice, facts, items, both, here), here)) == ()


def asked(
    both: tuple[InForce, InForce], facts: Facts, items: tuple[Item, ...], quotes: Rates, here: Company
) -> tuple[Assessment, Assessment]:
    """What the Code answers alone, and as amended."""
    alone, amended = (assess(facts, items=items, policy=policy, rates=quotes, company=here) for policy in both)
    return alone, amended


ROWS = st.lists(
    st.tuples(st.dictionaries(st.sampled_from("abc"), st.integers(-2, 2), min_size=1, max_size=3), st.integers(-6, 6)), max_size=4
)


@given(ROWS)
def test_numbers_that_keep_all_inequalities_are_found_if_small_ones_do(rows: list[tuple[dict[str, int], int]]) -> None:
    found = solve(rows)
    if found is None:
        names = sorted({name for row, _ in rows for name in row})
        halves = [Fraction(n, 2) for n in range(13)]
        for numbers in product(halves, repeat=len(names)):
            at = dict(zip(names, numbers, strict=True))
            assert not all(sum(c * at[name] for name, c in row.items()) <= bound for row, bound in rows)
    else:
        assert all(number >= 0 for number in found.values())
        assert all(sum(c * found[name] for name, c in row.items()) <= bound for row, bound in rows)


@given(
    st.integers(0, 400), st.integers(1, 366), st.integers(1, 30), st.integers(31, 60), st.sampled_from(["event", "next_quarter"])
)
def test_what_needs_no_proof_is_the_shortest_of_all_documents(
    days: int, age: int, remind: int, escalate: int, counted: str
) -> None:
    code = document(deadlines={"manager": {"remind_after": 10, "escalate_after": 40}}, rate_max_age=45)
    slow = {"remind_after": remind, "escalate_after": escalate}
    ours = amendment(filing={"days": days, "counted_from": counted}, deadlines={"manager": slow}, rate_max_age=age)
    alone, amended = policies(code, ours)
    for kind in Kind:
        before, after = alone.filing_due(kind, DAY), amended.filing_due(kind, DAY)
        assert before is not None
        assert after is not None
        assert after <= before
    assert amended.max_age <= alone.max_age
    for review in Review:
        before_it, after_it = alone.deadlines.of(review), amended.deadlines.of(review)
        assert after_it.remind_after <= before_it.remind_after
        assert after_it.escalate_after <= before_it.escalate_after
