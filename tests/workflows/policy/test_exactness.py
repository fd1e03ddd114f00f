"""Nothing is nearly right: money, shares, rates, days and zones are compared to the last unit, against arithmetic done here by hand."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.policy.given import DAY, ask, company, gift, item, policy, rule
from workflows.case import Company, Org, World
from workflows.money import Money, Rate, Rates, exponent, shares
from workflows.policy.assessment import Assessment
from workflows.policy.in_force import InForce
from workflows.words import Kind, Outcome

MINOR = {"JPY": 0, "DKK": 2, "KWD": 3}
RATE = st.integers(1, 10**7).map(lambda n: Decimal(n) / 10**4)  # units for one euro
OPERATORS = {
    "over": lambda number, limit: number > limit,
    "at_least": lambda number, limit: number >= limit,
    "up_to": lambda number, limit: number <= limit,
    "under": lambda number, limit: number < limit,
}


def holds(found: Assessment) -> bool:
    assert not found.problems
    return any(finding.rule == "it" for finding in found.findings)


def stated(name: str, operator: str, limit: Money, **more: Any) -> InForce:
    """One rule whose limit is stated in the currency of `limit` alone, which is the document's own."""
    return policy(rule("it", when={name: {operator: {limit.currency: str(limit.amount)}, **more}}), base_currency=limit.currency)


# foreign money


def by_hand(minor: int, source: str, into: str, per_euro: dict[str, Decimal]) -> int:
    """Minor units of `into`, half up, in whole numbers only."""
    amount = Fraction(minor, 10 ** MINOR.get(source, 2)) / Fraction(per_euro.get(source, Decimal(1)))
    exact = amount * Fraction(per_euro.get(into, Decimal(1))) * 10 ** MINOR.get(into, 2)
    whole, rest = divmod(exact.numerator, exact.denominator)
    return whole + (2 * rest >= exact.denominator)


@given(
    st.integers(0, 10**9),
    st.sampled_from(["EUR", "JPY", "DKK", "KWD"]),
    st.sampled_from(["EUR", "JPY", "DKK", "KWD"]),
    st.tuples(RATE, RATE, RATE),
)
def test_money_is_converted_half_up_to_the_minor_unit_of_any_currency(
    minor: int, source: str, into: str, rates: tuple[Decimal, ...]
) -> None:
    assert {currency: exponent(currency) for currency in MINOR} == MINOR
    per_euro = dict(zip(MINOR, rates, strict=True))
    quotes = Rates({(currency, DAY): Rate(rate, DAY) for currency, rate in per_euro.items()})
    found = quotes.convert(Money(minor, source), into, DAY, timedelta(days=45))
    assert found.result.minor == (minor if source == into else by_hand(minor, source, into, per_euro))


@given(st.integers(1, 10**6), st.sampled_from(list(MINOR)), RATE, st.sampled_from(list(OPERATORS)), st.integers(-1, 1), st.data())
def test_a_foreign_value_is_compared_after_it_was_rounded_at_under_and_over(
    minor: int, source: str, rate: Decimal, operator: str, off: int, data: st.DataObject
) -> None:
    """The limit is put at what the value comes to, and one unit beside it."""
    worth = by_hand(minor, source, "EUR", {source: rate})
    limit = Money(max(0, worth + off), "EUR")
    in_force = stated("value", operator, limit)
    found = ask(gift(value=Money(minor, source)), in_force, rates=Rates({(source, DAY): Rate(rate, DAY)}))
    assert holds(found) is OPERATORS[operator](worth, limit.minor)
    assert found.whole == Money(worth, "EUR")


FRIDAY = date(2026, 5, 15)


@pytest.mark.parametrize("days", [0, 1, 2, 3])
def test_on_a_weekend_the_last_rate_before_it_holds_and_its_day_is_said(days: int) -> None:
    """Saturday and Sunday have Friday's; Monday's own has come by then."""
    on = FRIDAY + timedelta(days=days)
    published = FRIDAY if days < 3 else on
    rates = Rates({("DKK", on): Rate(Decimal("7.5") if days < 3 else Decimal("7.4"), published)})
    found = ask(gift("75", "DKK", occurred_on=on, filed_on=on), stated("value", "over", Money.of("9", "EUR")), rates=rates)
    assert found.conversion is not None
    assert found.conversion.rate_on == published
    assert found.whole == Money.of("10.00" if days < 3 else "10.14", "EUR")


def test_the_rate_is_that_of_the_event_and_each_earlier_items_of_its_own() -> None:
    first, filed = DAY - timedelta(days=100), DAY + timedelta(days=9)
    rates = Rates(
        {
            ("DKK", first): Rate(Decimal("8"), first),
            ("DKK", DAY): Rate(Decimal("7.5"), DAY),
            ("DKK", filed): Rate(Decimal("1"), filed),
        }
    )
    in_force = stated("rolling_total", "over", Money.of("19.99", "EUR"), months=12)
    found = ask(gift("75", "DKK", filed_on=filed), in_force, item(1, "80", "DKK", occurred_on=first), rates=rates)
    assert found.totals[0].money == Money.of("20", "EUR")
    assert holds(found)


def test_what_lies_ahead_is_rated_on_the_day_it_is_filed() -> None:
    later = DAY + timedelta(days=30)
    rates = Rates({("DKK", DAY): Rate(Decimal("7.5"), DAY)})
    dinner = gift("75", "DKK", kind=Kind.ENTERTAINMENT, occurred_on=later)
    assert ask(dinner, policy(rule("it", kinds=["entertainment"])), rates=rates).whole == Money.of("10", "EUR")


@pytest.mark.parametrize(("age", "outcome"), [(45, Outcome.MANAGER), (46, Outcome.INVALID)])
def test_a_rate_older_than_the_document_allows_is_none(age: int, outcome: Outcome) -> None:
    rates = Rates({("DKK", DAY): Rate(Decimal("7.5"), DAY - timedelta(days=age))})
    assert ask(gift("75", "DKK"), policy(rule("it")), rates=rates).outcome is outcome


# shares


@given(
    st.integers(0, 10**7), st.integers(1, 60), st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from(list(OPERATORS)), st.data()
)
def test_a_share_is_compared_before_it_is_rounded(
    minor: int, heads: int, currency: str, operator: str, data: st.DataObject
) -> None:
    """Multiplied out, so that nothing is divided: value > limit × heads."""
    limit = max(0, minor // heads + data.draw(st.integers(-1, 1)))
    found = ask(gift(value=Money(minor, currency), heads=heads), stated("per_head", operator, Money(limit, currency)))
    assert holds(found) is OPERATORS[operator](minor, limit * heads)


@given(st.integers(0, 10**9), st.integers(1, 500))
def test_shares_as_they_are_shown_add_up_to_the_whole(minor: int, heads: int) -> None:
    found = shares(Money(minor, "EUR"), heads)
    assert len(found) == heads
    assert sum(share.minor for share in found) == minor
    assert max(share.minor for share in found) - min(share.minor for share in found) <= 1


@given(st.integers(1, 10**6), st.integers(1, 9), st.lists(st.integers(0, 10**5), max_size=4), st.integers(-1, 1))
def test_a_total_adds_the_exact_share_to_what_came_before(minor: int, heads: int, before: list[int], off: int) -> None:
    limit = (minor + heads * sum(before)) // heads + off
    if limit < 0:
        return
    items = [item(n, str(Decimal(cents) / 100), occurred_on=DAY - timedelta(days=n)) for n, cents in enumerate(before, 1)]
    in_force = stated("rolling_total", "over", Money(limit, "EUR"), months=12)
    assert holds(ask(gift(value=Money(minor, "EUR"), heads=heads), in_force, *items)) is (
        minor + heads * sum(before) > limit * heads
    )


# days and zones

ZONES = ("Europe/Copenhagen", "America/New_York", "Australia/Sydney", "Asia/Tokyo", "Pacific/Auckland", "America/St_Johns")


def world_at(moment: datetime, zone: str) -> World:
    here = Company(1, "NL", "A company", "DK", "EUR", ZoneInfo(zone))
    return World(moment, here, policy(), Rates({}), Org({}))


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),
    st.sampled_from(ZONES),
    st.integers(0, 60),
)
def test_lateness_is_counted_in_whole_days_of_the_companys_zone(moment: datetime, zone: str, days: int) -> None:
    """However long those days were: a day on which clocks change is one day."""
    filed_on = world_at(moment, zone).today
    assert filed_on == (moment.astimezone(ZoneInfo(zone))).date()
    happened = filed_on - timedelta(days=days)
    found = ask(gift(occurred_on=happened, filed_on=filed_on), policy(filing={"days": 30}, effective_from=date(2020, 1, 1)))
    assert found.days_late == max(0, days - 30)


@pytest.mark.parametrize(
    ("zone", "happened"),
    [
        ("Europe/Copenhagen", date(2026, 2, 27)),  # the last day is 29 March: 23 hours long
        ("Europe/Copenhagen", date(2026, 9, 25)),  # 25 October: 25 hours long
        ("America/New_York", date(2026, 2, 6)),  # 8 March
        ("Australia/Sydney", date(2026, 3, 6)),  # 5 April
        ("Asia/Tokyo", date(2026, 5, 1)),
    ],
)
def test_the_last_day_ends_a_second_before_midnight_there_across_a_change_of_clocks(zone: str, happened: date) -> None:
    last = happened + timedelta(days=30)
    in_force = policy(filing={"days": 30}, effective_from=date(2020, 1, 1))
    for second, late in ((time(0, 0, 0), 0), (time(23, 59, 59), 0)):
        moment = datetime.combine(last, second, ZoneInfo(zone)).astimezone(UTC)
        filed_on = world_at(moment, zone).today
        assert ask(gift(occurred_on=happened, filed_on=filed_on), in_force).days_late == late
    after = datetime.combine(last, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC) + timedelta(seconds=1)
    found = ask(gift(occurred_on=happened, filed_on=world_at(after, zone).today), in_force)
    assert (found.days_late, found.due_filing_on) == (1, last)


@given(st.dates(date(2023, 1, 1), date(2028, 12, 31)), st.integers(1, 120))
def test_days_from_the_next_quarter_count_its_first_day_as_the_first(on: date, days: int) -> None:
    """Walking on day by day until a quarter begins, and from there so many days with that one."""
    first = on + timedelta(days=1)
    while (first.month, first.day) not in {(1, 1), (4, 1), (7, 1), (10, 1)}:
        first += timedelta(days=1)
    in_force = policy(filing={"days": days, "counted_from": "next_quarter"}, effective_from=date(2020, 1, 1))
    counted = [first + timedelta(days=n) for n in range(days)]
    assert ask(gift(occurred_on=on, filed_on=on), in_force).due_filing_on == counted[-1]


def test_the_company_in_these_tests_is_where_clocks_change() -> None:
    assert str(company().zone) == "Europe/Copenhagen"
