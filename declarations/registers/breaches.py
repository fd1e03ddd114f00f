"""Why an entry is on the sheet of breaches and late ones; `scope.breach` asks the database the same."""

from datetime import date

from workflows.words import N_, WAITING, Direction, Kind, State, Timing

LATE = N_("Filed late")
NOT_ALLOWED = N_("Not allowed by the policy")
REFUSED = N_("Refused")
AFTERWARDS = N_("Approved only afterwards")
UNDECIDED = N_("Not decided in time")
REOPENED = N_("Over a limit with what was entered late")

BEFOREHAND = (Kind.ENTERTAINMENT, Kind.TRAVEL, Kind.DONATION)  # kinds that can always be asked for before they happen


def reasons(
    days_late: int,
    prohibited: bool,
    state: str,
    timing: str | None,
    kind: str,
    direction: str | None,
    due_on: date | None,
    reopened: bool,
    last_on: date,
) -> tuple[str, ...]:
    """The reasons, to be translated; none for most. `last_on` ends the register's period."""
    tests = (
        (days_late > 0, LATE),
        (prohibited, NOT_ALLOWED),
        (state == State.REFUSED, REFUSED),
        (timing == Timing.APPROVED_AFTER and (kind in BEFOREHAND or direction == Direction.GIVEN), AFTERWARDS),
        (state in WAITING and due_on is not None and due_on <= last_on, UNDECIDED),
        (reopened, REOPENED),
    )
    return tuple(reason for holds, reason in tests if holds)
