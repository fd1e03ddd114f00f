"""Each predicate, true and false, as a rule of one condition would ask it."""

from typing import Any

import pytest

from tests.workflows.policy.given import DAY, ask, figures, gift, matched, policy, rule
from workflows.policy.predicates import PREDICATES
from workflows.words import Direction, Kind

ALL_KINDS = [kind.value for kind in Kind]


def holds(when: dict[str, Any], facts: Any, **document: Any) -> bool:
    in_force = policy(rule("it", kinds=ALL_KINDS, when=when, outcome="compliance"), **document)
    found = ask(facts, in_force)
    assert not found.problems
    return "it" in matched(found)


FLAGS: list[tuple[str, dict[str, Any]]] = [
    ("official", {"officials": 1}),
    ("official", {"counterparty_class": "public_official"}),
    ("political", {"political": True}),
    ("political", {"counterparty_class": "political"}),
    ("antisocial", {"counterparty_class": "antisocial"}),
    ("host_absent", {"kind": Kind.ENTERTAINMENT, "host_present": False}),
    ("company_donation", {"kind": Kind.DONATION}),
    ("close_relation", {"close_relation": True}),
    ("solicited", {"solicited": True}),
    ("family", {"family": True}),
    ("companion", {"companion": True}),
    ("standing", {"kind": Kind.INTEREST}),
    ("concerns_manager", {"concerns_manager": True}),
    ("wants_advice", {"wants_advice": True}),
]


@pytest.mark.parametrize(("name", "fields"), FLAGS)
def test_a_flag_holds_when_it_is_so_and_its_opposite_when_not(name: str, fields: dict[str, Any]) -> None:
    assert holds({name: True}, gift(**fields))
    assert not holds({name: False}, gift(**fields))
    assert not holds({name: True}, gift())
    assert holds({name: False}, gift())


def test_a_host_is_absent_only_from_entertainment_and_only_if_known_to_be() -> None:
    assert not holds({"host_absent": True}, gift(host_present=False))
    assert not holds({"host_absent": True}, gift(kind=Kind.ENTERTAINMENT, host_present=None))
    assert not holds({"host_absent": True}, gift(kind=Kind.ENTERTAINMENT, host_present=True))


def test_what_lies_ahead_is_in_the_future_and_today_is_not() -> None:
    tomorrow = DAY.replace(day=DAY.day + 1)
    assert holds({"in_future": True}, gift(direction=Direction.GIVEN, occurred_on=tomorrow))
    assert holds({"in_future": False}, gift())


def test_an_unknown_value_is_answered_by_the_rule_that_asks_for_it() -> None:
    assert holds({"value_unknown": True}, gift(None))
    assert holds({"value_unknown": False}, gift("10"))


def test_filing_is_late_from_the_day_after_the_last() -> None:
    assert not holds({"filed_late": True}, gift(filed_on=DAY.replace(day=19, month=6)))
    late = ask(gift(filed_on=DAY.replace(day=20, month=6)), policy(rule("it", when={"filed_late": True})))
    assert figures(late, "it") == {"days_late": 1}


@pytest.mark.parametrize(
    ("when", "fields", "other"),
    [
        ({"counterparty_class": ["supplier"]}, {"counterparty_class": "supplier"}, {"counterparty_class": "customer"}),
        ({"form": "cash"}, {"form": "cash"}, {"form": None}),
        ({"form": ["cash_equivalent"]}, {"form": "voucher"}, {"form": "thing"}),
        ({"kind": ["travel"]}, {"kind": Kind.TRAVEL}, {}),
        ({"direction": "given"}, {"direction": Direction.GIVEN}, {}),
        ({"country": ["DK", "SE"]}, {"country": "SE"}, {"country": None}),
        ({"travel_class": ["first"]}, {"travel_class": "first"}, {"travel_class": "economy"}),
        (
            {"interest_in": ["competitor"]},
            {"kind": Kind.INTEREST, "counterparty_class": "competitor"},
            {"kind": Kind.INTEREST, "counterparty_class": "customer"},
        ),
        (
            {"interest_in": ["competitor"]},
            {"kind": Kind.INTEREST, "counterparty_class": "competitor"},
            {"counterparty_class": "competitor"},
        ),
    ],
)
def test_one_of_the_words_must_be_met(when: dict[str, Any], fields: dict[str, Any], other: dict[str, Any]) -> None:
    classes = {"classes": {"cash": ["cash"], "cash_equivalent": ["voucher", "gift_card"]}}
    assert holds(when, gift(**fields), **classes)
    assert not holds(when, gift(**other), **classes)


def test_a_class_of_the_document_stands_for_its_members() -> None:
    classes = {"classes": {"official": ["public_official", "hospital"], "trade": ["supplier", "customer"]}}
    assert holds({"official": True}, gift(counterparty_class="hospital"), **classes)
    assert holds({"counterparty_class": "trade"}, gift(counterparty_class="customer"), **classes)


@pytest.mark.parametrize(
    ("when", "under", "at", "over"),
    [
        ({"over": "15"}, False, False, True),
        ({"at_least": "15"}, False, True, True),
        ({"up_to": "15.00"}, True, True, False),
        ({"under": "15"}, True, False, False),
    ],
)
def test_a_share_of_ownership_is_compared_exactly(when: dict[str, str], under: bool, at: bool, over: bool) -> None:
    for share, expected in ((1499, under), (1500, at), (1501, over)):
        interest = gift(None, kind=Kind.INTEREST, percent_hundredths=share)
        assert holds({"percent": when}, interest) is expected


def test_an_unstated_share_matches_nothing() -> None:
    assert not holds({"percent": {"up_to": "15"}}, gift(kind=Kind.INTEREST))


def test_every_predicate_asked_for_is_in_the_closed_list() -> None:
    wanted = set(
        "value per_head occasion_total rolling_total calendar_total count counterparty_class official form direction kind "
        "country host_absent value_unknown close_relation company_donation political antisocial solicited family companion "
        "in_future interest_in percent concerns_manager wants_advice filed_late travel_class trifle standing country_limit own_share "
        "own_cost heads rank role unit company company_country counterparty_group counterparty_country meal profession occasion "
        "season disposition exempt quiet_period interested_party impermissible_giver joint joint_givers separable".split()
    )
    assert set(PREDICATES) == wanted
