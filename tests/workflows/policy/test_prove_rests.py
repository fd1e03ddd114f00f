"""What is left of a share after what was paid, shares among many, unknown values and days of filing: all are told exactly."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.workflows.policy.given import amendment, document, rule
from workflows.policy.proof.prove import Refusal, prove

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


def last_day(filing: dict[str, Any], event: date) -> date:
    """The last day for filing, counted here once more in another way."""
    day = event
    while "counted_from" in filing and (day.month - 1) // 3 == (event.month - 1) // 3:
        day += timedelta(days=1)
    return day + timedelta(days=filing["days"] - ("counted_from" in filing))


@given(FILING, FILING, st.booleans(), st.booleans())
@example({"days": 25}, {"days": 1, "counted_from": "next_quarter"}, False, False)
@example({"days": 91, "counted_from": "next_quarter"}, {"days": 120}, False, False)
@example({"days": 28, "counted_from": "next_quarter"}, {"days": 120}, False, False)
def test_an_earlier_last_day_for_filing_is_looser_for_what_must_be_in_time_and_only_then(
    of_code: dict[str, Any], of_ours: dict[str, Any], late: bool, ours_late: bool
) -> None:
    code = document(rule("limit", when={"filed_late": late}, outcome="compliance", amend="may_tighten"), filing=of_code)
    ours = amendment(rule("ours", replaces="limit", when={"filed_late": ours_late}, outcome="compliance"), filing=of_ours)
    proof = prove((code, ours))
    days = (date(2026, 1, 1) + timedelta(days=number) for number in range(4 * 366))
    earlier = any(last_day(of_ours, day) < last_day(of_code, day) for day in days)
    assert proof.holds is (late is ours_late and (late or not earlier))
    assert all(refusal.witness for refusal in proof.refusals)
