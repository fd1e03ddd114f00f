"""Who may do what now, and why not, kindly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.workflows.cast import (
    ANNA,
    CLOCK,
    DIRECTOR,
    ERIK,
    EVE,
    GRETA,
    GROUP,
    MANAGER,
    OLGA,
    OTTO,
    OWN,
    SAM,
    TODAY,
    TRAINEE,
    WHY,
    Play,
    actor,
    away,
    conflict,
    facts,
    gone,
    interest,
    on,
    org,
    world,
)
from workflows import Action, Actor, Forbidden, Invalid, Refused, Role, Stale, State, available, is_turn_of, may
from workflows.permissions import acting
from workflows.words import Direction, Disposition

A = Action
DECIDING = (A.APPROVE, A.APPROVE_WITH_CONDITIONS, A.REFUSE, A.SEND_BACK, A.ESCALATE)


def why(action: Action, play: Play, who: int | Actor) -> tuple[type[Refused], str]:
    """How `action` is refused; fails if it is not."""
    by = actor(who) if isinstance(who, int) else who
    with pytest.raises(Refused) as refused:
        may(action, play.case, by, play.world)
    assert refused.value.sentence.endswith(".")
    return type(refused.value), refused.value.code


def can(play: Play, who: int | Actor) -> tuple[Action, ...]:
    return available(play.case, actor(who) if isinstance(who, int) else who, play.world)


def test_only_the_declarant_files_even_what_an_assistant_prepared() -> None:
    draft = Play.draft()
    assert can(draft, ANNA) == (A.FILE,)
    assert why(A.FILE, draft, SAM) == (Forbidden, "not_yours")


def test_only_compliance_or_the_clock_imports() -> None:
    draft = Play.draft()
    assert can(draft, OLGA) == (A.IMPORT,)
    assert can(draft, CLOCK) == (A.IMPORT,)
    assert why(A.IMPORT, draft, ANNA) == (Forbidden, "not_compliance")
    assert A.IMPORT in can(Play.draft(facts(declarant_id=OLGA)), OLGA)


def test_the_manager_decides_in_turn() -> None:
    play = Play.filed()
    assert can(play, MANAGER) == DECIDING
    assert acting(A.APPROVE, play.case, actor(MANAGER), play.world) == (Role.MANAGER, None)


def test_the_declarant_may_correct_and_withdraw_but_not_decide() -> None:
    play = Play.filed(facts(direction=Direction.GIVEN))
    assert can(play, ANNA) == (A.CORRECT, A.WITHDRAW)
    for action in DECIDING:
        assert why(action, play, ANNA) == (Forbidden, "declarant")


@pytest.mark.parametrize("person", [DIRECTOR, OLGA, EVE, SAM])
def test_nobody_decides_out_of_turn(person: int) -> None:
    assert why(A.APPROVE, Play.filed(), person) == (Forbidden, "not_your_turn")


def test_a_subordinate_named_or_interested_person_may_not_decide() -> None:
    assert why(A.APPROVE, Play.filed(), TRAINEE) == (Forbidden, "subordinate")
    play = Play.filed(facts("AC", named=frozenset({OTTO})), world(org(interested=frozenset({OLGA}))))
    assert why(A.APPROVE, play, OLGA) == (Forbidden, "interested")
    assert why(A.APPROVE, play, OTTO) == (Forbidden, "named")


def test_independence_is_checked_again_at_the_click() -> None:
    """She declared an interest after it came to her."""
    play = Play.filed()
    play.turn(org=org(interested=frozenset({MANAGER})))
    assert why(A.APPROVE, play, MANAGER) == (Forbidden, "interested")


def test_who_left_in_the_meantime_may_not_decide() -> None:
    play = Play.filed()
    play.turn(org=org(gone(MANAGER)))
    assert why(A.APPROVE, play, MANAGER) == (Forbidden, "inactive")


def test_nobody_decides_what_was_decided() -> None:
    play = Play.filed()
    play.do(A.APPROVE, MANAGER)
    assert why(A.APPROVE, play, MANAGER) == (Stale, "already_decided")
    assert why(A.REFUSE, play, OLGA) == (Stale, "already_decided")


def test_nobody_decides_what_was_withdrawn() -> None:
    play = Play.filed(facts(direction=Direction.GIVEN))
    play.do(A.WITHDRAW, ANNA)
    assert why(A.APPROVE, play, MANAGER) == (Stale, "withdrawn")


def test_what_has_moved_on_says_so() -> None:
    assert why(A.ANSWER, Play.filed(), ANNA) == (Stale, "wrong_state")


def substituted() -> Play:
    return Play.filed(where=world(org(away(MANAGER, SAM))))


def test_a_substitute_decides_for_the_manager() -> None:
    play = substituted()
    assert acting(A.APPROVE, play.case, actor(SAM, for_=(MANAGER,)), play.world) == (Role.MANAGER, MANAGER)


def test_a_manager_who_is_back_decides_what_was_assigned_for_her() -> None:
    play = substituted()
    play.turn(org=org())
    assert acting(A.APPROVE, play.case, actor(MANAGER), play.world) == (Role.MANAGER, None)


def test_a_substitution_that_has_ended_gives_no_power() -> None:
    play = substituted()
    play.turn(org=org())
    assert why(A.APPROVE, play, SAM) == (Forbidden, "delegation_over")


def test_a_new_substitute_takes_over_from_the_old_one() -> None:
    play = substituted()
    play.turn(org=org(away(MANAGER, DIRECTOR)))
    assert acting(A.APPROVE, play.case, actor(DIRECTOR, for_=(MANAGER,)), play.world) == (Role.MANAGER, MANAGER)


def test_a_substitute_named_after_it_was_assigned_may_decide() -> None:
    play = Play.filed()
    assert acting(A.APPROVE, play.case, actor(SAM, for_=(MANAGER,)), play.world) == (Role.MANAGER, MANAGER)


def test_a_substitute_may_not_decide_for_a_manager_who_may_not() -> None:
    play = Play.filed()
    play.turn(org=org(interested=frozenset({MANAGER})))
    assert why(A.APPROVE, play, actor(SAM, for_=(MANAGER,))) == (Forbidden, "not_your_turn")


def test_any_independent_officer_of_the_pool_may_decide() -> None:
    play = Play.filed(facts("AC"))
    for officer in (OLGA, OTTO, GRETA):
        assert acting(A.APPROVE, play.case, actor(officer), play.world) == (Role.COMPLIANCE_OFFICER, None)


def test_an_officer_whose_role_was_taken_away_may_not_decide() -> None:
    assert why(A.APPROVE, Play.filed(facts("AC")), actor(OLGA, roles=frozenset())) == (Forbidden, "not_your_turn")


def test_who_stands_in_for_an_officer_decides_from_the_pool() -> None:
    play = Play.filed(facts("AC"))
    assert acting(A.APPROVE, play.case, actor(SAM, for_=(OLGA, MANAGER)), play.world) == (Role.COMPLIANCE_OFFICER, OLGA)
    play.turn(org=org(interested=frozenset({OLGA})))
    assert why(A.APPROVE, play, actor(SAM, for_=(OLGA,))) == (Forbidden, "not_your_turn")


def test_who_stands_in_for_somebody_without_the_role_may_not_decide() -> None:
    play = Play.filed(facts("AX"))
    play.turn(org=org(executives=(ERIK,)))
    assert why(A.APPROVE, play, actor(SAM, for_=(EVE,))) == (Forbidden, "not_your_turn")


def test_the_executive_reviewer_decides_in_that_role() -> None:
    play = Play.filed(facts("AX"))
    assert acting(A.APPROVE, play.case, actor(EVE), play.world) == (Role.EXECUTIVE_REVIEWER, None)
    assert acting(A.APPROVE, play.case, actor(SAM, for_=(EVE,)), play.world) == (Role.EXECUTIVE_REVIEWER, EVE)


def test_an_officer_decides_for_the_executive_only_where_no_executive_is_independent() -> None:
    play = Play.filed(facts("AX"), world(org(executives=())))
    assert acting(A.APPROVE, play.case, actor(GRETA), play.world) == (Role.COMPLIANCE_OFFICER, None)
    assert why(A.APPROVE, Play.filed(facts("AX")), GRETA) == (Forbidden, "not_your_turn")


def test_the_manager_who_decided_may_not_decide_again_as_an_officer() -> None:
    play = Play.filed(facts("AB"), world(org(officers=((OWN, (MANAGER, OLGA)), (GROUP, (GRETA,))))))
    both = actor(MANAGER, roles=frozenset({Role.COMPLIANCE_OFFICER}))
    play.do(A.APPROVE, both)
    assert why(A.APPROVE, play, both) == (Forbidden, "already_decided")
    assert A.REASSIGN in can(play, both)


def test_only_an_independent_officer_reassigns() -> None:
    play = Play.filed(where=world(org(interested=frozenset({OTTO}))))
    assert can(play, OLGA) == (A.REASSIGN,)
    assert why(A.REASSIGN, play, MANAGER) == (Forbidden, "not_compliance")
    assert why(A.REASSIGN, play, OTTO) == (Forbidden, "interested")


@pytest.mark.parametrize("action", [A.APPROVE, A.APPROVE_WITH_CONDITIONS])
def test_what_is_prohibited_is_never_approved(action: Action) -> None:
    assert why(action, Play.filed(facts("AP")), OLGA) == (Forbidden, "prohibited")


def test_what_is_prohibited_can_be_refused_sent_back_or_escalated() -> None:
    assert can(Play.filed(facts("AP")), OLGA) == (A.REFUSE, A.SEND_BACK, A.ESCALATE, A.REASSIGN)


def test_advice_on_what_is_prohibited_does_not_end_it_recorded() -> None:
    play = Play.filed(conflict("AP", wants_advice=True))
    assert why(A.ADVISE, play, OLGA) == (Forbidden, "prohibited")
    assert why(A.REQUEST_APPROVAL, play, ANNA) == (Forbidden, "prohibited")
    assert A.REFUSE in can(play, OLGA)


def test_a_request_for_advice_is_advised_on_not_decided() -> None:
    play = Play.filed(conflict(wants_advice=True))
    assert can(play, MANAGER) == (A.SEND_BACK, A.ESCALATE, A.REQUEST_APPROVAL, A.ADVISE)
    assert can(play, ANNA) == (A.CORRECT, A.WITHDRAW, A.REQUEST_APPROVAL)
    assert why(A.APPROVE, play, MANAGER) == (Forbidden, "advice_asked")


def test_a_request_for_approval_is_decided_not_advised_on() -> None:
    assert why(A.ADVISE, Play.filed(conflict()), MANAGER) == (Forbidden, "no_advice_asked")


def recorded(**declared: object) -> Play:
    return Play.filed(facts("DK", **declared))


@pytest.mark.parametrize(
    "disposition",
    [Disposition.KEPT, Disposition.SHARED, Disposition.SURRENDERED, Disposition.DIFFERENCE_PAID, Disposition.UNDECIDED],
)
def test_what_was_kept_cannot_be_withdrawn(disposition: Disposition) -> None:
    assert why(A.WITHDRAW, recorded(disposition=disposition), ANNA) == (Forbidden, "kept")


@pytest.mark.parametrize("disposition", [Disposition.RETURNED, Disposition.DECLINED])
def test_what_was_given_back_can_be_withdrawn(disposition: Disposition) -> None:
    assert A.WITHDRAW in can(recorded(disposition=disposition), ANNA)


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, False), (1, True)])
def test_what_has_not_happened_yet_can_be_withdrawn(days: int, allowed: bool) -> None:
    assert (A.WITHDRAW in can(recorded(occurred_on=TODAY + timedelta(days)), ANNA)) is allowed


def test_nobody_else_withdraws() -> None:
    assert why(A.WITHDRAW, recorded(direction=Direction.GIVEN), MANAGER) == (Forbidden, "not_yours")


def test_a_standing_interest_on_the_register_is_ended_not_withdrawn() -> None:
    play = Play.filed(interest("DK"))
    assert can(play, ANNA) == (A.CORRECT, A.END)
    assert can(play, OLGA) == (A.ESCALATE, A.END)
    assert why(A.WITHDRAW, play, ANNA) == (Forbidden, "end_instead")
    assert why(A.END, play, MANAGER) == (Forbidden, "not_compliance")


def test_a_standing_interest_that_waits_can_be_withdrawn() -> None:
    assert A.WITHDRAW in can(Play.filed(interest()), ANNA)


def test_only_what_lasts_can_be_ended() -> None:
    assert why(A.END, recorded(), ANNA) == (Forbidden, "not_standing")


def test_the_clock_neither_decides_nor_comes_early() -> None:
    play = Play.filed()
    assert why(A.APPROVE, play, CLOCK) == (Forbidden, "not_for_the_clock")
    assert why(A.ESCALATE, play, CLOCK) == (Stale, "not_due")
    assert why(A.REMIND, play, CLOCK) == (Stale, "not_due")
    assert play.case.due_on is not None
    play.turn(now=on(play.case.due_on + timedelta(1)))
    assert can(play, CLOCK) == (A.ESCALATE, A.REMIND)


def test_people_do_not_remind() -> None:
    assert why(A.REMIND, Play.filed(), OLGA) == (Forbidden, "only_the_clock")


def test_it_is_the_turn_of_the_reviewer_and_after_a_question_of_the_declarant() -> None:
    play = Play.filed()

    def turns() -> list[int]:
        return [each for each in (ANNA, MANAGER, OLGA) if is_turn_of(play.case, actor(each), play.world)]

    assert turns() == [MANAGER]
    play.do(A.SEND_BACK, MANAGER, WHY)
    assert turns() == [ANNA]


def test_a_refused_attempt_changes_nothing() -> None:
    play = Play.filed()
    before = replace(play.case)
    with pytest.raises(Invalid):
        play.do(A.REFUSE, MANAGER)
    assert play.case == before
    assert play.case.state is State.WITH_MANAGER
