from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.workflows.policy.given import DAY, FIRM, ask, figures, gift, item, matched, policy, rule
from workflows.money import Money, Rate, Rates
from workflows.words import Direction, Disposition, Kind, Outcome, State

TWO_HUNDRED = {"EUR": "200", "DKK": "1500"}


def one(**when: Any) -> Any:
    return policy(rule("it", when=when))


@pytest.mark.parametrize("name", ["value", "per_head", "occasion_total", "rolling_total", "calendar_total"])
@pytest.mark.parametrize(
    ("operator", "under", "at", "over"),
    [("over", False, False, True), ("at_least", False, True, True), ("up_to", True, True, False), ("under", True, False, False)],
)
def test_a_limit_is_compared_to_the_minor_unit(name: str, operator: str, under: bool, at: bool, over: bool) -> None:
    months = {"months": 12} if name == "rolling_total" else {}
    in_force = one(**{name: {operator: TWO_HUNDRED, **months}})
    for amount, expected in (("199.99", under), ("200.00", at), ("200.01", over)):
        assert ("it" in matched(ask(gift(amount), in_force))) is expected


def test_a_limit_stated_in_the_companys_currency_is_compared_in_it() -> None:
    in_force = one(value={"over": TWO_HUNDRED})
    for amount, expected in (("1500.00", set()), ("1500.01", {"it"})):
        found = ask(gift(amount, "DKK"), in_force, currency="DKK")
        assert matched(found) - {"otherwise"} == expected
        assert found.conversion is not None
        assert found.conversion.rate == 1


def test_elsewhere_it_is_compared_in_the_documents_currency_at_the_days_rate_rounded_half_up() -> None:
    rates = Rates({("SEK", DAY): Rate(Decimal("10"), DAY)})
    for amount, expected in (("2000.04", Outcome.RECORD), ("2000.05", Outcome.MANAGER)):
        assert ask(gift(amount, "SEK"), one(value={"over": TWO_HUNDRED}), rates=rates, currency="SEK").outcome is expected


def test_a_shared_value_is_compared_before_it_is_rounded() -> None:
    in_force = one(per_head={"over": {"EUR": "33.33"}})
    found = ask(gift("100", heads=3), in_force)
    assert figures(found, "it") == {"per_head": "EUR 33.33", "limit": "EUR 33.33"}
    assert found.per_head == Money(3333, "EUR")
    assert found.whole == Money(10000, "EUR")
    assert matched(ask(gift("99.99", heads=3), in_force)) == {"otherwise"}


def test_a_limit_on_the_whole_is_not_shared() -> None:
    assert "it" in matched(ask(gift("201", heads=10), one(value={"over": TWO_HUNDRED})))


def test_a_limit_may_not_be_bought_down_unless_the_rule_lets_it() -> None:
    paid = gift("250", own_share=Money.of("50", "EUR"))
    assert "it" in matched(ask(paid, one(value={"over": TWO_HUNDRED})))
    assert "it" not in matched(ask(paid, one(value={"over": TWO_HUNDRED, "less_own_share": True})))
    assert "it" in matched(
        ask(gift("250.01", own_share=Money.of("50", "EUR")), one(value={"over": TWO_HUNDRED, "less_own_share": True}))
    )
    assert "it" not in matched(ask(gift("20"), one(value={"over": TWO_HUNDRED, "less_own_share": True})))
    assert "it" not in matched(
        ask(gift("90", heads=9, own_share=Money.of("50", "EUR")), one(per_head={"over": {"EUR": "0"}, "less_own_share": True}))
    )


def test_an_unknown_value_is_over_no_limit_and_under_none() -> None:
    unknown = rule("unknown", when={"value_unknown": True}, outcome="compliance")
    for when in ({"value": {"under": TWO_HUNDRED}}, {"per_head": {"over": TWO_HUNDRED}}, {"trifle": {"up_to": TWO_HUNDRED}}):
        assert matched(ask(gift(None), policy(unknown, rule("it", when=when)))) == {"unknown"}


def test_an_unknown_value_stays_outside_the_sum_yet_does_not_hide_it() -> None:
    unknown = rule("unknown", when={"value_unknown": True}, outcome="compliance")
    in_force = policy(unknown, rule("it", when={"rolling_total": {"months": 12, "over": TWO_HUNDRED}}))
    assert "it" not in matched(ask(gift(None), in_force, item(1, "200"), item(2, None)))
    found = ask(gift(None), in_force, item(1, "200.01"), item(2, None))
    assert figures(found, "it") == {"before": "EUR 200.01", "total": "EUR 200.01", "limit": "EUR 200.00"}


def test_one_day_with_one_firm_is_one_occasion() -> None:
    in_force = one(occasion_total={"over": TWO_HUNDRED})
    found = ask(gift("100"), in_force, item(1, "100.01"))
    assert figures(found, "it") == {
        "before": "EUR 100.01",
        "now": "EUR 100.00",
        "total": "EUR 200.01",
        "limit": "EUR 200.00",
    }
    yesterday = DAY.replace(day=DAY.day - 1)
    for other in (
        {"occurred_on": yesterday},
        {"direction": Direction.GIVEN},
        {"counterparty_group_id": FIRM + 1},
        {"declarant_id": 2},
        {"kind": Kind.TRAVEL},
        {"state": State.WITHDRAWN},
        {"state": State.DRAFT},
        {"disposition": Disposition.RETURNED},
        {"disposition": Disposition.DECLINED},
    ):
        assert matched(ask(gift("100"), in_force, item(1, "100.01", **other))) == {"otherwise"}


@pytest.mark.parametrize("state", [State.WITH_MANAGER, State.SENT_BACK, State.REFUSED, State.APPROVED, State.RECORDED])
def test_every_filed_item_counts_until_it_was_given_back(state: State) -> None:
    in_force = one(occasion_total={"over": TWO_HUNDRED})
    assert "it" in matched(ask(gift("100"), in_force, item(1, "100.01", state=state)))


def test_things_without_a_counterparty_never_come_together() -> None:
    in_force = one(occasion_total={"over": TWO_HUNDRED})
    found = ask(gift("100", counterparty_group_id=None), in_force, item(1, "100.01", counterparty_group_id=None))
    assert matched(found) == {"otherwise"}


def test_a_rolling_total_leaves_out_the_day_twelve_months_ago() -> None:
    in_force = one(rolling_total={"months": 12, "over": TWO_HUNDRED})
    out, first = date(2025, 5, 20), date(2025, 5, 21)
    assert "it" not in matched(ask(gift("100"), in_force, item(1, "100.01", occurred_on=out)))
    found = ask(gift("100"), in_force, item(1, "100.01", occurred_on=first), item(2, "900", occurred_on=date(2026, 5, 21)))
    assert figures(found, "it")["total"] == "EUR 200.01"
    (total,) = found.totals
    assert (total.rule, total.window, total.items) == ("code/it", (first, DAY), (1,))
    assert total.limit == Money.of("200", "EUR")


def test_a_calendar_total_begins_with_the_year_or_the_quarter() -> None:
    year = one(calendar_total={"over": TWO_HUNDRED})
    quarter = one(calendar_total={"over": TWO_HUNDRED, "period": "quarter"})
    fiscal = one(calendar_total={"over": TWO_HUNDRED, "first_month": 5})
    for in_force, last_out, first_in in (
        (year, date(2025, 12, 31), date(2026, 1, 1)),
        (quarter, date(2026, 3, 31), date(2026, 4, 1)),
        (fiscal, date(2026, 4, 30), date(2026, 5, 1)),
    ):
        assert "it" not in matched(ask(gift("100"), in_force, item(1, "100.01", occurred_on=last_out)))
        assert "it" in matched(ask(gift("100"), in_force, item(1, "100.01", occurred_on=first_in)))


def test_received_and_given_come_together_only_where_the_rule_says_so() -> None:
    given = item(1, "100.01", direction=Direction.GIVEN)
    apart = one(rolling_total={"months": 12, "over": TWO_HUNDRED})
    together = one(rolling_total={"months": 12, "over": TWO_HUNDRED, "both_directions": True})
    assert "it" not in matched(ask(gift("100"), apart, given))
    assert "it" in matched(ask(gift("100"), together, given))


def test_what_is_exempt_or_too_small_is_left_out_and_then_lifts_nothing() -> None:
    in_force = one(
        rolling_total={"months": 12, "over": TWO_HUNDRED, "leave_out": ["promotional"], "leave_out_up_to": {"EUR": "10"}}
    )
    big, exempt, small = item(1, "195"), item(2, "50", exempt=frozenset({"promotional"})), item(3, "10")
    assert "it" not in matched(ask(gift("5"), in_force, big, exempt, small))
    assert "it" not in matched(ask(gift("10"), in_force, big, item(4, "100")))
    assert "it" not in matched(ask(gift("90", exempt=frozenset({"promotional"})), in_force, big, item(4, "100")))
    found = ask(gift("10.01"), in_force, big, exempt, small)
    assert figures(found, "it")["total"] == "EUR 205.01"


def test_a_total_counts_the_kinds_of_its_rule_or_those_it_names() -> None:
    dinner = item(1, "150", kind=Kind.ENTERTAINMENT)
    assert "it" not in matched(ask(gift("100"), one(rolling_total={"months": 12, "over": TWO_HUNDRED}), dinner))
    named = one(rolling_total={"months": 12, "over": TWO_HUNDRED, "kinds": ["gift", "entertainment"]})
    assert "it" in matched(ask(gift("100"), named, dinner))
    elsewhere = policy(rule("it", when={"rolling_total": {"months": 12, "over": TWO_HUNDRED, "kinds": ["travel"]}}))
    assert "it" not in matched(ask(gift("900"), elsewhere))


def test_an_item_in_another_currency_is_converted_at_the_rate_of_its_own_day() -> None:
    day = date(2026, 2, 2)
    rates = Rates({("DKK", day): Rate(Decimal("7.5"), day), ("DKK", DAY): Rate(Decimal("1"), DAY)})
    in_force = one(rolling_total={"months": 12, "over": {"EUR": "200"}})
    converted = item(1, "750.08", "DKK", occurred_on=day)  # EUR 100.01
    assert "it" in matched(ask(gift("100"), in_force, converted, rates=rates))
    base_only = item(1, "100.01", base=Money.of("100.01", "EUR"), occurred_on=day)
    assert "it" in matched(ask(gift("100"), in_force, base_only))


def test_the_item_in_the_companys_currency_needs_no_rate() -> None:
    in_force = one(rolling_total={"months": 12, "over": TWO_HUNDRED})
    abroad = item(1, "100", "USD", base=Money.of("1400.01", "DKK"))
    found = ask(gift("100", "DKK"), in_force, abroad, currency="DKK")
    assert figures(found, "it")["total"] == "DKK 1500.01"


def test_an_earlier_item_without_a_rate_is_never_taken_for_nothing() -> None:
    in_force = one(rolling_total={"months": 12, "over": {"EUR": "200"}})
    assert ask(gift("1"), in_force, item(1, "100", "XOF")).outcome is Outcome.INVALID


def test_a_count_counts_this_one_too() -> None:
    in_force = one(count={"months": 12, "at_least": 3})
    earlier = [item(n, None, occurred_on=date(2025, 6, n)) for n in (1, 2)]
    assert matched(ask(gift("1"), in_force, earlier[0])) == {"otherwise"}
    found = ask(gift("1"), in_force, *earlier)
    assert figures(found, "it") == {"count": 3, "limit": 3}
    assert [figure.number for figure in found.totals] == [3]


def test_a_count_without_months_is_taken_over_the_year() -> None:
    in_force = one(count={"over": 1, "leave_out": ["promotional"]})
    assert "it" in matched(ask(gift("1"), in_force, item(1, occurred_on=date(2026, 1, 1))))
    assert "it" not in matched(ask(gift("1"), in_force, item(1, occurred_on=date(2025, 12, 31))))
    assert "it" not in matched(ask(gift("1", exempt=frozenset({"promotional"})), in_force, item(1), item(2)))


def test_several_trifles_of_one_day_are_no_trifle() -> None:
    in_force = policy(rule("it", when={"trifle": {"up_to": {"EUR": "20"}}}, outcome="no_declaration"))
    assert ask(gift("20"), in_force).outcome is Outcome.NO_DECLARATION
    assert ask(gift("20.01"), in_force).outcome is Outcome.RECORD
    assert ask(gift("12"), in_force, item(1, "12")).outcome is Outcome.RECORD
