"""Filing: the policy answers at once, and the declaration goes where it says, with a due day, a label and a notice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.workflows.cast import (
    ANNA,
    CLOCK,
    EVE,
    GROUP,
    MANAGER,
    NO_POLICY,
    OLGA,
    ORG,
    OWN,
    SAM,
    TODAY,
    Play,
    away,
    facts,
    interest,
    org,
    world,
)
from workflows import Action, Assignment, Invalid, Notice, Review, Role, State
from workflows.words import Direction, Kind, Outcome, Timing, ValueBasis

A, M, C, X = Action, Review.MANAGER, Review.COMPLIANCE, Review.EXECUTIVE


def test_what_is_below_every_limit_is_recorded_at_once() -> None:
    step = Play.draft(facts("DK")).do(A.FILE, ANNA)
    assert (step.state_from, step.state, step.event) == (State.DRAFT, State.RECORDED, "declaration:filed")
    assert (step.acting_role, step.on_behalf_of) == (Role.DECLARANT, None)
    assert (step.assignment, step.due_on, step.remaining, step.notices) == (None, None, (), ())
    assert step.timing is Timing.RECORDED_AFTER
    assert step.assessment is not None
    assert step.assessment.outcome is Outcome.RECORD


@pytest.mark.parametrize(
    ("country", "state", "person", "pool", "remaining"),
    [
        ("AM", State.WITH_MANAGER, MANAGER, None, (M,)),
        ("AB", State.WITH_MANAGER, MANAGER, None, (M, C)),
        ("AC", State.WITH_COMPLIANCE, None, OWN, (C,)),
        ("AX", State.WITH_EXECUTIVE, EVE, None, (X,)),
        ("AZ", State.WITH_MANAGER, MANAGER, None, (M, C, X)),
    ],
)
def test_the_policy_says_who_reviews_it(
    country: str, state: State, person: int | None, pool: int | None, remaining: tuple[Review, ...]
) -> None:
    step = Play.draft(facts(country)).do(A.FILE, ANNA)
    assert (step.state, step.remaining, step.timing) == (state, remaining, None)
    assert step.assignment == Assignment(remaining[0], person, pool_company_id=pool)
    assert step.notices == (Notice("decision_needed", person, pool),)
    assert step.decided is None


def test_what_is_prohibited_goes_to_compliance() -> None:
    step = Play.draft(facts("AP")).do(A.FILE, ANNA)
    assert step.state is State.WITH_COMPLIANCE
    assert step.notices == (Notice("recorded_prohibited", pool_company_id=OWN),)


def test_what_cannot_be_is_not_filed_and_says_what_is_missing() -> None:
    play = Play.draft(facts(value=None, value_basis=ValueBasis.NOT_ASKED))
    with pytest.raises(Invalid) as refused:
        play.do(A.FILE, ANNA)
    assert refused.value.code == "invalid"
    assert refused.value.problems == {
        "problem_1": "State what it is worth. If you do not know, give an estimate and say how you made it."
    }
    assert play.case.state is State.DRAFT


def test_a_gift_received_in_the_future_is_not_filed() -> None:
    with pytest.raises(Invalid):
        Play.filed(facts(kind=Kind.GIFT, occurred_on=TODAY + timedelta(1)))


def test_what_is_for_tomorrow_is_due_today_and_marked_urgent() -> None:
    tomorrow = TODAY + timedelta(1)
    step = Play.draft(facts("AM", occurred_on=tomorrow)).do(A.FILE, ANNA)
    assert (step.due_on, step.urgent_on) == (TODAY, tomorrow)


def test_what_has_happened_is_not_urgent() -> None:
    step = Play.draft(facts("AM")).do(A.FILE, ANNA)
    assert (step.due_on, step.urgent_on) == (date(2026, 11, 25), None)


def test_what_is_recorded_is_not_urgent_even_if_it_lies_ahead() -> None:
    step = Play.draft(facts("DK", occurred_on=TODAY + timedelta(1))).do(A.FILE, ANNA)
    assert (step.urgent_on, step.timing) == (None, Timing.RECORDED_BEFORE)


def test_a_recorded_interest_has_no_timing() -> None:
    assert Play.draft(interest("DK")).do(A.FILE, ANNA).timing is None


def test_the_substitute_gets_it_while_the_manager_is_away_and_is_told() -> None:
    step = Play.draft(where=world(org(away(MANAGER, SAM)))).do(A.FILE, ANNA)
    assert step.assignment == Assignment(M, SAM, for_id=MANAGER)
    assert step.notices == (Notice("decision_needed", SAM),)


def test_a_review_done_higher_up_is_done_once() -> None:
    """Nobody in the line is independent: compliance does the manager's review and its own in one."""
    step = Play.draft(facts("AB"), world(org(line=()))).do(A.FILE, ANNA)
    assert (step.state, step.remaining) == (State.WITH_COMPLIANCE, (C,))


def test_filing_never_fails_for_want_of_a_reviewer() -> None:
    step = Play.draft(facts("AZ"), world(org(below=frozenset(ORG.people) - {ANNA}))).do(A.FILE, ANNA)
    assert (step.state, step.remaining) == (State.WITH_COMPLIANCE, (C, X))
    assert step.notices == (Notice("decision_needed", pool_company_id=GROUP),)


def test_new_facts_may_come_with_the_filing() -> None:
    play = Play.draft(facts("DK"))
    assert play.do(A.FILE, ANNA, declared=facts("AM")).state is State.WITH_MANAGER


@pytest.mark.parametrize("country", ["DK", "AM", "AP"])
@pytest.mark.parametrize("who", [CLOCK, OLGA])
def test_an_import_is_recorded_whatever_the_policy_finds_and_never_called_approved(country: str, who: object) -> None:
    step = Play.draft(facts(country)).do(A.IMPORT, who)  # type: ignore[arg-type]
    assert (step.state, step.event, step.timing) == (State.RECORDED, "declaration:imported", Timing.IMPORTED)
    assert step.assessment is not None
    assert (step.notices, step.assignment) == ((), None)


def test_an_import_without_a_value_or_a_policy_lands_all_the_same() -> None:
    step = Play.draft(facts(value=None, value_basis=ValueBasis.UNKNOWN)).do(A.IMPORT)
    assert step.assessment is not None
    assert step.assessment.outcome is Outcome.INVALID
    step = Play.draft(where=replace(world(), policy=NO_POLICY)).do(A.IMPORT)
    assert step.assessment is not None
    assert step.assessment.findings == ()


def test_a_day_before_there_was_a_policy_passes_compliance_by_for_nobody() -> None:
    step = Play.draft(where=replace(world(), policy=NO_POLICY)).do(A.FILE, ANNA)
    assert step.state is State.WITH_COMPLIANCE
    assert step.assessment is not None
    assert step.assessment.findings == ()


def test_a_gift_given_is_routed_like_one_received() -> None:
    assert Play.draft(facts("AM", direction=Direction.GIVEN)).do(A.FILE, ANNA).state is State.WITH_MANAGER
