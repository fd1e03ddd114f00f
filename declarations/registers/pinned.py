"""What a register reads out of the JSON that a filing pinned; whatever else stands in there is passed over, which halves the work."""

from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json
from typing_extensions import TypedDict  # pydantic reads no other before Python 3.12


class Sum(TypedDict):
    """Money: minor units, ISO 4217 code."""

    minor: int
    currency: str


class Figure(TypedDict):
    """A number of a finding; money or a plain one."""

    name: str
    money: Sum | None
    number: int | None


class Finding(TypedDict):
    """A rule that matched; `sentence` is what it says, by language."""

    document: str
    clause: str
    sentence: dict[str, str] | None
    figures: list[Figure]


class Conversion(TypedDict):
    """How the declared value became the policy's: units of the one for one of the other, and that rate's day (ISO 8601)."""

    source: Sum
    result: Sum
    rate: str
    rate_on: str


class Assessment(TypedDict, total=False):
    """What the policy found; `outcome` is a number of `Outcome`."""

    conversion: Conversion | None
    findings: list[Finding] | None
    outcome: int


_ASSESSMENT = TypeAdapter(Assessment)
_NOTHING = Assessment()


def assessment_of(text: str | bytes | None) -> Assessment:
    """A filing's assessment; nothing where there is no filing."""
    return _ASSESSMENT.validate_json(text) if text else _NOTHING


def answers_of(text: str | bytes | None) -> dict[str, Any]:
    """A filing's answers, or the declarant's organisation that day; {} where there is no filing."""
    read: dict[str, Any] = from_json(text) if text else {}
    return read
