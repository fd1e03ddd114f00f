"""One declaration of the demo's story: who files what when, and how it goes on from there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from declarations.demo.firms import Firm
from workflows.words import Direction, Kind


class Ending(StrEnum):
    """What the people whose turn it is will do with it."""

    APPROVE = "approve"
    CONDITIONS = "conditions"
    REFUSE = "refuse"
    ASK = "ask"  # sent back for more, answered, approved
    ASKED = "asked"  # sent back, and not answered yet
    ESCALATE = "escalate"  # the manager passes it on, compliance approves
    HALF = "half"  # the manager approves, and compliance has not come to it yet
    UP = "up"  # the manager approves, compliance passes it on, and there it waits
    WITHDRAW = "withdraw"
    ADVISE = "advise"
    CORRECT = "correct"  # approved, later corrected
    END = "end"  # a standing interest that is over
    WAIT = "wait"


@dataclass(frozen=True)
class Scene:
    """`typed` is what stands in the form, `after` the working days until somebody acts; with `prepared_by` an assistant typed it."""

    who: str
    kind: Kind
    firm: Firm | None
    filed_on: date
    typed: Mapping[str, str]
    direction: Direction | None = None
    ending: Ending = Ending.APPROVE
    after: float = 1.0
    reason: str = ""
    conditions: tuple[str, ...] = ()
    told: str = "return_it"
    prepared_by: str = ""
    then: Mapping[str, str] = field(default_factory=dict)  # what a correction changes
