"""Deciding: each review in order, each by somebody else; a refusal ends it, a question comes back to whoever asked."""

from datetime import date, timedelta

import pytest

from tests.workflows.cast import (
    ANNA,
    CLOCK,
    DIRECTOR,
    EVE,
    GRETA,
    GROUP,
    HEAD,
    MANAGER,
    NOON,
    OLGA,
    OTTO,
    OWN,
    REFUSAL,
    SAM,
    TODAY,
    WHY,
    Play,
    actor,
    away,
    facts,
    gone,
    org,
    world,
)
from workflows import (
    Action,
    Assignment,
    Decision,
    Forbidden,
    Inputs,
    Invalid,
    Notice,
    Refused,
    Review,
    Role,
    State,
    rule_content,
)
from workflows.words import Direction, Timing

A, M, C, X = Action, Review.MANAGER, Review.COMPLIANCE, Review.EXECUTIVE
CONDITIONS = Inputs(conditions=(("Share it with the team.", TODAY),))
DECIDED = (Notice("decided", ANNA),)


def test_the_managers_approval_is_enough_where_the_policy_says_so() -> None:
    step = Play.filed(facts("AM")).do(A.APPROVE, MANAGER)
    assert (step.state, step.event, step.acting_role) == (State.APPROVED, "declaration:approved", Role.MANAGER)
    assert step.decided == Decision(M, A.APPROVE, MANAGER, None, NOON, 1, rule_content(facts("AM")))
    assert (step.assignment, step.due_on, step.remaining, step.notices) == (None, None, (), DECIDED)
    assert step.timing is Timing.APPROVED_AFTER


def test_each_review_follows_in_order_by_somebody_else() -> None:
    play = Play.filed(facts("AZ"))
    step = play.do(A.APPROVE, MANAGER)
    assert (step.state, step.remaining, step.timing) == (State.WITH_COMPLIANCE, (C, X), None)
    assert step.notices == (Notice("decision_needed", pool_company_id=OWN),)
    assert step.due_on == date(2026, 11, 24)
    step = play.do(A.APPROVE, OLGA)
    assert (step.state, step.remaining, step.acting_role) == (State.WITH_EXECUTIVE, (X,), Role.COMPLIANCE_OFFICER)
    step = play.do(A.APPROVE, EVE)
    assert (step.state, step.acting_role, step.notices) == (State.APPROVED, Role.EXECUTIVE_REVIEWER, DECIDED)


@pytest.mark.parametrize("first", [True, False])
def test_conditions_of_any_review_stay_with_the_approval(first: bool) -> None:
    play = Play.filed(facts("AB"))
    play.do(*((A.APPROVE_WITH_CONDITIONS, MANAGER, CONDITIONS) if first else (A.APPROVE, MANAGER)))
    step = play.do(*((A.APPROVE, OLGA) if first else (A.APPROVE_WITH_CONDITIONS, OLGA, CONDITIONS)))
    assert step.state is State.APPROVED_WITH_CONDITIONS
    assert step.timing is Timing.APPROVED_AFTER


def test_what_is_approved_the_day_before_is_approved_before() -> None:
    step = Play.filed(facts("AM", occurred_on=TODAY + timedelta(1))).do(A.APPROVE, MANAGER)
    assert step.timing is Timing.APPROVED_BEFORE


def test_a_substitute_decides_for_the_manager_and_the_record_says_so() -> None:
    play = Play.filed(where=world(org(away(MANAGER, SAM))))
    step = play.do(A.APPROVE, actor(SAM, for_=(MANAGER,)))
    assert step.on_behalf_of == MANAGER
    assert step.decided is not None
    assert (step.decided.by, step.decided.on_behalf_of) == (SAM, MANAGER)


def test_a_refusal_is_final_even_if_other_reviews_remain() -> None:
    step = Play.filed(facts("AZ")).do(A.REFUSE, MANAGER, REFUSAL)
    assert (step.state, step.remaining, step.assignment, step.notices) == (State.REFUSED, (), None, DECIDED)
    assert (step.timing, step.due_on) == (None, None)


def test_compliance_refuses_what_is_prohibited() -> None:
    assert Play.filed(facts("AP")).do(A.REFUSE, OLGA, REFUSAL).state is State.REFUSED


def test_a_question_goes_to_the_declarant_and_the_answer_back_to_whoever_asked() -> None:
    play = Play.filed(facts("AC"))
    step = play.do(A.SEND_BACK, OTTO, WHY)
    assert (step.state, step.returns_to, step.notices) == (State.SENT_BACK, C, (Notice("sent_back", ANNA),))
    assert (step.assignment, step.due_on) == (None, date(2026, 11, 24))
    step = play.do(A.ANSWER, ANNA, WHY)
    assert (step.state, step.assignment, step.remaining) == (State.WITH_COMPLIANCE, Assignment(C, OTTO), (C,))
    assert (step.notices, step.returns_to, step.assessment) == ((Notice("answered", OTTO),), None, None)


def test_an_answer_goes_to_somebody_else_if_whoever_asked_has_left() -> None:
    play = Play.filed(facts("AC"))
    play.do(A.SEND_BACK, OTTO, WHY)
    play.turn(org=org(gone(OTTO)))
    step = play.do(A.ANSWER, ANNA, WHY)
    assert step.assignment is not None
    assert (step.assignment.person_id, step.assignment.pool_company_id) == (None, OWN)


def test_a_manager_who_asked_keeps_the_reviews_that_follow() -> None:
    play = Play.filed(facts("AB"))
    play.do(A.SEND_BACK, MANAGER, WHY)
    assert play.do(A.ANSWER, ANNA, WHY).remaining == (M, C)


def test_an_answer_that_changes_nothing_leaves_what_was_decided() -> None:
    play = Play.filed(facts("AB"))
    play.do(A.APPROVE, MANAGER)
    play.do(A.SEND_BACK, OLGA, WHY)
    step = play.do(A.ANSWER, ANNA, WHY, facts("AB", title="Lunch for two"))
    assert (step.assignment, step.remaining) == (Assignment(C, OLGA), (C,))
    assert step.assessment is not None


def test_an_answer_that_changes_the_facts_has_the_earlier_review_done_again() -> None:
    play = Play.filed(facts("AB"))
    play.do(A.APPROVE, MANAGER)
    play.do(A.SEND_BACK, OLGA, WHY)
    step = play.do(A.ANSWER, ANNA, WHY, facts("AB", heads=2))
    assert (step.state, step.assignment, step.remaining) == (State.WITH_MANAGER, Assignment(M, MANAGER), (M, C))


def test_an_answer_that_lowers_it_still_goes_back_to_whoever_asked() -> None:
    play = Play.filed(facts("AC"))
    play.do(A.SEND_BACK, OLGA, WHY)
    step = play.do(A.ANSWER, ANNA, WHY, facts("DK"))
    assert (step.state, step.assignment) == (State.WITH_COMPLIANCE, Assignment(C, OLGA))


def test_an_answer_that_turns_out_to_be_prohibited_goes_to_compliance() -> None:
    play = Play.filed(facts("AM"))
    play.do(A.SEND_BACK, MANAGER, WHY)
    step = play.do(A.ANSWER, ANNA, WHY, facts("AP"))
    assert (step.state, step.remaining) == (State.WITH_COMPLIANCE, (C,))


def test_an_answer_to_compliance_in_the_managers_place_goes_back_to_compliance() -> None:
    """Nobody in the line could decide, and the line is still empty when she answers with other facts."""
    play = Play.filed(facts("AM"), world(org(line=())))
    play.do(A.SEND_BACK, OTTO, WHY)
    assert play.do(A.ANSWER, ANNA, WHY, facts("AM", heads=2)).assignment == Assignment(C, OTTO)


def test_a_correction_while_it_is_sent_back_counts_as_the_answer() -> None:
    play = Play.filed(facts("AM"))
    play.do(A.SEND_BACK, MANAGER, WHY)
    step = play.do(A.CORRECT, ANNA, declared=facts("AM", heads=3))
    assert (step.event, step.assignment) == ("declaration:corrected", Assignment(M, MANAGER))


def test_the_manager_escalates_to_compliance_and_the_record_keeps_the_reason() -> None:
    step = Play.filed(facts("AM")).do(A.ESCALATE, MANAGER, WHY)
    assert (step.state, step.escalated, step.remaining) == (State.WITH_COMPLIANCE, {C}, (C,))
    assert step.notices == (Notice("escalated", pool_company_id=OWN),)
    assert step.decided is not None
    assert (step.decided.action, step.decided.review) == (A.ESCALATE, M)


def test_compliance_approves_what_was_escalated_and_the_manager_is_not_asked_again() -> None:
    play = Play.filed(facts("AM"))
    play.do(A.ESCALATE, MANAGER, WHY)
    assert play.do(A.APPROVE, OLGA).state is State.APPROVED


def test_compliance_escalates_to_the_executive_reviewer() -> None:
    play = Play.filed(facts("AB"))
    play.do(A.APPROVE, MANAGER)
    step = play.do(A.ESCALATE, OLGA, WHY)
    assert (step.state, step.assignment, step.remaining) == (State.WITH_EXECUTIVE, Assignment(X, EVE), (X,))
    assert play.do(A.APPROVE, EVE).state is State.APPROVED


def test_who_escalated_does_not_decide_it_above() -> None:
    """Mona is manager and officer: the pool above her is the group's."""
    play = Play.filed(facts("AM"), world(org(officers=((OWN, (MANAGER,)), (GROUP, (GRETA,))))))
    step = play.do(A.ESCALATE, MANAGER, WHY)
    assert step.assignment is not None
    assert step.assignment.pool_company_id == GROUP


def test_an_escalation_keeps_the_reviews_still_to_come() -> None:
    assert Play.filed(facts("AZ")).do(A.ESCALATE, MANAGER, WHY).remaining == (C, X)


def test_a_person_cannot_escalate_to_nobody() -> None:
    play = Play.filed(facts("AC"), world(org(executives=(), officers=((OWN, (OLGA,)),))))
    with pytest.raises(Refused) as refused:
        play.do(A.ESCALATE, OLGA, WHY)
    assert refused.value.code == "nobody_independent"


def test_compliance_takes_up_again_what_was_settled_and_decides_it_itself() -> None:
    for play, settled in ((Play.filed(facts("DK")), State.RECORDED), (approved_by_the_manager(), State.APPROVED)):
        assert play.case.state is settled
        step = play.do(A.ESCALATE, OLGA, WHY)
        assert (step.state, step.event, step.decided) == (State.WITH_COMPLIANCE, "declaration:escalated", None)
        assert step.notices == (Notice("escalated", pool_company_id=OWN),)
        assert play.do(A.APPROVE, OLGA).state is State.APPROVED


def approved_by_the_manager() -> Play:
    play = Play.filed(facts("AM"))
    play.do(A.APPROVE, MANAGER)
    return play


def test_what_compliance_approved_on_these_facts_is_taken_up_by_an_executive_reviewer() -> None:
    play = Play.filed(facts("AC"))
    play.do(A.APPROVE, OLGA)
    step = play.do(A.ESCALATE, OLGA, WHY)
    assert (step.state, step.assignment, step.remaining) == (State.WITH_EXECUTIVE, Assignment(X, EVE), (X,))
    assert play.do(A.APPROVE, EVE).state is State.APPROVED


def test_nothing_is_taken_up_where_nobody_independent_is_left() -> None:
    play = Play.filed(facts("AC"), world(org(executives=(), officers=((OWN, (OLGA,)),))))
    play.do(A.APPROVE, OLGA)
    with pytest.raises(Refused) as refused:
        play.do(A.ESCALATE, OLGA, WHY)
    assert refused.value.code == "nobody_independent"


def test_only_compliance_takes_up_what_was_settled() -> None:
    for somebody in (ANNA, MANAGER, CLOCK):
        with pytest.raises(Forbidden):
            approved_by_the_manager().do(A.ESCALATE, somebody, WHY)


def test_compliance_reassigns_to_another_manager_of_the_line() -> None:
    play = Play.filed(facts("AB"))
    step = play.do(A.REASSIGN, OLGA, Inputs(reason="On leave.", to_person_id=HEAD))
    assert (step.state, step.assignment, step.remaining) == (State.WITH_MANAGER, Assignment(M, HEAD), (M, C))
    assert step.notices == (Notice("reassigned", HEAD),)
    assert step.decided is None
    assert play.do(A.APPROVE, HEAD).state is State.WITH_COMPLIANCE


def test_compliance_takes_one_out_of_the_pool() -> None:
    play = Play.filed(facts("AC"))
    assert play.do(A.REASSIGN, GRETA, Inputs(reason="Mine.", to_person_id=GRETA)).assignment == Assignment(C, GRETA)


def test_nobody_independent_can_be_named_only_somebody_unfit() -> None:
    with pytest.raises(Invalid) as refused:
        Play.filed(facts("AC")).do(A.REASSIGN, OLGA, Inputs(reason="Yours.", to_person_id=DIRECTOR))
    assert refused.value.code == "not_in_capacity"


def test_who_withdraws_tells_whoever_it_waited_for() -> None:
    step = Play.filed(facts("AM", direction=Direction.GIVEN)).do(A.WITHDRAW, ANNA)
    assert (step.state, step.notices, step.timing) == (State.WITHDRAWN, (Notice("withdrawn", MANAGER),), None)


def test_who_withdraws_what_waits_for_nobody_tells_nobody() -> None:
    assert Play.filed(facts("DK", direction=Direction.GIVEN)).do(A.WITHDRAW, ANNA).notices == ()
