"""The table is the truth, and a table that contradicts itself is refused."""

from dataclasses import replace

import pytest

from workflows import machine
from workflows.machine import TABLE, BadMachine, Transition, check, confirm, row
from workflows.words import Action, Role, State

CLOCK = frozenset({Role.CLOCK})


def without(*actions: Action) -> list[Transition]:
    return [each for each in TABLE if each.action not in actions]


def test_every_action_has_a_row_an_event_and_a_sentence() -> None:
    assert set(machine.EVENTS) == set(Action)
    assert set(machine.STORY) == set(machine.EVENTS.values())
    assert all(event.startswith("declaration:") and sentence for event, sentence in machine.STORY.items())


def test_event_names_are_for_ever() -> None:
    assert set(machine.STORY) == {
        f"declaration:{past}"
        for past in (
            "filed imported approved approved_with_conditions refused sent_back answered corrected withdrawn escalated"
            " reassigned reminded approval_requested advised ended condition_met"
        ).split()
    }


def test_a_row_is_found_by_action_and_state() -> None:
    found = row(Action.FILE, State.DRAFT)
    assert found is not None
    assert found.event == "declaration:filed"
    assert row(Action.FILE, State.APPROVED) is None


def test_nothing_leads_out_of_what_is_withdrawn() -> None:
    assert [action for action in Action if row(action, State.WITHDRAWN)] == []


def test_a_state_the_row_does_not_name_is_refused() -> None:
    filing = row(Action.FILE, State.DRAFT)
    assert filing is not None
    assert confirm(filing, State.RECORDED) is State.RECORDED
    with pytest.raises(BadMachine, match="file led to approved"):
        confirm(filing, State.APPROVED)


def test_a_table_with_two_rows_for_one_step_is_refused() -> None:
    filing = next(each for each in TABLE if each.action is Action.FILE)
    with pytest.raises(BadMachine, match="Two rows say what file does in draft"):
        check([*TABLE, filing])


def test_a_table_with_an_unreachable_state_is_refused() -> None:
    with pytest.raises(BadMachine, match="Nothing leads to withdrawn"):
        check([replace(each, targets=(State.RECORDED,)) if each.action is Action.WITHDRAW else each for each in TABLE])


def test_a_table_with_a_trap_is_refused() -> None:
    """Nobody could ever lead on from sent_back if it could neither be answered, corrected nor withdrawn."""
    trapped = [
        replace(each, sources=tuple(s for s in each.sources if s is not State.SENT_BACK))
        if each.action is Action.WITHDRAW
        else replace(each, targets=(State.SENT_BACK,))
        if each.sources == (State.SENT_BACK,)
        else each
        for each in TABLE
    ]
    with pytest.raises(BadMachine, match="sent_back is a trap"):
        check(trapped)


def test_a_table_without_a_row_for_an_action_is_refused() -> None:
    with pytest.raises(BadMachine, match="No row says what end does"):
        check(without(Action.END))


@pytest.mark.parametrize("lacking", ["sources", "targets", "roles"])
def test_a_row_that_lacks_something_is_refused(lacking: str) -> None:
    empty = frozenset() if lacking == "roles" else ()
    with pytest.raises(BadMachine, match="The row of import lacks"):
        check([replace(each, **{lacking: empty}) if each.action is Action.IMPORT else each for each in TABLE])


def test_an_action_recorded_as_two_events_is_refused() -> None:
    more = Transition(Action.IMPORT, (State.RECORDED,), (State.RECORDED,), CLOCK, "declaration:taken", "It was taken.")
    with pytest.raises(BadMachine, match="import is recorded as two different events"):
        check([*TABLE, more])


def test_two_actions_recorded_as_one_event_are_refused() -> None:
    with pytest.raises(BadMachine, match="recorded as the same event"):
        check([replace(each, event="declaration:ended") if each.action is Action.WITHDRAW else each for each in TABLE])
