"""Correcting is filing anew: what was decided on the same facts stays decided, the rest is decided again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.workflows.cast import (
    ANNA,
    DIRECTOR,
    GIVEN_BACK,
    HEAD,
    MANAGER,
    OLGA,
    ORG,
    OTTO,
    OWN,
    REFUSAL,
    SAM,
    TODAY,
    WHY,
    Play,
    away,
    facts,
    gone,
    interest,
    on,
    org,
    world,
)
from workflows import Action, Assignment, Facts, Inputs, Invalid, Notice, Review, State, Step
from workflows.money import Money
from workflows.words import Timing

A, M, C, X = Action, Review.MANAGER, Review.COMPLIANCE, Review.EXECUTIVE


def corrected(play: Play, declared: Facts) -> Step:
    return play.do(A.CORRECT, ANNA, declared=declared)


def approved(country: str = "AM") -> Play:
    play = Play.filed(facts(country))
    play.do(A.APPROVE, MANAGER)
    return play


def test_a_corrected_title_leaves_it_where_it_waits() -> None:
    play = Play.filed(facts("AM"), world(org(away(MANAGER, SAM))))
    play.turn(now=on(date(2026, 11, 23)))
    step = corrected(play, facts("AM", title="Supper"))
    assert (step.state, step.assignment, step.due_on) == (State.WITH_MANAGER, Assignment(M, SAM, MANAGER), date(2026, 11, 25))
    assert step.notices == ()
    assert step.assessment is not None


def test_corrected_facts_stay_with_the_same_reviewer_by_the_same_day() -> None:
    play = Play.filed(facts("AM"))
    play.do(A.REASSIGN, OLGA, Inputs(reason="On leave.", to_person_id=HEAD))
    play.turn(now=on(date(2026, 11, 23)))
    step = corrected(play, facts("AM", heads=2))
    assert (step.assignment, step.due_on) == (Assignment(M, HEAD), date(2026, 11, 25))
    assert step.notices == (Notice("decision_needed", HEAD),)


def test_corrected_facts_that_name_the_reviewer_go_to_another() -> None:
    step = corrected(Play.filed(facts("AM")), facts("AM", named=frozenset({MANAGER})))
    assert step.assignment is not None
    assert step.assignment.person_id == DIRECTOR


def test_corrected_facts_in_a_pool_stay_in_the_pool() -> None:
    step = corrected(Play.filed(facts("AC")), facts("AC", heads=2))
    assert step.assignment == Assignment(C, None, pool_company_id=OWN)


def test_corrected_facts_that_bring_the_event_near_are_due_before_it() -> None:
    play = Play.filed(facts("AM", occurred_on=TODAY + timedelta(30)))
    assert corrected(play, facts("AM", occurred_on=TODAY + timedelta(1))).due_on == TODAY


@pytest.mark.parametrize(
    ("country", "state"), [("AC", State.WITH_COMPLIANCE), ("AP", State.WITH_COMPLIANCE), ("DK", State.RECORDED)]
)
def test_corrected_facts_go_where_filing_them_would_lead(country: str, state: State) -> None:
    assert corrected(Play.filed(facts("AM")), facts(country)).state is state


def test_an_approval_stands_when_only_the_title_changes() -> None:
    play = approved()
    play.turn(now=on(TODAY + timedelta(3)))
    step = corrected(play, facts("AM", title="Supper"))
    assert (step.state, step.timing, step.assignment) == (State.APPROVED, Timing.APPROVED_AFTER, None)


def test_an_approval_given_before_stays_approved_before_after_a_later_correction() -> None:
    event = TODAY + timedelta(2)
    play = Play.filed(facts("AM", occurred_on=event))
    play.do(A.APPROVE, MANAGER)
    play.turn(now=on(event + timedelta(1)))
    assert corrected(play, facts("AM", occurred_on=event, title="Supper")).timing is Timing.APPROVED_BEFORE


def test_an_approval_falls_when_the_value_changes() -> None:
    step = corrected(approved(), facts("AM", value=Money(20000, "EUR")))
    assert (step.state, step.assignment, step.timing) == (State.WITH_MANAGER, Assignment(M, MANAGER), None)


def test_the_approval_of_one_review_stands_while_the_next_waits() -> None:
    play = approved("AB")
    step = corrected(play, facts("AB", title="Supper"))
    assert (step.state, step.remaining) == (State.WITH_COMPLIANCE, (C,))


def test_all_reviews_are_done_again_when_the_facts_change_between_two() -> None:
    step = corrected(approved("AB"), facts("AB", heads=2))
    assert (step.state, step.remaining) == (State.WITH_MANAGER, (M, C))


def test_conditions_stand_with_the_approval_they_belong_to() -> None:
    play = Play.filed(facts("AM"))
    play.do(A.APPROVE_WITH_CONDITIONS, MANAGER, Inputs(conditions=(("Share it.", TODAY),)))
    assert corrected(play, facts("AM", **GIVEN_BACK)).state is State.APPROVED_WITH_CONDITIONS


def test_giving_back_what_was_approved_reopens_nothing() -> None:
    assert corrected(approved(), facts("AM", **GIVEN_BACK)).state is State.APPROVED


def test_what_was_handed_up_stays_up_when_the_facts_change() -> None:
    play = Play.filed(facts("AM"))
    play.do(A.ESCALATE, MANAGER, WHY)
    step = corrected(play, facts("AM", heads=2))
    assert (step.state, step.escalated) == (State.WITH_COMPLIANCE, {C})
    play.do(A.APPROVE, OTTO)
    assert corrected(play, facts("AM", heads=3)).state is State.WITH_COMPLIANCE


def test_a_recorded_one_is_reviewed_if_its_facts_now_call_for_it() -> None:
    play = Play.filed(facts("DK"))
    assert corrected(play, facts("DK", title="Supper")).state is State.RECORDED
    assert corrected(play, facts("AM")).state is State.WITH_MANAGER


def test_an_approved_one_that_turns_out_to_be_prohibited_goes_to_compliance() -> None:
    assert corrected(approved(), facts("AP")).state is State.WITH_COMPLIANCE


def test_the_label_recorded_before_goes_by_the_first_filing() -> None:
    event = TODAY + timedelta(1)
    play = Play.filed(facts("DK", occurred_on=event))
    play.turn(now=on(event + timedelta(5)))
    assert corrected(play, facts("DK", occurred_on=event, title="Supper")).timing is Timing.RECORDED_BEFORE


def test_what_was_imported_says_so_until_it_is_decided_here() -> None:
    play = Play.draft(facts("DK"))
    play.do(A.IMPORT)
    assert corrected(play, facts("DK", title="Supper")).timing is Timing.IMPORTED
    assert corrected(play, facts("AM")).timing is None
    assert play.do(A.APPROVE, MANAGER).timing is Timing.APPROVED_AFTER


def test_a_refusal_stands_whatever_is_corrected_later() -> None:
    play = Play.filed(facts("AM"))
    play.do(A.REFUSE, MANAGER, REFUSAL)
    for declared in (facts("AM", **GIVEN_BACK), facts("DK"), facts("AP")):
        step = corrected(play, declared)
        assert (step.state, step.assignment, step.notices) == (State.REFUSED, None, ())


def test_what_has_ended_stays_ended() -> None:
    play = Play.filed(interest("DK"))
    play.do(A.END, ANNA, Inputs(ended_on=TODAY))
    assert corrected(play, interest("AC")).state is State.ENDED


def test_a_correction_that_cannot_be_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        corrected(Play.filed(facts("AM")), facts("AM", value=Money(-1, "EUR")))
    assert refused.value.code == "invalid"


def test_a_reviewer_who_left_is_not_kept() -> None:
    play = Play.filed(facts("AM"))
    play.turn(org=org(gone(MANAGER)))
    step = corrected(play, facts("AM", heads=2))
    assert step.assignment is not None
    assert step.assignment.person_id == DIRECTOR


def test_after_a_change_of_manager_a_correction_tells_the_new_one_and_the_one_before() -> None:
    play = Play.filed(facts("AM"))
    play.turn(org=replace(ORG, line=(SAM, DIRECTOR, HEAD)))
    step = corrected(play, facts("AM", heads=2))
    assert step.assignment is not None
    assert step.assignment.person_id == SAM
    assert step.notices == (Notice("decision_needed", SAM), Notice("no_longer_yours", MANAGER))


def test_a_correction_that_nobody_need_decide_any_more_tells_the_one_who_would_have() -> None:
    play = Play.filed(facts("AM"))
    step = corrected(play, facts("DK"))
    assert step.state is State.RECORDED
    assert step.notices == (Notice("no_longer_yours", MANAGER),)


def test_a_substitute_who_takes_over_is_no_reason_to_tell_the_one_who_is_away() -> None:
    play = Play.filed(facts("AM"))
    play.turn(org=org(away(MANAGER, SAM)))
    step = corrected(play, facts("AM", heads=2))
    assert step.assignment == Assignment(Review.MANAGER, SAM, MANAGER)
    assert step.notices == (Notice("decision_needed", SAM),)
