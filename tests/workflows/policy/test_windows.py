from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.policy.windows import Window, fiscal_year, months_before, occasion, quarter, rolling

DAYS = st.dates(date(1999, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("on", "first"),
    [
        (date(2026, 2, 2), date(2025, 2, 3)),
        (date(2024, 2, 29), date(2023, 3, 1)),  # 29 Feb → 28 Feb, and that day is out
        (date(2025, 2, 28), date(2024, 2, 29)),
        (date(2026, 1, 31), date(2025, 2, 1)),
    ],
)
def test_twelve_months_are_calendar_months_and_leave_out_the_day_they_begin(on: date, first: date) -> None:
    assert rolling(on, 12) == Window(first, on)


def test_365_days_would_be_wrong_across_a_leap_day() -> None:
    on = date(2024, 5, 1)
    assert date(2023, 5, 2) in rolling(on, 12)
    assert on - timedelta(days=365) in rolling(on, 12)
    assert date(2023, 5, 1) not in rolling(on, 12)


def test_a_day_the_month_does_not_have_becomes_its_last() -> None:
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 31), 2) == date(2025, 11, 30)


def test_a_year_begins_where_the_document_says() -> None:
    assert fiscal_year(date(2026, 3, 5)).first == date(2026, 1, 1)
    assert fiscal_year(date(2026, 6, 30), 7).first == date(2025, 7, 1)
    assert fiscal_year(date(2026, 7, 1), 7).first == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("on", "first_month", "first"),
    [
        (date(2026, 5, 20), 1, date(2026, 4, 1)),
        (date(2026, 1, 1), 1, date(2026, 1, 1)),
        (date(2026, 1, 31), 2, date(2025, 11, 1)),
        (date(2026, 12, 31), 1, date(2026, 10, 1)),
    ],
)
def test_a_quarter_is_three_months_from_the_first_month(on: date, first_month: int, first: date) -> None:
    assert quarter(on, first_month) == Window(first, on)


def test_an_occasion_is_one_day() -> None:
    assert list(days_in(occasion(date(2026, 5, 20)), date(2026, 5, 20))) == [date(2026, 5, 20)]


def days_in(window: Window, around: date) -> list[date]:
    return [around + timedelta(days=n) for n in range(-1200, 10) if around + timedelta(days=n) in window]


def day_of(year: int, month: int, day: int) -> date:
    """The oracle's own way to clip: try the day, then the one before it, until there is one."""
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


@given(DAYS, st.integers(1, 36))
def test_a_rolling_window_agrees_with_walking_back_month_by_month(on: date, months: int) -> None:
    year, month = on.year, on.month
    for _ in range(months):
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    out = day_of(year, month, on.day)
    walked, day = [], on
    while day != out:
        walked.append(day)
        day -= timedelta(days=1)
    assert days_in(rolling(on, months), on) == sorted(walked)


@given(DAYS, st.integers(1, 12))
def test_a_year_agrees_with_walking_back_to_its_first_day(on: date, first_month: int) -> None:
    day = on
    while (day.month, day.day) != (first_month, 1):
        day -= timedelta(days=1)
    assert fiscal_year(on, first_month) == Window(day, on)


@given(DAYS, st.integers(1, 12))
def test_a_quarter_agrees_with_walking_back_to_its_first_day(on: date, first_month: int) -> None:
    starts = {(first_month + step - 1) % 12 + 1 for step in (0, 3, 6, 9)}
    day = on
    while day.day != 1 or day.month not in starts:
        day -= timedelta(days=1)
    assert quarter(on, first_month) == Window(day, on)
