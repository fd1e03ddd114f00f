"""Shares, parts and trifles of which not all is known yet: nothing is taken to be impossible before it is certain."""

from typing import Any

import pytest

from tests.workflows.policy.given import DAY, amendment, ask, document, gift, item, rule
from workflows.facts import Facts, Item
from workflows.money import Money
from workflows.policy.document import PolicyError
from workflows.policy.in_force import InForce, in_force
from workflows.policy.proof.prove import prove
from workflows.policy.proof.witness import lost

PAID_NOTHING = {"own_share": {"up_to": {"EUR": "0"}}}
A_SHARE = {"own_share": {"at_least": {"EUR": "100"}}}


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def over(amount: str, **more: Any) -> dict[str, Any]:
    return {"over": {"EUR": amount}, **more}


def up_to(amount: str, **more: Any) -> dict[str, Any]:
    return {"up_to": {"EUR": amount}, **more}


def year(comparison: dict[str, Any]) -> dict[str, Any]:
    return {"rolling_total": {"months": 12, **comparison}}


FIVE_OF_150 = gift("150", heads=5)
NOT_PAID = gift("100", heads=10, own_share=Money(0, "EUR"))
IN_PARTS = gift("120", heads=3, own_share=eur("100"), parts=(eur("40"),) * 3)
OF_MANY = item(1, "100", own_share=eur("100"), heads=2)
PAID_PAST_ITS_TAX = item(1, "100", tax=eur("50"), own_share=eur("140"), heads=2)
A_TRIFLE_AND_ITS_TAX = item(1, "99.99", tax=eur("99"))
ALL_OF_IT = {"occasion_total": over("199", whole=True), **year(up_to("100")), "value": up_to("0")}
WITH_TAX = {"occasion_total": over("149", with_tax=True), **year(up_to("100")), "value": up_to("0")}
HUNDRED = {"EUR": "100"}
LARGE_ONES = {"occasion_total": over("250", leave_out_under=HUNDRED, with_tax=True), "per_head": up_to("100", with_tax=True)}
LARGE_ONES |= {"value": {"at_least": HUNDRED}, "heads": {"up_to": 1}}


@pytest.mark.parametrize(
    ("when", "pieces", "facts", "items"),
    [
        # five share it, no more and no less: a share is a fifth
        (
            {"value": over("100")},
            [{"heads": over_5} for over_5 in ({"over": 5}, {"under": 5})] + [{"per_head": over("30")}],
            FIVE_OF_150,
            (),
        ),
        # who paid nothing may have shared much
        ({**PAID_NOTHING, "value": over("50")}, [{"per_head": over("20")}], NOT_PAID, ()),
        # what was paid is paid of all parts, however many share them
        (A_SHARE, [{"value": over("40")}, {"occasion_total": over("50")}], IN_PARTS, ()),
        (A_SHARE, [{"value": over("40")}, {"per_head": over("30")}, {"occasion_total": over("120", whole=True)}], IN_PARTS, ()),
        # what was paid is taken off every share of a whole, and off a share with its tax further than off one without
        (ALL_OF_IT, [{"calendar_total": over("50", whole=True, less_own_share=True)}], gift("0"), (OF_MANY,)),
        (WITH_TAX, [{"calendar_total": over("40", with_tax=True, less_own_share=True)}], gift("0"), (PAID_PAST_ITS_TAX,)),
        # what is no trifle with its tax may be one without
        (LARGE_ONES, [year(over("110", leave_out_under=HUNDRED))], gift("100"), (A_TRIFLE_AND_ITS_TAX,)),
    ],
)
def test_what_lies_between_the_pieces_is_found(
    when: dict[str, Any], pieces: list[dict[str, Any]], facts: Facts, items: tuple[Item, ...]
) -> None:
    code = document(rule("limit", when=when, outcome="compliance", amend="may_tighten"))
    ours = [rule(f"r{number}", when=when | piece, replaces="limit", outcome="compliance") for number, piece in enumerate(pieces)]
    mine = amendment(*ours)
    before, after = (ask(facts, policy, *items) for policy in (InForce((code,)), in_force((code, mine), "NL-DK", (), DAY)))
    assert lost(before, after)
    (refusal,) = prove((code, mine)).refusals
    assert refusal.witness is not None


def test_nobody_must_file_before_the_day_itself() -> None:
    document(filing={"days": 30, "gift": 0})
    with pytest.raises(PolicyError, match=r"code\.toml, filing\.gift: it must be at least 0"):
        document(filing={"days": 30, "gift": -1})
