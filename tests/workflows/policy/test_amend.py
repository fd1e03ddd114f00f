from datetime import date
from typing import Any

import pytest

from tests.workflows.policy.given import amendment, document, rule
from workflows.policy.amend import broken

OVER_67 = {"per_head": {"over": {"EUR": "67", "DKK": "500"}}}
OPEN = {"amend": "may_tighten", "when": OVER_67}


def sentences(original: dict[str, Any], new: dict[str, Any]) -> list[str]:
    code = document(rule("limit", **original))
    return list(broken((code, amendment(rule("dk-limit", replaces="limit", **new)))))


def test_a_company_may_add_what_it_likes() -> None:
    assert broken((document(rule("limit")), amendment(rule("more"), rule("and-more", outcome="no_declaration")))) == ()


def test_a_fixed_rule_may_not_be_changed() -> None:
    assert sentences({"amend": "fixed"}, {"outcome": "prohibited"}) == [
        "denmark, rule dk-limit, replaces: code of 2026-01-01, clause limit, is fixed; no company may change it."
    ]


def test_a_rule_that_may_be_replaced_may_become_anything() -> None:
    assert sentences({"amend": "may_replace"}, {"outcome": "record"}) == []


def test_an_unknown_rule_is_named_with_the_nearest_known_one() -> None:
    code = document(rule("gift-limit"))
    assert broken((code, amendment(rule("dk", replaces="gift-limits")))) == (
        "denmark, rule dk, replaces: “gift-limits” is not a known rule of the group; did you mean “gift-limit”?",
    )


def test_the_group_replaces_by_a_new_version_only() -> None:
    code = document(rule("a", amend="may_replace"), rule("b", replaces="a"))
    assert broken((code,)) == ("code, rule b, replaces: only a company’s document may replace a rule of the group.",)


@pytest.mark.parametrize(
    "new",
    [
        {"when": {"per_head": {"over": {"EUR": "67", "DKK": "500"}}}},
        {"when": {"per_head": {"over": {"EUR": "60", "DKK": "450"}}}},
        {"when": {"per_head": {"at_least": {"EUR": "67", "DKK": "450"}}}},
        {"when": OVER_67, "outcome": ["manager", "compliance"]},
        {"when": OVER_67, "outcome": "prohibited"},
        {"when": OVER_67, "kinds": ["gift", "travel"]},
        {},
    ],
)
def test_tightening_stands(new: dict[str, Any]) -> None:
    assert sentences(OPEN, new) == []


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ({"when": {"per_head": {"over": {"EUR": "67.01", "DKK": "500"}}}}, "a gift of EUR 67.01 received would only be recorded"),
        ({"when": {"per_head": {"up_to": {"EUR": "60"}}}}, "a gift of EUR 100 received would only be recorded"),
        ({"when": {"per_head": {"over": {"EUR": "60"}, "less_own_share": True}}}, "of which the declarant paid"),
        ({"when": {"value": {"over": {"EUR": "68"}}}}, "would only be recorded; the Code asks for the manager"),
        ({"when": {**OVER_67, "official": True}}, "a gift of EUR 100 received would only be recorded"),
        ({"when": OVER_67, "unless": {"family": True}}, "a gift of EUR 100 received, for a relation would only be recorded"),
        ({"when": OVER_67, "directions": ["given"]}, "a gift of EUR 100 received would only be recorded"),
        ({"when": OVER_67, "kinds": ["travel"]}, "a gift of EUR 100 received would only be recorded"),
        (
            {"when": OVER_67, "outcome": "record"},
            "a gift of EUR 100 received would only be recorded; the Code asks for the manager",
        ),
        (
            {"when": OVER_67, "outcome": "compliance"},
            "a gift of EUR 100 received would go to compliance; the Code asks for the manager",
        ),
    ],
)
def test_loosening_is_refused_with_the_reason(new: dict[str, Any], reason: str) -> None:
    (sentence,) = sentences(OPEN, new)
    assert sentence.startswith("denmark, rule dk-limit: code of 2026-01-01, clause limit, would become looser: ")
    assert reason in sentence


def test_at_least_may_become_over_only_below_it() -> None:
    at_67 = {"amend": "may_tighten", "when": {"per_head": {"at_least": {"EUR": "67"}}}}
    assert sentences(at_67, {"when": {"per_head": {"over": {"EUR": "66.99"}}}}) == []
    assert len(sentences(at_67, {"when": {"per_head": {"over": {"EUR": "67"}}}})) == 1


def test_a_total_may_count_more_kinds_and_not_fewer_nor_a_shorter_window() -> None:
    total = {"months": 12, "over": {"EUR": "300"}, "kinds": ["gift"]}
    original = {"amend": "may_tighten", "when": {"rolling_total": total}}
    wider = {"when": {"rolling_total": {**total, "kinds": ["gift", "travel"], "over": {"EUR": "200"}}}}
    assert sentences(original, wider) == []
    for change in ({"kinds": ["travel"]}, {"months": 6}, {"leave_out": ["promotional"]}):
        assert len(sentences(original, {"when": {"rolling_total": {**total, **change}}})) == 1


def test_counts_and_shares_may_be_lowered() -> None:
    for name, old, lower, higher in (
        ("count", {"months": 12, "over": 3}, {"months": 12, "over": 2}, {"months": 12, "over": 4}),
        ("percent", {"over": "15"}, {"at_least": "15"}, {"over": "15.01"}),
    ):
        original = {"amend": "may_tighten", "when": {name: old}}
        assert sentences(original, {"when": {name: lower}}) == []
        assert len(sentences(original, {"when": {name: higher}})) == 1


def test_words_may_be_added_to_a_list_and_flags_kept() -> None:
    original = {"amend": "may_tighten", "when": {"counterparty_class": ["supplier"], "official": True}}
    assert sentences(original, {"when": {"counterparty_class": ["supplier", "customer"]}}) == []
    assert sentences(original, {"when": {"official": True}}) == []
    assert len(sentences(original, {"when": {"counterparty_class": ["customer"]}})) == 1
    assert len(sentences(original, {"when": {"official": False}})) == 1


def test_a_limit_up_to_something_stands_only_unchanged() -> None:
    original = {"amend": "may_tighten", "when": {"per_head": {"up_to": {"EUR": "67"}}}}
    assert sentences(original, {"when": {"per_head": {"up_to": {"EUR": "67"}}}}) == []
    assert len(sentences(original, {"when": {"per_head": {"up_to": {"EUR": "66"}}}})) == 1


def test_an_exception_may_be_dropped_or_kept() -> None:
    original = {"amend": "may_tighten", "unless": {"family": True}, "directions": ["given"]}
    assert sentences(original, {"directions": ["given", "received"]}) == []
    assert sentences(original, {"unless": {"family": True}, "directions": ["given"]}) == []


def test_a_limit_in_another_currency_only_cannot_be_compared() -> None:
    code = document(rule("limit", amend="may_tighten", when={"per_head": {"over": {"EUR": "67"}}}))
    danish = amendment(rule("dk", replaces="limit", when={"per_head": {"over": {"DKK": "1"}}}), base_currency="DKK")
    assert len(broken((code, danish))) == 1


def test_a_key_belongs_to_one_company_and_a_day_to_one_version() -> None:
    code = document()
    assert broken((code, document(effective_from=date(2026, 6, 1)))) == ()
    assert broken((code, document(rule("a")))) == ("code: two versions take effect on 2026-01-01.",)
    assert broken((code, amendment(key="code", effective_from=date(2026, 6, 1)))) == (
        "code: one key belongs to the group and to company NL-DK.",
    )


def test_a_class_may_be_widened_unless_the_code_makes_an_exception_of_it() -> None:
    code = document(
        rule("officials", when={"official": True}, unless={"form": ["meal"]}),
        rule("private", when={"political": False, "form": ["voucher"]}),
    )
    assert broken((code, amendment(classes={"meal": ["meal"], "official": ["hospital"], "cash_equivalent": ["crypto"]}))) == ()
    assert broken((code, amendment(classes={"meal": ["meal", "dinner"]}))) == (
        "denmark: code of 2026-01-01, clause officials, would become looser: a gift of EUR 100 (dinner) received, with a "
        "public official among those who benefit would only be recorded; the Code asks for the manager.",
    )
    assert len(broken((code, amendment(classes={"political": ["union"]})))) == 1
    assert broken((code, document(effective_from=date(2027, 1, 1), classes={"meal": ["meal", "dinner"]}))) == ()
