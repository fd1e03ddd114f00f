"""What counts in the sums that published policies keep: tax, shares, trifles, keys and years, each at its boundary."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.workflows.policy.given import ask, figures, gift, item, matched, policy, rule
from tests.workflows.policy.published import EURO, holds, refused
from workflows.money import Money
from workflows.words import Disposition


def test_what_was_paid_is_compared_by_itself() -> None:
    when = {"own_share": {"over": EURO}}
    assert not holds(when, gift("200"))
    assert not holds(when, gift("200", own_share=Money(10000, "EUR")))
    assert holds(when, gift("200", own_share=Money(10001, "EUR")))


def test_tax_and_delivery_count_only_where_the_rule_says_so() -> None:
    facts = gift("99", heads=1, tax=Money(100, "EUR"), delivery=Money(200, "EUR"))
    assert not holds({"value": {"over": EURO}}, facts)
    assert not holds({"value": {"with_tax": True, "over": EURO}}, facts)
    assert holds({"value": {"with_delivery": True, "over": EURO}}, facts)
    earlier = item(1, "1", tax=Money(100, "EUR"), delivery=Money(200, "EUR"), own_share=Money(50, "EUR"))
    for more, total in (({}, "100.00"), ({"with_tax": True}, "102.00"), ({"with_delivery": True}, "104.00")):
        found = ask(facts, policy(rule("it", when={"occasion_total": {"at_least": {"EUR": "1"}, **more}})), earlier)
        assert figures(found, "it")["total"] == f"EUR {total}"
    less = ask(facts, policy(rule("it", when={"occasion_total": {"at_least": {"EUR": "1"}, "less_own_share": True}})), earlier)
    assert figures(less, "it")["total"] == "EUR 99.50"


def test_joint_givers_divide_only_where_the_rule_says_so() -> None:
    facts = gift("300", givers=3)
    assert holds({"value": {"over": EURO}}, facts)
    assert not holds({"value": {"per_giver": True, "over": EURO}}, facts)
    assert holds({"value": {"per_giver": True, "at_least": EURO}}, facts)


def test_of_several_things_each_is_compared_and_all_come_together() -> None:
    facts = gift("150", parts=(Money(10000, "EUR"), Money(5000, "EUR")))
    assert not holds({"value": {"over": EURO}}, facts)
    assert holds({"value": {"at_least": EURO}}, facts)
    assert holds({"occasion_total": {"over": EURO}}, facts)
    assert not holds({"occasion_total": {"leave_out_under": {"EUR": "60"}, "over": EURO}}, facts)


def test_the_whole_of_what_was_shared_counts_where_the_rule_says_so() -> None:
    facts, earlier = gift("60", heads=3), item(1, "20", heads=3)
    assert not holds({"occasion_total": {"over": EURO}}, facts, earlier)
    assert not holds({"occasion_total": {"whole": True, "over": {"EUR": "120"}}}, facts, earlier)
    assert holds({"occasion_total": {"whole": True, "at_least": {"EUR": "120"}}}, facts, earlier)


def test_occasions_that_bear_other_names_are_apart_only_where_the_rule_says_so() -> None:
    facts, earlier = gift("60", occasion="reception"), item(1, "60")
    assert holds({"occasion_total": {"over": EURO}}, facts, earlier)
    assert not holds({"occasion_total": {"stated": True, "over": EURO}}, facts, earlier)
    assert holds({"occasion_total": {"stated": True, "over": EURO}}, facts, item(1, "60", occasion="reception"))


@pytest.mark.parametrize(
    "word", [{"exempt": frozenset({"promotional"})}, {"form": "promotional"}, {"disposition": Disposition.SHARED}]
)
def test_what_bears_a_word_left_out_does_not_count(word: dict[str, Any]) -> None:
    out = {"calendar_total": {"leave_out": ["promotional", "shared"], "over": EURO}}
    assert holds(out, gift("60"), item(1, "60"))
    assert not holds(out, gift("60"), item(1, "60", **word))
    assert not holds(out, gift("600", **word), item(1, "600"))


def test_only_the_forms_named_count() -> None:
    only = {"calendar_total": {"forms": ["meal"], "over": EURO}}
    assert holds(only, gift("60", form="meal"), item(1, "60", form="meal"))
    assert not holds(only, gift("60", form="meal"), item(1, "60"))
    assert not holds(only, gift("60"), item(1, "600", form="meal"))
    assert holds({"count": {"forms": ["meal"], "at_least": 2}}, gift(form="meal"), item(1, form="meal"))


@pytest.mark.parametrize(("amount", "under", "up_to"), [("9.99", False, False), ("10.00", True, False), ("10.01", True, True)])
def test_a_trifle_is_left_out_of_the_sum_and_matches_nothing_itself(amount: str, under: bool, up_to: bool) -> None:
    for word, counts in (("leave_out_under", under), ("leave_out_up_to", up_to)):
        when = {"calendar_total": {word: {"EUR": "10"}, "over": EURO}}
        assert holds(when, gift("100.00"), item(1, amount)) is counts
        assert holds(when, gift(amount), item(1, "100.00")) is counts


KEYS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("counterparty", {}, {"declarant_id": 2}),
    ("counterparty", {}, {"counterparty_group_id": 8}),
    ("declarant", {"counterparty_group_id": 8}, {"declarant_id": 2}),
    ("person", {"declarant_id": 2, "outside": frozenset({"lee", "kim"})}, {"outside": frozenset({"kim"})}),
    ("person", {"declarant_id": 2, "outside": frozenset({"lee"})}, {"outside": frozenset({"lee"}), "counterparty_group_id": 8}),
    ("event", {"declarant_id": 2, "counterparty_group_id": 8, "event": "fair"}, {"event": "other"}),
    ("household", {"declarant_id": 2, "household": "home"}, {"household": "home", "counterparty_group_id": 8}),
]


@pytest.mark.parametrize(("per", "same", "other"), KEYS)
def test_a_total_is_kept_by_the_key_the_rule_names(per: str, same: dict[str, Any], other: dict[str, Any]) -> None:
    facts = gift("60", outside=frozenset({"lee"}), event="fair", household="home")
    in_force = policy(rule("it", when={"calendar_total": {"per": per, "over": EURO}}))
    assert "it" in matched(ask(facts, in_force, item(1, "60", **same)))
    assert "it" not in matched(ask(facts, in_force, item(1, "60", **other)))
    assert in_force.keys == {per}


@pytest.mark.parametrize("per", ["person", "event", "household"])
def test_what_states_no_key_belongs_to_nothing(per: str) -> None:
    when = {"count": {"per": per, "at_least": 2}}
    assert not holds(when, gift(), item(1))


@pytest.mark.parametrize("name", ["calendar_total", "count"])
def test_an_unknown_key_of_totals_is_a_mistake(name: str) -> None:
    said = refused(rule("a", when={name: {"per": "persons", "over": {"EUR": "1"} if name != "count" else 1}}))
    assert f"when.{name}.per: “persons” is not a known key of totals; did you mean “person”?" in said


def test_a_total_has_one_measure_of_trifles() -> None:
    said = refused(rule("a", when={"calendar_total": {"leave_out_under": EURO, "leave_out_up_to": EURO, "over": EURO}}))
    assert "state leave_out_up_to or leave_out_under, not both" in said


@pytest.mark.parametrize(
    ("year", "first"),
    [
        ({}, date(2026, 1, 1)),
        ({"first_month": 7}, date(2025, 7, 1)),
        ({"months": 12}, date(2025, 5, 21)),
        ({"months": 3}, date(2026, 2, 21)),
    ],
)
def test_what_a_year_is_the_document_says(year: dict[str, int], first: date) -> None:
    in_force = policy(
        rule("sum", when={"year_total": {"over": EURO}}), rule("number", when={"year_count": {"at_least": 2}}), year=year
    )
    assert matched(ask(gift("60"), in_force, item(1, "60", occurred_on=first))) == {"sum", "number"}
    assert matched(ask(gift("60"), in_force, item(1, "60", occurred_on=first - timedelta(1)))) == {"otherwise"}


def test_a_total_of_the_year_states_no_window_of_its_own() -> None:
    assert "year_total.months: the window is what the document states as its year" in refused(
        rule("a", when={"year_total": {"months": 3, "over": EURO}}), year={"months": 12}
    )
    assert "“year_totl” is not a known predicate; did you mean “year_total”?" in refused(rule("a", when={"year_totl": {}}))


def test_items_are_looked_into_only_where_a_total_asks_more_of_them() -> None:
    plain = {"calendar_total": {"over": EURO}}
    assert not policy(rule("a", when=plain), rule("b", when={"count": {"over": 1}})).looks_into_items
    for more in ({"with_tax": True}, {"with_delivery": True}, {"less_own_share": True}, {"stated": True}):
        assert policy(rule("a", when={"calendar_total": {"over": EURO, **more}})).looks_into_items
