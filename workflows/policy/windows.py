"""A window is the days a total is taken over, both ends included, and it always ends on the day of the event asked about."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """The days from `first` to `last`, both counted."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def months_before(on: date, months: int) -> date:
    """The day `months` calendar months before `on`; a day that month does not have becomes its last (29 Feb → 28 Feb)."""
    year, month0 = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month0 + 1, min(on.day, monthrange(year, month0 + 1)[1]))


def rolling(on: date, months: int) -> Window:
    """The rolling window ending on `on`: (on minus `months` calendar months, on], so the lower day itself is out."""
    return Window(months_before(on, months) + timedelta(days=1), on)


def fiscal_year(on: date, first_month: int = 1) -> Window:
    """From the first day of the fiscal year that began last in `first_month` (1 is the calendar year) to `on`."""
    return Window(date(on.year if on.month >= first_month else on.year - 1, first_month, 1), on)


def quarter(on: date, first_month: int = 1) -> Window:
    """From the first day of the quarter `on` lies in to `on`; quarters are counted from `first_month`."""
    return Window(months_before(date(on.year, on.month, 1), (on.month - first_month) % 3), on)


def next_quarter(on: date) -> date:
    """The first day of the calendar quarter after that of `on`."""
    year, month0 = divmod(on.year * 12 + (on.month - 1) // 3 * 3 + 3, 12)
    return date(year, month0 + 1, 1)


def in_season(on: date, first: str, last: str) -> bool:
    """Whether `on` lies between two days of the year ("12-01", "01-06"), both included; a season may run over New Year."""
    day = f"{on:%m-%d}"
    return first <= day <= last if first <= last else day >= first or day <= last


def occasion(on: date) -> Window:
    """One day: what the same counterparty gave the same person that day is one occasion."""
    return Window(on, on)
