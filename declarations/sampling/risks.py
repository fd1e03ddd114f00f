"""What makes an entry worth a closer look, read out of its sealed line alone, so that whoever has register.jsonl weighs it the same."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from workflows.words import N_, Outcome, Role, State, Timing, ValueBasis


class Row(msgspec.Struct, frozen=True, gc=False):
    """What of an entry's line the reasons go by; what is empty is left out there."""

    state: str
    category: str = msgspec.field(default="", name="class")
    conditions_met: str = ""
    days_late: int = 0
    decided_as: str = ""
    decided_by: str | None = None
    decided_for: str = ""
    figures: str = ""
    filing: int = 1
    manager: str | None = None
    officials: int = 0
    outcome: str = ""
    taken_over_from: str = ""
    timing: str = ""
    value_basis: str = ""


_decoder = msgspec.json.Decoder(Row)
NEAR_PERCENT = 80  # of a limit, from there on it is near
_TOTAL = re.compile(r"\b(?:total|value|whole) ([A-Z]{3}) ([\d.]+).*?\blimit ([A-Z]{3}) ([\d.]+)")


@dataclass(frozen=True)
class Risk:
    """A reason. `weight` is added to the one that every entry has."""

    weight: int
    words: str
    holds: Callable[[Row], bool]


def _near_a_limit(row: Row) -> bool:
    """A figure the policy went by stands from 80 percent of its limit up to it."""
    for first, total, second, limit in _TOTAL.findall(row.figures):
        have, most = int(total.replace(".", "")), int(limit.replace(".", ""))
        if first == second and most * NEAR_PERCENT <= have * 100 <= most * 100:
            return True
    return False


def _other_reviewer(row: Row) -> bool:
    """Decided for somebody else, or as manager by somebody who was not the declarant's manager."""
    as_manager = row.decided_as == Role.MANAGER
    return bool(row.decided_for) or (as_manager and row.manager not in (None, row.decided_by))


def _open_conditions(row: Row) -> bool:
    met, _, all_ = row.conditions_met.partition("/")
    return met != all_


RISKS: Mapping[str, Risk] = {
    "breach": Risk(
        4,
        N_("Not allowed by the policy, or refused"),
        lambda row: row.outcome == Outcome.PROHIBITED.slug or row.state == State.REFUSED,
    ),
    "late": Risk(3, N_("Filed late"), lambda row: row.days_late > 0),
    "afterwards": Risk(3, N_("Approved only afterwards"), lambda row: row.timing == Timing.APPROVED_AFTER),
    "official": Risk(
        3,
        N_("A public official"),
        lambda row: row.officials > 0 or row.category == "public_official",
    ),
    "near": Risk(2, N_("Near a limit, from 80 percent of it"), _near_a_limit),
    "reviewer": Risk(2, N_("Decided for somebody else, or not by the declarant's manager"), _other_reviewer),
    "conditions": Risk(2, N_("Conditions not all met"), _open_conditions),
    "value": Risk(
        2,
        N_("Value estimated or not known"),
        lambda row: row.value_basis in (ValueBasis.ESTIMATED, ValueBasis.UNKNOWN),
    ),
    "corrected": Risk(1, N_("Filed more than once"), lambda row: row.filing > 1),
    "imported": Risk(1, N_("Taken over from an old register"), lambda row: bool(row.taken_over_from)),
}


def risks_of(line: bytes) -> tuple[str, ...]:
    """The keys of what holds for this line, the heaviest first. Raises msgspec.DecodeError if it is no entry's line."""
    row = _decoder.decode(line)
    return tuple(key for key, risk in RISKS.items() if risk.holds(row))


def weight_of(risks: tuple[str, ...]) -> int:
    """How many tickets an entry has: one, and those of its risks."""
    return 1 + sum(RISKS[key].weight for key in risks)
