"""What a register lists: a declaration as its row says, what its filing pinned and who decided it; and each decision by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from pydantic_core import from_json

from workflows.money import Rate
from workflows.words import N_, WAITING, Direction, Kind, State, Timing

LATE = N_("Filed late")
NOT_ALLOWED = N_("Not allowed by the policy")
REFUSED = N_("Refused")
AFTERWARDS = N_("Approved only afterwards")
UNDECIDED = N_("Not decided in time")
REOPENED = N_("Over a limit with what was entered late")

BEFOREHAND = (Kind.ENTERTAINMENT, Kind.TRAVEL, Kind.DONATION)  # kinds that can always be asked for before they happen


@dataclass
class Entry:
    """`row` is the reader's row; JSON texts are parsed when a column asks for them. `last_on` ends the register's period."""

    row: Any
    decisions: Sequence[Any]
    conditions: Sequence[Any]
    last_on: date

    @cached_property
    def answers(self) -> dict[str, Any]:
        """What was typed, by question."""
        parsed: dict[str, Any] = from_json(self.row.answers or "{}")
        return parsed

    @cached_property
    def assessment(self) -> dict[str, Any]:
        """What the policy found when it was filed."""
        parsed: dict[str, Any] = from_json(self.row.assessment or "{}")
        return parsed

    @cached_property
    def organisation(self) -> dict[str, Any]:
        """Who the declarant was that day."""
        parsed: dict[str, Any] = from_json(self.row.organisation or "{}")
        return parsed

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The rules that matched."""
        found: list[dict[str, Any]] = self.assessment.get("findings") or []
        return found

    @cached_property
    def rate(self) -> Rate | None:
        """The rate pinned with the filing: units of the policy's currency for one of the declared one, and its day."""
        done = self.assessment.get("conversion")
        if not done or done["source"]["currency"] == done["result"]["currency"]:
            return None
        return Rate(Decimal(done["rate"]), date.fromisoformat(done["rate_on"]))

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


@dataclass
class Decided:
    """A decision. `row` is the reader's row; JSON texts are parsed when a column asks for them."""

    row: Any

    @cached_property
    def _assessment(self) -> dict[str, Any]:
        parsed: dict[str, Any] = from_json(self.row.assessment or "{}")
        return parsed

    @property
    def outcome(self) -> int | None:
        """What the policy asked for, as a number of `Outcome`."""
        return self._assessment.get("outcome")

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The rules that matched what was decided on."""
        found: list[dict[str, Any]] = self._assessment.get("findings") or []
        return found

    @property
    def changes(self) -> list[dict[str, Any]] | None:
        """What would have changed the outcome, as `alternatives.kept` made it; None where it is not worked out or not to be shown."""
        return from_json(self.row.changes) if self.row.changes else None

    @property
    def reason(self) -> str | None:
        """What the decider wrote."""
        return from_json(self.row.reason) if self.row.reason else None

    @property
    def conditions(self) -> list[dict[str, Any]] | None:
        """What was asked for, each with its text and day."""
        return from_json(self.row.conditions) if self.row.conditions else None
