"""What quality figures count of a declaration is one number beside it, so that they read one index however many there are."""

from collections.abc import Sequence
from datetime import UTC
from enum import IntFlag
from typing import Any

from declarations.models import Declaration
from workflows.case import Step
from workflows.words import Review, Timing, ValueBasis


class Mark(IntFlag):
    """Each its own bit of `declaration.marks`; the numbers are kept and never change their meaning."""

    LATE = 1
    AFTERWARDS = 2
    GUESSED = 4
    ATTACHED = 8
    REPLACED = 16
    SUBSTITUTE = 32
    POOL = 64
    CONDITIONS = 128
    MET_LATE = 256
    OPEN = 512


_STAYING = Mark.ATTACHED | Mark.REPLACED | Mark.SUBSTITUTE | Mark.POOL | Mark.CONDITIONS | Mark.MET_LATE | Mark.OPEN


def after(declaration: Declaration, step: Step) -> int:
    """The marks once `step` is written to the row; files and conditions met are told apart from it."""
    decided, turn = step.decided, step.assignment
    marks = (Mark(declaration.marks) & _STAYING) | _of_columns(declaration)
    if turn is not None and turn.passed_over:
        marks |= Mark.REPLACED
    if decided is not None and decided.on_behalf_of is not None:
        marks |= Mark.SUBSTITUTE
    if decided is not None and decided.review > Review.MANAGER:
        marks |= Mark.POOL
    if step.inputs.conditions:
        marks |= Mark.CONDITIONS | Mark.OPEN
    return int(marks)


def of_conditions(conditions: Sequence[Any]) -> Mark:
    """What the conditions of a declaration say. One is met in time up to the end of its day, in UTC."""
    marks = Mark.CONDITIONS if conditions else Mark(0)
    for one in conditions:
        if one.met_at is None:
            marks |= Mark.OPEN
        elif one.met_at.astimezone(UTC).date() > one.due_on:
            marks |= Mark.MET_LATE
    return marks


def derived(row: Any, *, attached: bool, replaced: bool, deciders: Sequence[Any], conditions: Sequence[Any]) -> int:
    """The marks that a declaration's row and what is kept beside it come to, whatever the row says they are."""
    marks = _of_columns(row) | of_conditions(conditions)
    if attached:
        marks |= Mark.ATTACHED
    if replaced:
        marks |= Mark.REPLACED
    if any(one.on_behalf_of_id is not None for one in deciders):
        marks |= Mark.SUBSTITUTE
    if any(one.review > Review.MANAGER for one in deciders):
        marks |= Mark.POOL
    return int(marks)


def _of_columns(row: Any) -> Mark:
    marks = Mark.LATE if row.days_late > 0 else Mark(0)
    if row.timing == Timing.APPROVED_AFTER:
        marks |= Mark.AFTERWARDS
    if row.value_basis in (ValueBasis.ESTIMATED, ValueBasis.UNKNOWN):
        marks |= Mark.GUESSED
    return marks
