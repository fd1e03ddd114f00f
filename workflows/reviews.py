"""The reviews a declaration must still pass: what the policy asks and people added, less what was decided on the same facts."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace

from workflows.case import Case, Decision
from workflows.facts import Facts
from workflows.money import Money
from workflows.policy.assessment import Assessment
from workflows.words import Action, Disposition, Outcome, Review

# Neither changes what is decided: a title is for reading, and each filing has its own day.
_NOT_READ = frozenset({"title", "filed_on", "disposition"})
GIVEN_BACK = frozenset({Disposition.RETURNED, Disposition.DECLINED})
APPROVALS = frozenset({Action.APPROVE, Action.APPROVE_WITH_CONDITIONS})


def rule_content(facts: Facts) -> str:
    """SHA-256 (hex) of everything in `facts` that rules, routing or independence read: equal digests need one decision only.

    Of the disposition only whether it was given back counts, for that alone decides whether it enters totals.
    """
    read = {name: _plain(getattr(facts, name)) for name in facts.stated() if name not in _NOT_READ}
    read["given_back"] = facts.disposition in GIVEN_BACK
    return hashlib.sha256(json.dumps(read, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Money):
        return [value.minor, value.currency]
    if isinstance(value, frozenset):
        return sorted(value)
    return value if value is None or isinstance(value, bool | int) else str(value)


def approvals_that_stand(case: Case) -> tuple[Decision, ...]:
    """The approvals given on exactly these facts, or on the same thing before it was given back. A prohibited thing has none."""
    if case.prohibited or not case.decisions:
        return ()
    contents = {rule_content(case.facts), rule_content(replace(case.facts, disposition=Disposition.KEPT))}
    return tuple(past for past in case.decisions if past.action in APPROVALS and past.content in contents)


def asks_advice(case: Case) -> bool:
    """True while it asks for advice only; a request for approval made since, on the same facts, ends that."""
    if not case.facts.wants_advice:
        return False
    content = rule_content(case.facts)
    return not any(past.action is Action.REQUEST_APPROVAL and past.content == content for past in case.decisions)


def required(case: Case) -> tuple[Review, ...]:
    """Every review these facts call for, in order. An escalation puts the higher review in the place of the one below it."""
    asked: set[Review] = {Review.COMPLIANCE} if case.prohibited or _unasked(case) else set(_asked(case.assessment))
    if asks_advice(case) and not case.prohibited:
        asked = {min(asked, default=Review.MANAGER)}
    elif case.facts.wants_advice and not asked:
        asked = {Review.MANAGER}
    return tuple(sorted(review for review in asked | case.escalated if review + 1 not in case.escalated))


def _unasked(case: Case) -> bool:
    """True where no policy was in force on the event's day, so that a day long ago, given by slip or by design, passes nobody by."""
    return not case.imported and case.assessment is not None and case.assessment.without_policy


def _asked(assessment: Assessment | None) -> Iterable[Review]:
    if assessment is None:
        return ()
    if Outcome.MANAGER <= assessment.outcome <= Outcome.EXECUTIVE:
        return (*assessment.reviews, Review(assessment.outcome - Outcome.RECORD))
    return assessment.reviews


def remaining(case: Case) -> tuple[Review, ...]:
    """The reviews still to come, the next one first. One that was passed covers those below it."""
    passed = max((past.review for past in approvals_that_stand(case)), default=0)
    return tuple(review for review in required(case) if review > passed)
