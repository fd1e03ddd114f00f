"""What an assessment leaves a person to do, and the limits a policy states: data, which the pages turn into sentences."""

from dataclasses import dataclass

from workflows.facts import Facts
from workflows.money import Money
from workflows.policy.amounts import CalendarTotal, RollingTotal, Total
from workflows.policy.assessment import Assessment
from workflows.policy.in_force import InForce
from workflows.policy.look import NOT_KEPT
from workflows.policy.tables import Amount
from workflows.words import Direction, Disposition, Kind, Outcome, Review

ASKED_FIRST = Outcome.MANAGER


def lawful_ways(assessment: Assessment, facts: Facts) -> tuple[str, ...]:
    """What the declarant may lawfully do instead of waiting for a yes: slugs in the order they are offered.

    decline · give_back · hand_over · share · pay_own_share · ask_first · do_not_give · do_not_begin · step_aside · end_it.
    Nobody is told how small a value would have to be. Empty where nothing needs approval.
    """
    if assessment.outcome < ASKED_FIRST or assessment.outcome is Outcome.INVALID or facts.disposition in NOT_KEPT:
        return ()
    if facts.kind is Kind.CONFLICT:
        ways: tuple[str, ...] = ("step_aside",)
    elif facts.kind is Kind.INTEREST:
        ways = ("do_not_begin", "ask_first") if facts.in_future() else ("end_it",)
    else:
        ways = _received(facts) if facts.direction is Direction.RECEIVED else _given(facts)
    barred = {"share", "pay_own_share", "ask_first"} if assessment.outcome is Outcome.PROHIBITED else set()
    return tuple(way for way in ways if way not in barred)


def _received(facts: Facts) -> tuple[str, ...]:
    if facts.kind is not Kind.GIFT:
        if facts.in_future():
            return ("decline", "pay_own_share", "ask_first")
        return ("decline", "pay_own_share") if facts.disposition is Disposition.UNDECIDED else ("pay_own_share",)
    if facts.disposition is Disposition.SURRENDERED:
        return ("give_back",)
    first = "decline" if facts.disposition is Disposition.UNDECIDED else "give_back"
    return (first, "hand_over", "share")


def _given(facts: Facts) -> tuple[str, ...]:
    return ("do_not_give", "ask_first") if facts.in_future() or facts.disposition is Disposition.UNDECIDED else ()


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of money as a rule states it, in the currency asked for or else in the document's own."""

    document: str
    version: str
    rule: str
    clause: str
    heading: dict[str, str]
    sentence: dict[str, str]
    kinds: tuple[Kind, ...]
    directions: tuple[Direction, ...]  # empty: both
    measure: str  # value, per_head, occasion_total, rolling_total, calendar_total, trifle
    operator: str  # over, at_least, up_to, under
    amount: Money
    months: int | None  # of a rolling total
    period: str | None  # of a calendar total: year, quarter
    outcome: Outcome
    reviews: tuple[Review, ...]
    counts: tuple[Kind, ...] = ()  # kinds that come together in a total


def limits(policy: InForce, currency: str) -> tuple[Limit, ...]:
    """Every limit of money `policy` states in a rule's conditions, by document and clause."""
    found = []
    for document, rule in policy.rules:
        for condition in rule.when:
            settings = condition.settings
            if not isinstance(settings, Amount):
                continue
            found.append(
                Limit(
                    document.key,
                    document.version,
                    rule.id,
                    rule.clause,
                    rule.heading.by_language,
                    rule.sentence.by_language,
                    rule.kinds,
                    rule.directions,
                    condition.name,
                    settings.operator,
                    settings.limits.for_company(currency),
                    settings.months if isinstance(settings, RollingTotal) else None,
                    settings.period if isinstance(settings, CalendarTotal) else None,
                    rule.outcome.outcome,
                    rule.outcome.reviews,
                    tuple(sorted(settings.kinds)) if isinstance(settings, Total) else (),
                )
            )
    return tuple(sorted(found, key=lambda limit: (limit.document, limit.clause, limit.rule)))
