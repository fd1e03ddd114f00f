"""What an action needs must come with it; each problem names its field."""

from datetime import timedelta

import pytest

from tests.workflows.cast import ANNA, MANAGER, NOTHING, OLGA, REFUSAL, TODAY, WHY, Play, facts, interest
from workflows import Action, Facts, Inputs, Invalid
from workflows.words import Kind

A = Action


def lacking(
    action: Action, who: int, inputs: Inputs = NOTHING, declared: Facts | None = None, play: Play | None = None
) -> set[str]:
    with pytest.raises(Invalid) as refused:
        (play or Play.filed()).do(action, who, inputs, declared)
    assert refused.value.code in refused.value.problems
    assert refused.value.sentence in refused.value.problems.values()
    return set(refused.value.problems)


@pytest.mark.parametrize("blank", ["", "  \n"])
@pytest.mark.parametrize("action", [A.SEND_BACK, A.ESCALATE])
def test_a_reason_is_words(action: Action, blank: str) -> None:
    assert lacking(action, MANAGER, Inputs(reason=blank)) == {"reason"}


def test_a_refusal_says_why_and_what_to_do() -> None:
    assert lacking(A.REFUSE, MANAGER) == {"reason", "disposition"}
    assert lacking(A.REFUSE, MANAGER, Inputs(reason="No.", disposition="eat_it")) == {"disposition"}
    assert Play.filed().do(A.REFUSE, MANAGER, REFUSAL).inputs == REFUSAL


@pytest.mark.parametrize(
    "conditions",
    [(), ((" ", TODAY),), (("Pay it.", TODAY - timedelta(1)),), (("Pay it.", TODAY), ("Say so.", TODAY - timedelta(1)))],
)
def test_a_condition_says_what_by_a_day_that_is_not_past(conditions: tuple) -> None:
    assert lacking(A.APPROVE_WITH_CONDITIONS, MANAGER, Inputs(conditions=conditions)) == {"conditions"}


def test_a_condition_may_be_due_today() -> None:
    step = Play.filed().do(A.APPROVE_WITH_CONDITIONS, MANAGER, Inputs(conditions=(("Pay it.", TODAY),)))
    assert step.inputs.conditions == (("Pay it.", TODAY),)


def test_reassigning_names_somebody() -> None:
    assert lacking(A.REASSIGN, OLGA, WHY) == {"to_person_id"}


def test_a_correction_needs_facts() -> None:
    assert lacking(A.CORRECT, ANNA) == {"facts"}


def test_a_decision_cannot_change_what_was_declared() -> None:
    assert lacking(A.APPROVE, MANAGER, declared=facts("DK")) == {"facts"}


@pytest.mark.parametrize("declared", [facts(declarant_id=OLGA), facts(kind=Kind.GIFT)])
def test_a_declaration_keeps_its_kind_and_its_person(declared: Facts) -> None:
    assert lacking(A.CORRECT, ANNA, declared=declared) == {"facts"}


@pytest.mark.parametrize("ended_on", [None, TODAY + timedelta(1), TODAY - timedelta(366)])
def test_an_end_lies_between_the_beginning_and_today(ended_on: object) -> None:
    assert lacking(A.END, ANNA, Inputs(ended_on=ended_on), play=Play.filed(interest("DK"))) == {"ended_on"}  # type: ignore[arg-type]


@pytest.mark.parametrize(("began", "ended"), [(365, 0), (365, 365), (None, 0)])
def test_an_interest_may_end_today_or_on_the_day_it_began(began: int | None, ended: int) -> None:
    play = Play.filed(interest("DK", occurred_on=TODAY - timedelta(began) if began else None))
    assert play.do(A.END, ANNA, Inputs(ended_on=TODAY - timedelta(ended))).state == "ended"


def test_meeting_a_condition_says_which_and_what_was_done() -> None:
    play = Play.filed()
    play.do(A.APPROVE_WITH_CONDITIONS, MANAGER, Inputs(conditions=(("Pay it.", TODAY),)))
    assert lacking(A.FULFIL, ANNA, play=play) == {"reason", "condition"}
    step = play.do(A.FULFIL, ANNA, Inputs(reason="Paid.", condition_id=7))
    assert (step.state, step.event) == (step.state_from, "declaration:condition_met")
