"""Whoever has a part in the matter does not decide it."""

from dataclasses import replace

import pytest

from tests.workflows.cast import ANNA, GRETA, HEAD, MANAGER, NOON, OLGA, SAM, TRAINEE, facts, gone, org
from workflows import Action, Case, Decision, Review, State
from workflows.independence import OUTSIDE, REASONS, TO_THE_ACTOR, why_not

CASE = Case(State.WITH_MANAGER, facts(), review=Review.MANAGER, assignee_id=MANAGER)


def decision(by: int, on_behalf_of: int | None = None, review: Review = Review.MANAGER) -> Decision:
    return Decision(review, Action.APPROVE, by, on_behalf_of, NOON, 1)


def test_the_manager_may_decide() -> None:
    assert why_not(MANAGER, CASE, org()) is None


def test_nobody_decides_their_own_declaration() -> None:
    assert why_not(ANNA, CASE, org()) == "declarant"


def test_nobody_decides_what_they_prepared_for_another_to_sign() -> None:
    assert why_not(MANAGER, replace(CASE, prepared_by_id=MANAGER), org()) == "prepared"


def test_nobody_decides_what_names_them() -> None:
    assert why_not(MANAGER, replace(CASE, facts=facts(named=frozenset({MANAGER}))), org()) == "named"


def test_nobody_decides_for_the_one_they_report_to() -> None:
    assert why_not(TRAINEE, CASE, org()) == "subordinate"


def test_nobody_decides_about_a_counterparty_they_have_an_interest_in() -> None:
    assert why_not(OLGA, CASE, org(interested=frozenset({OLGA}))) == "interested"


def test_nobody_who_left_decides() -> None:
    assert why_not(MANAGER, CASE, org(gone(MANAGER))) == "inactive"


def test_nobody_unknown_decides() -> None:
    assert why_not(999, CASE, org()) == "inactive"


@pytest.mark.parametrize("person", [SAM, HEAD])
def test_nobody_decides_twice_in_two_roles(person: int) -> None:
    """Neither the stand-in who decided nor the one it was decided for."""
    case = replace(CASE, review=Review.COMPLIANCE, decisions=(decision(SAM, HEAD),))
    assert why_not(person, case, org()) == "already_decided"


def test_who_decided_a_review_may_decide_the_same_review_again() -> None:
    case = replace(CASE, decisions=(decision(MANAGER),))
    assert why_not(MANAGER, case, org()) is None
    assert why_not(MANAGER, case, org(), Review.EXECUTIVE) == "already_decided"


def test_what_others_decided_does_not_matter() -> None:
    assert why_not(GRETA, replace(CASE, review=Review.COMPLIANCE, decisions=(decision(MANAGER),)), org()) is None


def test_every_reason_has_a_sentence_and_the_outside_reads_only_one() -> None:
    assert set(TO_THE_ACTOR) <= set(REASONS)
    assert OUTSIDE == "not independent"
