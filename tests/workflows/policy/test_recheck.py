"""A late item re-opens later windows: whatever it lifts over a limit is found, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.policy.given import DAY, KINDS, NO_RATES, ask, company, gift, item, policy, rule, said
from workflows.facts import Facts, Item
from workflows.money import Money
from workflows.policy.in_force import InForce
from workflows.policy.recheck import Filed, Lifted, dated_after, lifted, quieted
from workflows.words import Disposition, Outcome, State

LATE = 99
YEAR = policy(rule("year", when={"rolling_total": {"months": 12, "over": {"EUR": "100"}}}, outcome="compliance"))


def again(facts: Facts, in_force: InForce, *others: Item, late: Item | None) -> Lifted | None:
    """`facts` were filed with `others` known; then `late` came."""
    within = (*others, late) if late else others
    filed = Filed(7, facts, ask(facts, in_force, *others), others, within, in_force, NO_RATES, company())
    return lifted(filed, LATE)


def late(amount: str | None, on: date = DAY - timedelta(days=9), **more: Any) -> Item:
    return item(LATE, amount, occurred_on=on, **more)


@pytest.mark.parametrize(("amount", "over"), [("39.99", False), ("40.00", False), ("40.01", True)])
def test_a_late_item_lifts_a_later_total_over_its_limit_to_the_minor_unit(amount: str, over: bool) -> None:
    found = again(gift("40"), YEAR, item(1, "20"), late=late(amount))
    assert (found is not None) is over
    if found:
        assert (found.old.outcome, found.new.outcome) == (Outcome.RECORD, Outcome.COMPLIANCE)
        assert (found.total.money, found.limit.money) == (Money.of("100.01", "EUR"), Money.of("100", "EUR"))
        assert set(found.total.items) == {1, LATE}
        assert [finding.rule for finding in found.findings] == ["year"]


def test_outside_the_window_or_not_counted_it_lifts_nothing() -> None:
    for other in (
        late("900", on=date(2025, 5, 20)),
        late("900", state=State.WITHDRAWN),
        late("900", disposition=Disposition.RETURNED),
        late("900", declarant_id=2),
        late(None),
    ):
        assert again(gift("40"), YEAR, late=other) is None


def test_what_was_over_already_is_not_told_again() -> None:
    assert again(gift("140"), YEAR, late=late("10")) is None
    once = gift("40")
    both = Filed(7, once, ask(once, YEAR), (item(1, "70"),), (item(1, "70"), late("10")), YEAR, NO_RATES, company())
    assert lifted(both, LATE) is None, "somebody else's item did that, and it was told then"
    answered = Filed(7, once, ask(once, YEAR, item(1, "70")), (), (late("70"),), YEAR, NO_RATES, company())
    assert lifted(answered, LATE) is None, "it was decided as over the limit"


def test_a_count_is_lifted_too() -> None:
    often = policy(rule("often", when={"count": {"months": 12, "at_least": 3}}))
    found = again(gift("1"), often, item(1, None), late=late(None))
    assert found is not None
    assert (found.total.number, found.limit.number) == (3, 3)


def test_a_total_that_let_it_pass_and_does_so_no_more_is_told() -> None:
    small = policy(
        rule("small", when={"rolling_total": {"months": 12, "up_to": {"EUR": "50"}}}, outcome="no_declaration"),
        otherwise={"clause": "0", "heading": said(), "sentence": said(), **dict.fromkeys(KINDS, "manager")},
    )
    found = again(gift("40"), small, late=late("20"))
    assert found is not None
    assert (found.old.outcome, found.new.outcome) == (Outcome.NO_DECLARATION, Outcome.MANAGER)
    assert (found.total.money, found.limit.money) == (Money.of("60", "EUR"), Money.of("50", "EUR"))


def test_what_cannot_be_answered_any_more_is_left_alone() -> None:
    assert again(gift("40"), YEAR, late=late("90", currency="XOF")) is None


def test_a_corrected_item_lifts_only_by_what_it_is_more() -> None:
    facts, was, now = gift("40"), late("50"), late("70")
    corrected = Filed(7, facts, ask(facts, YEAR, was), (was,), (now,), YEAR, NO_RATES, company())
    assert lifted(corrected, LATE) is not None
    less = replace(corrected, within=(late("30"),))
    assert lifted(less, LATE) is None


def test_an_item_that_leaves_a_window_when_corrected_lifts_nothing() -> None:
    much = policy(rule("little", when={"rolling_total": {"months": 12, "under": {"EUR": "60"}}}, outcome="manager"))
    facts, was, now = gift("40"), late("50"), late("50", on=DAY - timedelta(days=500))
    assert lifted(Filed(7, facts, ask(facts, much, was), (was,), (now,), much, NO_RATES, company()), LATE) is None


def test_only_what_is_dated_after_it_and_counts_can_be_touched() -> None:
    items = [
        item(1, occurred_on=DAY),
        item(2, occurred_on=DAY + timedelta(days=1)),
        item(3, occurred_on=DAY + timedelta(days=2), state=State.WITHDRAWN),
        item(4, occurred_on=DAY - timedelta(days=1)),
    ]
    assert dated_after(items, DAY) == (2,)


@given(
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 12000)), max_size=6),
    st.integers(0, 12000),
    st.integers(1, 700),
    st.integers(0, 12000),
)
def test_what_is_told_is_what_adding_up_by_hand_says(before: list[tuple[int, int]], cents: int, days: int, more: int) -> None:
    """By days counted from the event: twelve months back from 20 May 2026 are 365 days, the last of them out."""
    others = [item(n, str(c / 100), occurred_on=DAY - timedelta(days=d)) for n, (d, c) in enumerate(before, 1)]
    new = late(str(more / 100), on=DAY - timedelta(days=days))
    old = cents + sum(c for d, c in before if d < 365)
    now = old + (more if days < 365 else 0)
    found = again(gift(str(cents / 100)), YEAR, *others, late=new)
    assert (found is not None) is (old <= 10000 < now)
    if found:
        assert found.total.money == Money(now, "EUR")


QUIET = policy(rule("quiet", when={"quiet_period": True}, outcome="prohibited"))


@pytest.mark.parametrize(("days", "touched"), [((-1, -1), False), ((-1, 0), True), ((0, 3), True), ((1, 3), False)])
def test_a_tender_entered_later_touches_what_happened_on_its_days_both_ends_included(
    days: tuple[int, int], touched: bool
) -> None:
    filed = Filed(7, gift("40"), ask(gift("40"), QUIET), (), (), QUIET, NO_RATES, company())
    found = quieted(filed, ((DAY + timedelta(days=days[0]), DAY + timedelta(days=days[1])),))
    assert (found is not None) is touched
    if found:
        assert (found.old.outcome, found.new.outcome) == (Outcome.RECORD, Outcome.PROHIBITED)
        assert [finding.rule for finding in found.findings] == ["quiet"]


def test_a_tender_tells_nothing_new_where_one_ran_already_or_nothing_can_be_answered() -> None:
    there = gift("40", quiet_periods=((DAY, DAY),))
    assert quieted(Filed(7, there, ask(there, QUIET), (), (), QUIET, NO_RATES, company()), ((DAY, DAY), (DAY, DAY))) is None
    unknown = gift(None)
    assert quieted(Filed(7, unknown, ask(unknown, QUIET), (), (), QUIET, NO_RATES, company()), ((DAY, DAY),)) is None
