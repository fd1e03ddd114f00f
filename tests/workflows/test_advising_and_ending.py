"""A request for advice ends recorded or becomes a request for approval; what lasts is ended, not withdrawn."""

from datetime import timedelta

from tests.workflows.cast import ANNA, MANAGER, OLGA, OWN, TODAY, WHY, Play, conflict, interest, org, world
from workflows import Action, Assignment, Inputs, Notice, Review, State

A, M, C = Action, Review.MANAGER, Review.COMPLIANCE


def advice(country: str = "AB", **declared: object) -> Play:
    return Play.filed(conflict(country, wants_advice=True, **declared))


def test_advice_is_asked_of_the_manager_and_ends_it_recorded() -> None:
    play = advice()
    assert (play.case.state, play.steps[-1].remaining) == (State.WITH_MANAGER, (M,))
    step = play.do(A.ADVISE, MANAGER, WHY)
    assert (step.state, step.event, step.timing) == (State.RECORDED, "declaration:advised", None)
    assert step.notices == (Notice("advised", ANNA),)
    assert step.decided is not None


def test_advice_about_the_manager_is_asked_of_compliance() -> None:
    play = advice(concerns_manager=True)
    assert (play.case.state, play.case.pool_company_id) == (State.WITH_COMPLIANCE, OWN)
    assert play.do(A.ADVISE, OLGA, WHY).state is State.RECORDED


def test_advice_can_be_asked_even_if_the_policy_asks_for_no_review() -> None:
    assert advice("DK").case.state is State.WITH_MANAGER


def test_the_declarant_turns_it_into_a_request_for_approval_and_the_same_people_decide() -> None:
    play = advice()
    due = play.case.due_on
    step = play.do(A.REQUEST_APPROVAL, ANNA)
    assert (step.state, step.assignment, step.remaining) == (State.WITH_MANAGER, Assignment(M, MANAGER), (M, C))
    assert (step.due_on, step.notices) == (due, (Notice("decision_needed", MANAGER),))
    assert play.do(A.APPROVE, MANAGER).state is State.WITH_COMPLIANCE
    assert play.do(A.APPROVE, OLGA).state is State.APPROVED


def test_the_reviewer_turns_it_into_a_request_for_approval_and_decides_it() -> None:
    play = advice("AM")
    step = play.do(A.REQUEST_APPROVAL, MANAGER)
    assert step.notices == ()
    assert play.do(A.REFUSE, MANAGER, Inputs(reason="No.", disposition="decline_it")).state is State.REFUSED


def test_advice_escalated_to_compliance_is_given_there() -> None:
    play = advice("AM")
    play.do(A.ESCALATE, MANAGER, WHY)
    assert play.do(A.ADVISE, OLGA, WHY).state is State.RECORDED


def test_after_advice_a_correction_may_ask_for_approval() -> None:
    play = advice("AM")
    play.do(A.ADVISE, MANAGER, WHY)
    step = play.do(A.CORRECT, ANNA, declared=conflict("AM"))
    assert step.state is State.WITH_MANAGER


def test_after_advice_a_corrected_title_leaves_it_recorded() -> None:
    play = advice("AM")
    play.do(A.ADVISE, MANAGER, WHY)
    assert play.do(A.CORRECT, ANNA, declared=conflict("AM", wants_advice=True, title="Courier")).state is State.RECORDED


def test_the_declarant_ends_an_interest_and_compliance_is_told() -> None:
    play = Play.filed(interest("AM"))
    play.do(A.APPROVE, MANAGER)
    step = play.do(A.END, ANNA, Inputs(ended_on=TODAY - timedelta(1)))
    assert (step.state, step.notices, step.timing) == (State.ENDED, (Notice("ended", pool_company_id=OWN),), None)


def test_compliance_ends_an_interest_and_the_declarant_is_told() -> None:
    step = Play.filed(interest("DK")).do(A.END, OLGA, Inputs(ended_on=TODAY))
    assert step.notices == (Notice("ended", ANNA),)


def test_an_interest_ends_where_there_is_no_compliance_to_tell() -> None:
    step = Play.filed(interest("DK"), world(org(officers=()))).do(A.END, ANNA, Inputs(ended_on=TODAY))
    assert step.notices == ()
