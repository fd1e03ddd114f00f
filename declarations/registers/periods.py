"""Periods of registers are months, quarters and years (from any month on), or any days from one to another, both included."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHLY, QUARTERLY, YEARLY = "monthly", "quarterly", "yearly"
RHYTHMS = {MONTHLY: 1, QUARTERLY: 3, YEARLY: 12}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From the first to the last day, both included."""

    first_on: date
    last_on: date


def starting(first: date, months: int) -> Period:
    """The period of that many months that begins on `first`, the first of a month."""
    return Period(first, _months_on(first, months) - _DAY)


def holding(day: date, months: int, first_month: int = 1) -> Period:
    """The period of that many months (1, 3 or 12) in which `day` lies, of years that begin with `first_month`."""
    return starting(_months_on(day, -((day.month - first_month) % months)), months)


def before(period: Period, months: int) -> Period:
    """The period of that many months just before."""
    return starting(_months_on(period.first_on, -months), months)


def finished(rhythm: str, since: date, today: date, first_month: int = 1) -> Iterator[Period]:
    """Every period of the rhythm that ended on or after `since` and before `today`, the oldest first. Years, and only they, begin
    with `first_month`."""
    months = RHYTHMS[rhythm]
    period = holding(since, months, first_month if rhythm == YEARLY else 1)
    while period.last_on < today:
        yield period
        period = starting(period.last_on + _DAY, months)


def presets(today: date, first_month: int = 1) -> dict[str, Period]:
    """What people mostly ask for, by slug. Years, and only they, begin with `first_month`."""
    month, quarter, year = holding(today, 1), holding(today, 3), holding(today, 12, first_month)
    return {
        "last_month": before(month, 1),
        "this_month": Period(month.first_on, today),
        "last_quarter": before(quarter, 3),
        "this_quarter": Period(quarter.first_on, today),
        "last_year": before(year, 12),
        "this_year": Period(year.first_on, today),
    }


def _months_on(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
