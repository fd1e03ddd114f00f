"""Whose turn it is: the nearest independent person in the line, else compliance, else an executive reviewer outside the line.

Manager → their substitute while they are away → the next manager up → compliance of the own company → of the companies above →
an executive reviewer. Everybody passed over is kept with the reason.
"""

from collections.abc import Iterable

from workflows.case import Assignment, Case, Invalid, PassedOver, World
from workflows.independence import REASONS, why_not
from workflows.words import N_, Action, Review


def assign(review: Review, case: Case, world: World, exclude: frozenset[int] = frozenset()) -> Assignment:
    """Who does `review`; `exclude` are people who handed it on. The answer's review is higher where nobody below is independent.

    It never fails: with nobody independent anywhere it lands in the pool of the topmost company (see `somebody_can`), where it
    waits for an officer to be appointed and the safe default is shown.
    """
    passed: list[PassedOver] = []
    if review is Review.MANAGER and not _avoids_the_line(case, world, passed):
        person = _first(world.org.line, Review.MANAGER, case, world, exclude, passed)
        if person:
            return Assignment(Review.MANAGER, *person, passed_over=tuple(passed))
    if review is not Review.EXECUTIVE:
        pool = _pool(Review.COMPLIANCE, case, world, exclude, passed)
        if pool is not None:
            return Assignment(Review.COMPLIANCE, None, pool_company_id=pool, passed_over=_once(passed))
    line = world.org.line
    ordered = sorted(world.org.executives, key=lambda person_id: person_id in line)  # outside the line first, else nearest first
    person = _first(ordered, Review.EXECUTIVE, case, world, exclude, passed)
    if person:
        return Assignment(Review.EXECUTIVE, *person, passed_over=_once(passed))
    last = Review.EXECUTIVE if review is Review.EXECUTIVE else Review.COMPLIANCE
    pool = _pool(last, case, world, exclude, passed)
    if pool is None:
        pool = world.org.officers[-1][0] if world.org.officers else world.company.id
    return Assignment(last, None, pool_company_id=pool, passed_over=_once(passed))


def name(person_id: int, case: Case, world: World) -> Assignment:
    """The case's present review to one named person. Raises Invalid if they lack the capacity or are not independent."""
    review = case.review or Review.COMPLIANCE
    if person_id not in capable(review, world):
        sentence = N_("This person does not hold the role that this review needs.")
        raise Invalid("not_in_capacity", sentence, {"to_person_id": sentence})
    reason = why_not(person_id, case, world.org, review)
    if reason:
        raise Invalid(reason, REASONS[reason], {"to_person_id": REASONS[reason]})
    if person_id == case.assignee_id:
        sentence = N_("It is waiting for this person already.")
        raise Invalid("already_theirs", sentence, {"to_person_id": sentence})
    return Assignment(review, *(_first((person_id,), review, case, world, frozenset(), []) or (person_id, None)))


def capable(review: Review, world: World) -> tuple[int, ...]:
    """Everyone who holds the capacity for `review` on this case, nearest first, independent or not."""
    officers = tuple(person for _, people in world.org.officers for person in people)
    if review is Review.MANAGER:
        return world.org.line
    return officers if review is Review.COMPLIANCE else (*world.org.executives, *officers)


def back_to_asker(case: Case, world: World) -> Assignment | None:
    """The case to whoever last sent it back, or to their substitute; None if they may no longer do it."""
    for past in reversed(case.decisions):
        if past.action is Action.SEND_BACK:
            return _again(past.on_behalf_of or past.by, past.review, case, world)
    return None


def keep(case: Case, world: World) -> Assignment | None:
    """The case to whoever has it now, or to their substitute; None if that is a pool or they may no longer do it."""
    person_id = case.assigned_for_id or case.assignee_id
    return _again(person_id, case.review, case, world) if person_id and case.review else None


def _again(person_id: int, review: Review, case: Case, world: World) -> Assignment | None:
    if person_id not in capable(review, world):
        return None
    person = _first((person_id,), review, case, world, frozenset(), [])
    return Assignment(review, *person) if person else None


def candidates(case: Case, world: World) -> tuple[int, ...]:
    """Whom compliance may reassign the case to, nearest first."""
    review = case.review or Review.COMPLIANCE
    able = dict.fromkeys(capable(review, world))
    return tuple(person for person in able if person != case.assignee_id and why_not(person, case, world.org, review) is None)


def somebody_can(assignment: Assignment, case: Case, world: World) -> bool:
    """False if it lies in a pool in which nobody is independent."""
    if assignment.person_id is not None:
        return True
    return any(why_not(each, case, world.org, assignment.review) is None for each in capable(assignment.review, world))


def _avoids_the_line(case: Case, world: World, passed: list[PassedOver]) -> bool:
    """A conflict or interest about the own manager goes straight to compliance: the manager's managers are too near."""
    nearest = world.org.line[:1]
    if case.facts.concerns_manager:
        passed.extend(PassedOver(person, "concerns_manager") for person in nearest)
        return True
    if case.facts.standing and case.facts.named.intersection(nearest):
        passed.extend(PassedOver(person, "named") for person in nearest)
        return True
    return False


def _first(
    people: Iterable[int], review: Review, case: Case, world: World, exclude: frozenset[int], passed: list[PassedOver]
) -> tuple[int, int | None] | None:
    """The first who may decide, as (who, for whom): themselves, or their substitute while they are away."""
    for person_id in people:
        reason = _why_not(person_id, review, case, world, exclude)
        if reason is None:
            substitute_id = world.org.people[person_id].substitute_id
            if substitute_id is None:
                return person_id, None
            person_id, principal_id = substitute_id, person_id
            reason = _why_not(person_id, review, case, world, exclude)
            if reason is None and world.org.people[person_id].substitute_id is not None:
                reason = "away"
            if reason is None:
                return person_id, principal_id
        passed.append(PassedOver(person_id, reason))
    return None


def _pool(review: Review, case: Case, world: World, exclude: frozenset[int], passed: list[PassedOver]) -> int | None:
    """The nearest company with at least one independent compliance officer."""
    for company_id, officers in world.org.officers:
        reasons = {officer: _why_not(officer, review, case, world, exclude) for officer in officers}
        passed.extend(PassedOver(officer, reason) for officer, reason in reasons.items() if reason)
        if None in reasons.values():
            return company_id
    return None


def _why_not(person_id: int, review: Review, case: Case, world: World, exclude: frozenset[int]) -> str | None:
    return why_not(person_id, case, world.org, review) or ("handed_on" if person_id in exclude else None)


def _once(passed: list[PassedOver]) -> tuple[PassedOver, ...]:
    """Each person once, with the first reason found."""
    return tuple({each.person_id: each for each in reversed(passed)}.values())[::-1]
