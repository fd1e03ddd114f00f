"""The clock: it reminds, passes on what is overdue or lost its reviewer, and never fails for want of people."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflows.cast import (
    ANNA,
    CLOCK,
    ERIK,
    EVE,
    GRETA,
    GROUP,
    MANAGER,
    OWN,
    SAM,
    TODAY,
    WHY,
    Play,
    away,
    facts,
    gone,
    on,
    org,
    world,
)
from workflows import Action, Assignment, Inputs, Notice, PassedOver, Review, Role, Stale, State

A, M, C, X = Action, Review.MANAGER, Review.COMPLIANCE, Review.EXECUTIVE
CONDITIONS = Inputs(conditions=(("Share it with the team.", TODAY),))
DECIDED = (Notice("decided", ANNA),)


def overdue(play: Play) -> Play:
    assert play.case.due_on is not None
    play.turn(now=on(play.case.due_on + timedelta(1)))
    return play


def test_the_clock_escalates_what_is_overdue_to_compliance_and_then_to_the_executive() -> None:
    play = overdue(Play.filed(facts("AM")))
    step = play.do(A.ESCALATE)
    assert (step.state, step.acting_role, step.inputs.reason, step.decided) == (
        State.WITH_COMPLIANCE,
        Role.CLOCK,
        "overdue",
        None,
    )
    step = overdue(play).do(A.ESCALATE)
    assert (step.state, step.assignment, step.escalated) == (State.WITH_EXECUTIVE, Assignment(X, EVE), {C, X})


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        ({"people": org(gone(MANAGER)).people}, "inactive"),
        ({"interested": frozenset({MANAGER})}, "interested"),
        ({"below": frozenset({MANAGER})}, "subordinate"),
    ],
)
def test_the_clock_passes_on_at_once_what_waits_for_somebody_who_may_no_longer_decide(lost: dict[str, Any], reason: str) -> None:
    play = Play.filed(facts("AM"))
    with pytest.raises(Stale):
        play.do(A.ESCALATE)
    play.turn(org=replace(play.world.org, **lost))
    step = play.do(A.ESCALATE)
    assert (step.state, step.inputs.reason) == (State.WITH_COMPLIANCE, "lost_turn")
    assert step.assignment is not None
    assert (MANAGER, reason) in [(each.person_id, each.reason) for each in step.assignment.passed_over]


def test_an_executive_is_followed_by_another_for_having_lost_the_turn_and_never_for_being_late() -> None:
    play = Play.filed(facts("AC"))
    overdue(play).do(A.ESCALATE)
    with pytest.raises(Stale):
        overdue(play).do(A.ESCALATE)
    play.turn(org=org(gone(EVE)))
    assert play.do(A.ESCALATE).assignment == Assignment(X, ERIK, passed_over=(PassedOver(EVE, "inactive"),))
    play.turn(org=org(gone(EVE), gone(ERIK)))
    step = play.do(A.ESCALATE)
    assert step.assignment is not None
    assert (step.state, step.assignment.person_id, step.assignment.pool_company_id) == (State.WITH_EXECUTIVE, None, OWN)


def test_a_stand_in_who_may_no_longer_decide_loses_the_turn_too() -> None:
    play = Play.filed(facts("AM"), world(org(away(MANAGER, SAM))))
    play.turn(org=org(away(MANAGER, SAM), gone(SAM)))
    assert play.do(A.ESCALATE).state is State.WITH_COMPLIANCE


def test_a_pool_loses_no_turn() -> None:
    play = Play.filed(facts("AC"))
    play.turn(org=org(officers=()))
    with pytest.raises(Stale):
        play.do(A.ESCALATE)


def test_the_clock_passes_over_whoever_let_it_lie() -> None:
    play = overdue(Play.filed(facts("AM"), world(org(officers=((OWN, (MANAGER,)), (GROUP, (GRETA,)))))))
    step = play.do(A.ESCALATE)
    assert step.assignment is not None
    assert [(each.person_id, each.reason) for each in step.assignment.passed_over] == [(MANAGER, "handed_on")]


def test_the_clock_never_fails_for_want_of_a_reviewer() -> None:
    play = Play.filed(facts("AC"))
    play.turn(org=org(executives=(), officers=()))
    step = overdue(play).do(A.ESCALATE)
    assert (step.state, step.assignment) == (State.WITH_EXECUTIVE, Assignment(X, None, pool_company_id=OWN))


def test_the_clock_reminds_and_counts() -> None:
    play = Play.filed(facts("AM"))
    play.turn(now=on(date(2026, 11, 23)))
    step = play.do(A.REMIND, CLOCK)
    assert (step.state, step.reminded, step.due_on) == (State.WITH_MANAGER, 1, date(2026, 11, 25))
    assert (step.assignment, step.notices) == (Assignment(M, MANAGER), (Notice("reminder", MANAGER),))


def test_a_reminder_keeps_the_stand_in_and_the_day_it_is_for() -> None:
    event = TODAY + timedelta(30)
    play = Play.filed(facts("AM", occurred_on=event), world(org(away(MANAGER, SAM))))
    play.turn(now=on(date(2026, 11, 23)))
    step = play.do(A.REMIND)
    assert (step.assignment, step.urgent_on) == (Assignment(M, SAM, MANAGER), event)


def test_the_declarant_is_reminded_of_a_question() -> None:
    play = Play.filed(facts("AM"))
    play.do(A.SEND_BACK, MANAGER, WHY)
    play.turn(now=on(date(2026, 11, 24)))
    step = play.do(A.REMIND)
    assert (step.state, step.returns_to, step.due_on) == (State.SENT_BACK, M, date(2026, 11, 25))
    assert (step.notices, step.reminded) == ((Notice("reminder", ANNA),), 1)


def test_a_new_reviewer_starts_without_reminders() -> None:
    play = Play.filed(facts("AB"))
    play.turn(now=on(date(2026, 11, 23)))
    play.do(A.REMIND)
    assert play.do(A.APPROVE, MANAGER).reminded == 0
