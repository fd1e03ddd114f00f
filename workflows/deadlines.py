"""When a review is due, in working days of the company's calendar; what is for tomorrow comes first.

Working days are Monday to Friday less the company's public holidays. The due day itself is still in time, until its last second
in the company's time zone.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from workflows.case import Assignment, Case, World
from workflows.routing import somebody_can
from workflows.words import N_, WAITING, Direction, Review, State

_DAY = timedelta(days=1)

# What holds when nobody independent can answer in time: never an approval.
SAFE_DEFAULTS: Mapping[str | None, str] = {
    "decline": N_("Not approved. Decline, or ask whether it can wait."),
    "hand_it_over": N_("Not approved. Hand it over or give it back, and do not use it."),
    "do_not_give": N_("Not approved. Do not give, promise or pay it."),
    "do_not_begin": N_("Not approved. Do not begin it."),
    "stand_aside": N_("Not approved. Take no part in the decision."),
}


def is_working_day(day: date, holidays: frozenset[date]) -> bool:
    """True from Monday to Friday, save on a public holiday."""
    return day.weekday() < 5 and day not in holidays


def add_working_days(start: date, days: int, holidays: frozenset[date]) -> date:
    """The working day `days` working days after `start` (before it, if negative); `start` itself, whatever day, if 0."""
    step = _DAY if days > 0 else -_DAY
    day = start
    for _ in range(abs(days)):
        day += step
        while not is_working_day(day, holidays):
            day += step
    return day


def working_days_between(start: date, end: date, holidays: frozenset[date]) -> int:
    """Working days after `start` up to and with `end`; whole weeks are reckoned, not walked."""
    weeks, rest = divmod((end - start).days, 7)
    days = 5 * weeks + sum((start + n * _DAY).weekday() < 5 for n in range(1, rest + 1))
    return days - sum(start < day <= end and day.weekday() < 5 for day in holidays)


def urgent_on(case: Case, world: World) -> date | None:
    """The event's day while it still lies ahead; None for standing interests and what has happened."""
    day = case.facts.occurred_on
    return day if day is not None and day > world.today and not case.facts.standing else None


def due_on(review: Review, case: Case, world: World) -> date:
    """The last day to decide in: the policy's deadline, or the last working day before the event, but never before today."""
    holidays, today = world.company.holidays, world.today
    due = add_working_days(today, world.policy.deadlines.of(review).escalate_after, holidays)
    event = urgent_on(case, world)
    if event is not None:
        due = min(due, add_working_days(event, -1, holidays))
    return max(due, today)


def reminder_due(case: Case, world: World) -> bool:
    """True if the clock should remind whoever it waits for: when the policy says, then again each time as many days pass."""
    review = case.review or case.returns_to
    if case.due_on is None or review is None or case.state not in WAITING | {State.SENT_BACK}:
        return False
    deadline, holidays = world.policy.deadlines.of(review), world.company.holidays
    first = add_working_days(case.due_on, deadline.remind_after - deadline.escalate_after, holidays)
    return world.today >= add_working_days(first, case.reminded * deadline.remind_after, holidays)


def escalation_due(case: Case, today: date) -> bool:
    """True on the day after the due day, as long as there is somebody higher. `today` is the company's local day."""
    return case.state in (State.WITH_MANAGER, State.WITH_COMPLIANCE) and case.due_on is not None and today > case.due_on


def safe_default_holds(case: Case, world: World) -> bool:
    """True while it waits although its day has come or nobody independent is left: then nothing is approved."""
    if case.state not in WAITING:
        return False
    day = case.facts.occurred_on
    its_day_came = not case.facts.standing and day is not None and case.facts.filed_on < day <= world.today
    review = case.review or Review.COMPLIANCE
    return its_day_came or not somebody_can(Assignment(review, case.assignee_id), case, world)


def safe_default(case: Case) -> str:
    """What holds without a decision, as a sentence, marked for translation."""
    own = case.assessment.safe_default if case.assessment else None
    if own in SAFE_DEFAULTS:
        return SAFE_DEFAULTS[own]
    received = case.facts.direction is Direction.RECEIVED
    return SAFE_DEFAULTS["stand_aside" if case.facts.standing else "hand_it_over" if received else "do_not_give"]
