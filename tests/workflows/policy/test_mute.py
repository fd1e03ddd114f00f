"""No rule is published that could never hold: every word of the language is asked in some form, looked up, or known."""

from pathlib import Path
from typing import Any

import pytest

from tests.workflows.policy.given import KINDS, document, rule
from workflows.policies import default_texts
from workflows.policy.check import check
from workflows.policy.document import load
from workflows.policy.mute import mute
from workflows.policy.predicates import PREDICATES
from workflows.policy.reads import KNOWN, LOOKS_AT
from workflows.policy.rules import Attributes

MONEY = {"over": {"EUR": "50"}}
SETTINGS: dict[str, Any] = {
    **dict.fromkeys(("value", "per_head", "own_share", "occasion_total", "calendar_total"), MONEY),
    "rolling_total": MONEY | {"months": 12},
    "trifle": {"up_to": {"EUR": "5"}},
    "count": {"over": 3},
    "heads": {"over": 3},
    "percent": {"over": "5"},
    "country_limit": {"over": {"DK": {"DKK": "400"}}},
    "rank": {"over": "clerk"},
    "season": {"first": "12-01", "last": "12-31"},
    "disposition": "shared",
    "kind": "gift",
    "direction": "given",
    "form": "meal",
    **dict.fromkeys(("counterparty_class", "interest_in"), "supplier"),
    **dict.fromkeys(
        (
            "country travel_class role unit company company_country counterparty_group counterparty_country meal profession occasion "
            "exempt"
        ).split(),
        "a_word",
    ),
}


def of(when: dict[str, Any], *kinds: str, **more: Any) -> list[str]:
    """What is said of a rule about these kinds."""
    return mute(document(rule("one", kinds=list(kinds), when=when, **more), ranks=["clerk"]))


@pytest.mark.parametrize("name", PREDICATES)
def test_every_word_of_the_language_is_asked_looked_up_or_known(name: str) -> None:
    assert (name in LOOKS_AT) != (name in KNOWN)
    assert of({name: SETTINGS.get(name, True)}, *KINDS) == []


@pytest.mark.parametrize("per", ["counterparty", "declarant", "person", "event", "household"])
def test_totals_of_every_key_can_add_up(per: str) -> None:
    more = {"with_tax": True, "with_delivery": True, "per_giver": True, "stated": True, "per": per}
    assert of({"occasion_total": MONEY | more}, "gift") == []


def test_every_attribute_can_come_true() -> None:
    told = {"public_from": 5, "if_unapproved": "decline", "on_behalf_of": "organisation"}
    every = {name: told.get(name, True) for name in Attributes.model_fields}
    assert of({"value": MONEY}, "gift", attributes=every) == []


@pytest.mark.parametrize("path", sorted(Path("workflows/policies").rglob("*.toml")), ids=lambda path: path.stem)
def test_no_rule_of_the_pack_or_of_a_published_policy_is_in_vain(path: Path) -> None:
    assert mute(load(path.read_text(encoding="utf-8"), path.name), host_absent_is_gift=True) == []


@pytest.mark.parametrize(
    ("kind", "when"),
    [
        ("gift", {"percent": {"over": "5"}}),
        ("interest", {"meal": "dinner"}),
        ("conflict", {"value": MONEY}),
        ("travel", {"form": "meal"}),
        ("travel", {"heads": {"over": 1}}),
        ("gift", {"company_donation": True}),
        ("gift", {"interest_in": "supplier"}),
        ("gift", {"standing": True}),
        ("donation", {"disposition": "returned"}),
        ("entertainment", {"disposition": ["surrendered", "shared"]}),
        ("donation", {"calendar_total": MONEY | {"per": "household"}}),
        ("interest", {"calendar_total": MONEY | {"per": "person"}}),
    ],
)
def test_a_rule_nobody_can_meet_is_named_with_what_it_reads_in_vain(kind: str, when: dict[str, Any]) -> None:
    (word,) = when
    (sentence,) = of(when, kind)
    assert sentence.startswith(f"code, rule one, when.{word}: ")


def test_it_is_enough_that_one_kind_can_say_so_or_that_nothing_has_to_be_said() -> None:
    assert of({"percent": {"over": "5"}}, "gift", "interest") == []
    assert of({"joint": False}, "interest") == []
    assert of({"heads": {"up_to": 4}}, "travel") == []
    assert of({"value": MONEY}, "conflict", "interest") == []
    assert of({"percent": {"over": "5"}, "meal": "dinner"}, "entertainment", "interest") != []


def test_the_way_it_goes_counts_too() -> None:
    assert of({"disposition": "surrendered"}, "gift", directions=["received"]) == []
    assert of({"disposition": "surrendered"}, "gift", directions=["given"]) != []
    (sentence,) = of({}, "interest", "donation", directions=["received"])
    assert sentence.startswith("code, rule one, directions: ")


def test_a_rule_about_gifts_may_hold_for_entertainment_without_its_host() -> None:
    about = rule("one", when={"companion": True})
    assert mute(document(about)) != []
    assert mute(document(about), host_absent_is_gift=True) == []
    assert mute(document(about, host_absent_is_gift=True)) == []


def test_a_text_with_such_a_rule_is_refused() -> None:
    text = default_texts()["denmark.toml"].replace('when.travel_class = ["business", "first"]', 'when.percent.over = "5"')
    (sentence,) = check(text, "denmark.toml", [load(text, name) for name, text in default_texts().items()])
    assert sentence.startswith("denmark.toml: denmark, rule dk-travel-class, when.percent: nothing that can be declared")
