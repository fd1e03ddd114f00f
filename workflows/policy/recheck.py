"""An item entered late joins the windows of its event's day: what was filed before and dated after may now be over a limit.

Nothing is decided again here; what is found is for compliance to look at. What happened on the same day needs no second look:
it is counted when the late item itself is assessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from workflows.case import Company
from workflows.facts import Facts, Item
from workflows.money import Rates
from workflows.policy.assess import assess, strictness
from workflows.policy.assessment import Assessment, Figure, Finding
from workflows.policy.in_force import InForce
from workflows.words import Outcome


@dataclass(frozen=True, slots=True)
class Filed:
    """A declaration filed before: its facts, what it was `answered` then, and the other items `without` and `within` the late one.

    `policy` is the one of its own day; `rates` hold what `quotes_needed` names for it with all of these items.
    """

    declaration_id: int
    facts: Facts
    answered: Assessment
    without: tuple[Item, ...]
    within: tuple[Item, ...]
    policy: InForce
    rates: Rates
    company: Company


@dataclass(frozen=True, slots=True)
class Lifted:
    """A declaration whose total the late item lifts over a limit: the rules that now match or ask for more, the answer it had and
    the one it would have now, and the total beside its limit (a count has no limit where no rule that matches shows one)."""

    declaration_id: int
    findings: tuple[Finding, ...]
    old: Assessment
    new: Assessment
    total: Figure
    limit: Figure


def dated_after(items: Iterable[Item], day: date) -> tuple[int, ...]:
    """The ids of the items whose event is later than `day`: only their windows can have been entered."""
    return tuple(item.declaration_id for item in items if item.occurred_on > day and item.counts)


def lifted(filed: Filed, late_id: int) -> Lifted | None:
    """What the item `late_id` changes for a declaration filed before; None if its totals stay within the limits they were in.

    It is asked twice under the policy of its own day, without and with the late item, so that whatever else was filed since is
    no reason; what its filing was answered for already is none either.
    """
    before = _ask(filed, filed.without)
    after = _ask(filed, filed.within)
    if Outcome.INVALID in (before.outcome, after.outcome):
        return None
    new = _new(after, before, filed.answered)
    for finding in new:
        for total, limit in zip(finding.figures, finding.figures[1:], strict=False):
            if _is_total(total) and late_id in total.items:
                return Lifted(filed.declaration_id, new, filed.answered, after, total, limit)
    passed = next((total for total in after.totals if late_id in total.items), None)
    if passed and strictness(after) > max(strictness(before), strictness(filed.answered)):  # no more let pass as it was
        return Lifted(filed.declaration_id, new, filed.answered, after, passed, Figure("limit", passed.limit))
    return None


@dataclass(frozen=True, slots=True)
class Quieted:
    """A declaration filed before, for which tenders entered later count: the rules that now match, its answer and the new one."""

    findings: tuple[Finding, ...]
    old: Assessment
    new: Assessment


def quieted(filed: Filed, periods: tuple[tuple[date, date], ...]) -> Quieted | None:
    """What it changes for a declaration filed before that the other side's tenders run on the days `periods`; None if nothing.

    It is asked twice under the policy of its own day with the same other items, with the periods it was filed with and with these.
    """
    before = _ask(filed, filed.without)
    after = _ask(replace(filed, facts=replace(filed.facts, quiet_periods=periods)), filed.without)
    if Outcome.INVALID in (before.outcome, after.outcome):
        return None
    new = _new(after, before, filed.answered)
    return Quieted(new, filed.answered, after) if new else None


def _new(after: Assessment, *earlier: Assessment) -> tuple[Finding, ...]:
    """What `after` found that no earlier answer did."""
    known = {(finding.document, finding.rule) for answer in earlier for finding in answer.findings}
    return tuple(finding for finding in after.findings if (finding.document, finding.rule) not in known)


def _ask(filed: Filed, items: tuple[Item, ...]) -> Assessment:
    return assess(filed.facts, items=items, policy=filed.policy, rates=filed.rates, company=filed.company)


def _is_total(figure: Figure) -> bool:
    return figure.name in ("total", "count")
