"""What a register reads out of the JSON that a filing pinned; whatever else stands in there is passed over, most of the work with it."""

from typing import Any

import msgspec


class Sum(msgspec.Struct, frozen=True, gc=False):
    """Money: minor units, ISO 4217 code."""

    minor: int
    currency: str


class Figure(msgspec.Struct, frozen=True, gc=False):
    """A number of a finding; money or a plain one."""

    name: str
    money: Sum | None
    number: int | None


class Finding(msgspec.Struct, frozen=True, gc=False):
    """A rule that matched; `sentence` is the JSON of what it says by language, which few rules say again and again."""

    document: str
    clause: str
    sentence: msgspec.Raw
    figures: list[Figure]


class Conversion(msgspec.Struct, frozen=True, gc=False):
    """How the declared value became the policy's: units of the one for one of the other, and that rate's day (ISO 8601)."""

    source: Sum
    result: Sum
    rate: str
    rate_on: str


class Assessment(msgspec.Struct, frozen=True, gc=False):
    """What the policy found; `outcome` is a number of `Outcome`."""

    conversion: Conversion | None = None
    findings: list[Finding] | None = None
    outcome: int | None = None


class Organisation(msgspec.Struct, frozen=True, gc=False):
    """Who the declarant was on the day of the filing."""

    name: str | None = None
    number: str | None = None
    unit: str | None = None
    manager: str | None = None


assessments = msgspec.json.Decoder(Assessment)
organisations = msgspec.json.Decoder(Organisation)
answers = msgspec.json.Decoder(dict[str, Any])
NO_ASSESSMENT, NO_ORGANISATION = Assessment(), Organisation()


def assessment_of(text: str | bytes | None) -> Assessment:
    """A filing's assessment; nothing where there is no filing."""
    return assessments.decode(text) if text else NO_ASSESSMENT


def organisation_of(text: str | bytes | None) -> Organisation:
    """The declarant's organisation that day; nothing where there is no filing."""
    return organisations.decode(text) if text else NO_ORGANISATION


def answers_of(text: str | bytes | None) -> dict[str, Any]:
    """A filing's answers, as typed, by question; {} where there is no filing."""
    return answers.decode(text) if text else {}
