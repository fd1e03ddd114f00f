"""What a register lists: a declaration as its row says, what its filing pinned and who decided it; and each decision by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from declarations.registers.pinned import Assessment, Finding, Organisation
from workflows.words import N_, WAITING, Direction, Kind, State, Timing

LATE = N_("Filed late")
NOT_ALLOWED = N_("Not allowed by the policy")
REFUSED = N_("Refused")
AFTERWARDS = N_("Approved only afterwards")
UNDECIDED = N_("Not decided in time")
REOPENED = N_("Over a limit with what was entered late")

_READ = msgspec.json.decode

BEFOREHAND = (Kind.ENTERTAINMENT, Kind.TRAVEL, Kind.DONATION)  # kinds that can always be asked for before they happen


@dataclass(slots=True)
class Entry:
    """`row` is the reader's row, `last_on` ends the register's period.

    `answers` are what was typed, by question; `assessment` is what the policy found when it was filed; `organisation` says who
    the declarant was that day.
    """

    row: Any
    decisions: Sequence[Any]
    conditions: Sequence[Any]
    last_on: date
    answers: dict[str, Any]
    assessment: Assessment
    organisation: Organisation

    @property
    def findings(self) -> list[Finding]:
        """The rules that matched."""
        return self.assessment.findings or []

    @property
    def breaches(self) -> list[str]:
        """Why it is on the sheet of breaches and late ones, to be translated; the same conditions as `scope.breach`."""
        row = self.row
        tests = (
            (row.days_late > 0, LATE),
            (row.prohibited, NOT_ALLOWED),
            (row.state == State.REFUSED, REFUSED),
            (
                row.timing == Timing.APPROVED_AFTER and (row.kind in BEFOREHAND or row.direction == Direction.GIVEN),
                AFTERWARDS,
            ),
            (row.state in WAITING and row.due_on is not None and row.due_on <= self.last_on, UNDECIDED),
            (row.reopened, REOPENED),
        )
        return [reason for holds, reason in tests if holds]


@dataclass(slots=True)
class Decided:
    """A decision. `row` is the reader's row, `assessment` what the policy had found in the filing decided on."""

    row: Any
    assessment: Assessment

    @property
    def outcome(self) -> int | None:
        """What the policy asked for, as a number of `Outcome`."""
        return self.assessment.outcome

    @property
    def findings(self) -> list[Finding]:
        """The rules that matched what was decided on."""
        return self.assessment.findings or []

    @property
    def changes(self) -> list[dict[str, Any]] | None:
        """What would have changed the outcome, as `alternatives.kept` made it; None where it is not worked out or not to be shown."""
        return _READ(self.row.changes) if self.row.changes else None

    @property
    def reason(self) -> str | None:
        """What the decider wrote."""
        return _READ(self.row.reason) if self.row.reason else None

    @property
    def conditions(self) -> list[dict[str, Any]] | None:
        """What was asked for, each with its text and day."""
        return _READ(self.row.conditions) if self.row.conditions else None
