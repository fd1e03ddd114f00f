"""The largest smaller value that would lead to less: for reviewers and the public calculator, never for who declares.

To somebody declaring it would be a hint to declare less; they are told lawful ways instead. Every answer is found by asking the
policy again with that value, so it is never a guess.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from workflows.case import World
from workflows.facts import Facts
from workflows.money import Money
from workflows.policy.assess import assess
from workflows.policy.assessment import Assessment, Finding
from workflows.words import Outcome


@dataclass(frozen=True)
class WhatIf:
    """At `value` or less (a head's, if `per_head`), the answer would be `answer`."""

    value: Money
    per_head: bool
    answer: Assessment


def what_if(facts: Facts, answer: Assessment, world: World) -> WhatIf | None:
    """The largest value below the declared one under which fewer reviews are asked for; None where no value changes that."""
    value, made = facts.value, answer.conversion
    if value is None or made is None or answer.outcome in (Outcome.INVALID, Outcome.PROHIBITED) or not made.exact:
        return None
    per_unit = Decimal(value.minor) / made.exact  # minor units of the declared currency for one of the policy's
    candidates = {int((limit * per_unit).to_integral_value(ROUND_FLOOR)) for limit in _limits(answer, facts.heads)}
    for minor in sorted((each for each in candidates if 0 < each < value.minor), reverse=True):
        smaller = replace(facts, value=Money(minor, value.currency))
        other = assess(smaller, items=world.items, policy=world.policy, rates=world.rates, company=world.company)
        if (other.outcome, other.reviews) < (answer.outcome, answer.reviews) and len(other.reviews) <= len(answer.reviews):
            heads = max(1, facts.heads)
            return WhatIf(Money(minor // heads, value.currency), heads > 1, other)
    return None


def _limits(answer: Assessment, heads: int) -> Iterator[int]:
    """What the whole may be worth, in minor units of the policy's currency, so as to reach each limit that was looked at."""
    for finding in answer.findings:
        for of, room in _rooms(finding):
            yield room * (1 if of == "value" else max(1, heads))


def _rooms(finding: Finding) -> Iterator[tuple[str, int]]:
    """For each limit a finding passed, what it was a limit of and how much of it was left for this one."""
    before = 0
    of = ""
    for figure in finding.figures:
        match figure.name:
            case "before":
                before = figure.money.minor if figure.money else 0
            case "total" | "per_head" | "value":
                of = figure.name
            case "limit" if figure.money is not None and of:
                yield of, figure.money.minor - (before if of == "total" else 0)
                before, of = 0, ""
