"""Totals agree with an oracle of their own making: days are triples of numbers, months have lengths, and nothing of `windows` is used."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.policy.given import ask, gift, item, policy, rule
from workflows.money import Money

Day = tuple[int, int, int]  # year, month, day of the month: triples compare as days do


def is_leap(year: int) -> bool:
    return year % 400 == 0 or (year % 4 == 0 and year % 100 != 0)


def length(year: int, month: int) -> int:
    return [31, 29 if is_leap(year) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]


def following(day: Day) -> Day:
    year, month, number = day
    if number < length(year, month):
        return year, month, number + 1
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)


def previous(day: Day) -> Day:
    year, month, number = day
    if number > 1:
        return year, month, number - 1
    return (year, month - 1, length(year, month - 1)) if month > 1 else (year - 1, 12, 31)


def walked(day: Day, steps: int) -> Day:
    for _ in range(abs(steps)):
        day = following(day) if steps > 0 else previous(day)
    return day


def out_of_rolling(on: Day, months: int) -> Day:
    """The day before the first one counted: that many months back, one month after the other."""
    year, month, number = on
    for _ in range(months):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return year, month, min(number, length(year, month))


def begun(on: Day, first_month: int, every: int) -> Day:
    """Walking back to the first of a month from which such periods are counted."""
    day = on
    while day[2] != 1 or (day[1] - first_month) % every:
        day = previous(day)
    return day


def counts(what: str, number: int, on: Day, day: Day) -> bool:
    """Whether what happened on `day` counts together with what happened on `on`."""
    if day > on:
        return False
    match what:
        case "rolling":
            return day > out_of_rolling(on, number)
        case "year":
            return day >= begun(on, number, 12)
        case "quarter":
            return day >= begun(on, number, 3)
        case _:
            return day == on


def total(what: str, number: int) -> dict[str, Any]:
    """The same as a condition of a document."""
    limit = {"over": {"EUR": "1"}}
    match what:
        case "rolling":
            return {"rolling_total": limit | {"months": number}}
        case "year":
            return {"calendar_total": limit | {"first_month": number}}
        case "quarter":
            return {"calendar_total": limit | {"period": "quarter", "first_month": number}}
        case _:
            return {"occasion_total": limit}


@st.composite
def days(draw: st.DrawFn) -> Day:
    """Any day of six years, the ends of months and the last of February more often than others."""
    year, month = draw(st.integers(2023, 2028)), draw(st.integers(1, 12))
    if draw(st.booleans()):
        return year, month, draw(st.sampled_from([1, length(year, month) - 1, length(year, month)]))
    return year, month, draw(st.integers(1, length(year, month)))


WHAT = st.one_of(
    st.tuples(st.just("rolling"), st.integers(1, 36)),
    st.tuples(st.sampled_from(["year", "quarter"]), st.integers(1, 12)),
    st.tuples(st.just("occasion"), st.just(0)),
)


@settings(max_examples=150)
@given(WHAT, days(), st.lists(st.integers(-3, 3), max_size=3), st.lists(days(), max_size=6))
def test_every_window_counts_the_days_the_oracle_counts(
    what: tuple[str, int], on: Day, near: list[int], others: list[Day]
) -> None:
    """Earlier items lie anywhere, and within days of where the window begins and ends, on both sides."""
    kind, number = what
    edges = {"rolling": out_of_rolling(on, number or 1), "year": begun(on, number or 1, 12), "quarter": begun(on, number or 1, 3)}
    placed = [*others, *(walked(edge, off) for off in near for edge in (edges.get(kind, on), on))]
    items = [item(n, f"{n}.00", occurred_on=date(*day)) for n, day in enumerate(placed, 1)]
    in_force = policy(rule("it", when=total(kind, number)), effective_from=date(2015, 1, 1))
    found = ask(gift("0.50", occurred_on=date(*on), filed_on=date(*on)), in_force, *items)
    counted = [n for n, day in enumerate(placed, 1) if counts(kind, number, on, day)]
    (figure,) = found.totals
    assert sorted(figure.items) == counted
    assert figure.money == Money(50 + 100 * sum(counted), "EUR")


@pytest.mark.parametrize(
    ("on", "months", "out", "first"),
    [
        ((2024, 2, 29), 12, (2023, 2, 28), (2023, 3, 1)),
        ((2025, 2, 28), 12, (2024, 2, 28), (2024, 2, 29)),
        ((2024, 3, 31), 1, (2024, 2, 29), (2024, 3, 1)),
        ((2025, 3, 31), 1, (2025, 2, 28), (2025, 3, 1)),
        ((2026, 5, 31), 3, (2026, 2, 28), (2026, 3, 1)),
        ((2024, 12, 31), 12, (2023, 12, 31), (2024, 1, 1)),
        ((2024, 5, 1), 12, (2023, 5, 1), (2023, 5, 2)),
    ],
)
def test_the_lower_bound_of_a_rolling_window_is_out_and_clipped_to_its_month(on: Day, months: int, out: Day, first: Day) -> None:
    in_force = policy(rule("it", when=total("rolling", months)), effective_from=date(2015, 1, 1))
    items = [item(1, "5", occurred_on=date(*out)), item(2, "7", occurred_on=date(*first))]
    found = ask(gift("1", occurred_on=date(*on), filed_on=date(*on)), in_force, *items)
    assert found.totals[0].items == (2,)
    assert not counts("rolling", months, on, out)
    assert counts("rolling", months, on, first)


def test_the_oracle_itself_knows_the_calendar() -> None:
    day: Day = (2023, 1, 1)
    for ordinal in range(date(2023, 1, 1).toordinal(), date(2029, 1, 1).toordinal()):
        assert date(*day) == date.fromordinal(ordinal)
        assert previous(following(day)) == day
        day = following(day)
