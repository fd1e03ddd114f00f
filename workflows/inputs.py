"""What was typed with an action must suffice: the table says what is needed, this says when it is there and makes sense."""

from collections.abc import Callable, Mapping

from workflows.case import Case, Inputs, Invalid, World
from workflows.facts import Facts
from workflows.machine import TOLD_TO, Need, Transition
from workflows.words import N_, Action

FILING = frozenset({Action.FILE, Action.IMPORT, Action.CORRECT, Action.ANSWER})  # may say anew what is declared


def check_inputs(row: Transition, case: Case, world: World, inputs: Inputs, facts: Facts | None) -> None:
    """Nothing, if `inputs` and `facts` are what `row` needs. Raises Invalid with a sentence per field otherwise."""
    problems: dict[str, str] = {}
    if Need.FACTS in row.needs and facts is None:
        problems["facts"] = N_("Say what should be different.")
    if facts is not None and row.action not in FILING:
        problems["facts"] = N_("This cannot change what was declared.")
    elif facts is not None and (facts.declarant_id, facts.kind) != (case.facts.declarant_id, case.facts.kind):
        problems["facts"] = N_("A declaration keeps its kind and its person. File a new one instead.")
    for need in sorted(row.needs & _CHECKS.keys()):
        problems |= _CHECKS[need](case, world, inputs)
    if problems:
        raise Invalid(next(iter(problems)), next(iter(problems.values())), problems)


def _reason(_case: Case, _world: World, inputs: Inputs) -> dict[str, str]:
    return {} if inputs.reason.strip() else {"reason": N_("Please write a sentence saying why.")}


def _conditions(_case: Case, world: World, inputs: Inputs) -> dict[str, str]:
    if not inputs.conditions:
        return {"conditions": N_("Write at least one condition and the day by which it must be met.")}
    if any(not text.strip() for text, _ in inputs.conditions):
        return {"conditions": N_("Say what each condition asks for.")}
    if any(due < world.today for _, due in inputs.conditions):
        return {"conditions": N_("The day of a condition cannot be in the past.")}
    return {}


def _disposition(_case: Case, _world: World, inputs: Inputs) -> dict[str, str]:
    return {} if inputs.disposition in TOLD_TO else {"disposition": N_("Say what should be done with it.")}


def _to_person(_case: Case, _world: World, inputs: Inputs) -> dict[str, str]:
    return {} if inputs.to_person_id is not None else {"to_person_id": N_("Pick who should review it.")}


def _condition(_case: Case, _world: World, inputs: Inputs) -> dict[str, str]:
    return {} if inputs.condition_id is not None else {"condition": N_("Say which condition it is about.")}


def _ended_on(case: Case, world: World, inputs: Inputs) -> dict[str, str]:
    started = case.facts.occurred_on
    if inputs.ended_on is None:
        return {"ended_on": N_("Say on which day it ended.")}
    if inputs.ended_on > world.today:
        return {"ended_on": N_("This day has not come yet. Say it when it has ended.")}
    if started is not None and inputs.ended_on < started:
        return {"ended_on": N_("It cannot have ended before it began.")}
    return {}


_CHECKS: Mapping[Need, Callable[[Case, World, Inputs], dict[str, str]]] = {
    Need.REASON: _reason,
    Need.CONDITIONS: _conditions,
    Need.DISPOSITION: _disposition,
    Need.TO_PERSON: _to_person,
    Need.ENDED_ON: _ended_on,
    Need.CONDITION: _condition,
}
