"""What is left of a share after what was paid, shares among many, unknown values and days of filing: all are told exactly."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.policy.chance import a_history, a_thing
from tests.workflows.policy.given import NO_RATES, amendment, company, document, rule
from tests.workflows.policy.test_prove_laws import policies
from workflows.policy.assess import assess
from workflows.policy.prove import Refusal, prove
from workflows.policy.prove_witness import lost

NET_OVER_150 = {"per_head": {"over": {"EUR": "150"}, "less_own_share": True}}
HUNDRED = {"EUR": "100"}
NET_TOTAL = {
    "occasion_total": {"at_least": HUNDRED, "leave_out_under": HUNDRED, "less_own_share": True},
    "own_share": {"over": {"EUR": "0"}},
}
SMALL_SHARE = {"per_head": {"up_to": {"EUR": "0"}, "with_tax": True}}
WHOLE = {"rolling_total": {"months": 12, "over": {"EUR": "50"}, "whole": True, "leave_out_up_to": {"EUR": "50"}}}


def refusals(of_code: dict[str, Any], ours: dict[str, Any], **kinds: Any) -> tuple[Refusal, ...]:
    """What the proof says of a rule of the Code that an amendment puts in other words."""
    code = document(rule("limit", amend="may_tighten", **(kinds | of_code)))
    return prove((code, amendment(rule("ours", replaces="limit", **(kinds | ours))))).refusals


@pytest.mark.parametrize(
    ("of_code", "ours"),
    [
        # more than 150 is left, so no less than 150 is left with its tax
        (
            {"when": NET_OVER_150},
            {"when": NET_OVER_150, "unless": {"per_head": {"under": {"EUR": "150"}, "less_own_share": True, "with_tax": True}}},
        ),
        # a share of nothing is one of nothing, however many there are
        ({"when": {**SMALL_SHARE, **WHOLE}}, {"when": {**SMALL_SHARE, **WHOLE, "filed_late": True}}),
        # nobody shares it: that holds for nothing, whatever it is worth
        ({"unless": {"heads": {"at_least": 1}}}, {"unless": {"heads": {"at_least": 1}}, "when": {"value_unknown": True}}),
    ],
)
def test_what_cannot_be_is_no_reason_to_refuse(of_code: dict[str, Any], ours: dict[str, Any]) -> None:
    assert refusals(of_code, ours) == ()


@pytest.mark.parametrize(
    ("of_code", "ours"),
    [
        ({"when": NET_OVER_150}, {"when": {"per_head": {"over": {"EUR": "150.01"}, "less_own_share": True}}}),
        ({"when": NET_OVER_150}, {"when": NET_OVER_150, "unless": {"own_share": {"over": {"EUR": "100"}}}}),
        ({"when": NET_TOTAL}, {"when": NET_TOTAL, "unless": {"own_share": {"over": {"EUR": "10"}}}}),
        # nothing is taken off several parts, not even where all was paid
        ({"when": NET_TOTAL}, {"when": NET_TOTAL, "unless": {"own_cost": True}}),
        ({"when": NET_OVER_150}, {"when": NET_OVER_150, "unless": {"own_cost": True}}),
        ({"when": {"per_head": {"up_to": {"EUR": "0"}, "less_own_share": True}}}, {"when": {"own_cost": True}}),
    ],
)
def test_what_can_be_is_shown(of_code: dict[str, Any], ours: dict[str, Any]) -> None:
    (refusal,) = refusals(of_code, ours, outcome="compliance")
    assert refusal.witness is not None
    assert refusal.witness.lost


def test_how_many_share_a_thing_is_known_even_where_its_value_is_not() -> None:
    unknown, shared = (
        rule("unknown", when={"value_unknown": True}, outcome="record"),
        {"value_unknown": True, "heads": {"over": 2}},
    )
    code = document(unknown, rule("limit", when=shared, amend="may_tighten"))
    mine = amendment(rule("ours", replaces="limit", when=shared | {"heads": {"over": 3}}))
    (refusal,) = prove((code, mine)).refusals
    assert refusal.witness is not None
    assert (refusal.witness.facts.heads, refusal.witness.facts.value) == (3, None)


FILING = st.builds(
    lambda days, quarterly: {"days": days, **({"counted_from": "next_quarter"} if quarterly else {})},
    st.integers(1, 120),
    st.booleans(),
)


@given(FILING, FILING, st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_days_counted_from_the_next_quarter_are_told_from_days_after_the_event(
    of_code: dict[str, Any], of_ours: dict[str, Any], late: bool, ours_late: bool, dice: Any
) -> None:
    code = document(rule("limit", when={"filed_late": late}, outcome="compliance", amend="may_tighten"), filing=of_code)
    ours = amendment(rule("ours", replaces="limit", when={"filed_late": ours_late}, outcome="compliance"), filing=of_ours)
    proof = prove((code, ours))
    assert all(refusal.witness for refusal in proof.refusals)
    if late is not ours_late:
        assert proof.refusals
    for _ in range(20 if proof.holds else 0):
        facts = a_thing(dice)
        items = a_history(dice, facts)
        before, after = (
            assess(facts, items=items, policy=policy, rates=NO_RATES, company=company()) for policy in policies(code, ours)
        )
        assert lost(before, after) == ()
