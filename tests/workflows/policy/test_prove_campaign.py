"""Amendments that loosen somewhere are all caught, each by a thing that shows it; those that tighten all pass."""

from typing import Any

import pytest

from tests.workflows.policy.amending import CODE, REMOVED, instead, more, ours
from workflows.policy.assess import assess
from workflows.policy.document import Document, InForce, in_force
from workflows.policy.prove import prove
from workflows.policy.prove_witness import lost

GIFT, ENT = ["gift"], ["entertainment"]


def occasion(dkk: str, operator: str = "over", **more: Any) -> dict[str, Any]:
    return {"occasion_total": {operator: {"DKK": dkk}, **more}}


def rolling(dkk: str, months: int = 12, **more: Any) -> dict[str, Any]:
    total = {"months": months, "leave_out": ["personal_relation"], "over": {"DKK": dkk}, "kinds": ["gift", "entertainment"]}
    return {"rolling_total": total | more}


def meal(dkk: str, operator: str = "over", **more: Any) -> dict[str, Any]:
    return {"form": ["meal"], "per_head": {operator: {"DKK": dkk}, **more}}


def trifle(dkk: str, **more: str) -> dict[str, Any]:
    return {"trifle": {"up_to": {"DKK": dkk, **more}}}


def refreshments(dkk: str, **more: Any) -> dict[str, Any]:
    return {"official": True, "form": ["refreshments"], "per_head": {"over": {"DKK": dkk}}, **more}


BEFORE = {"beforehand": True}

LOOSER: dict[str, Document] = {
    # limits
    "a gift limit one øre higher": ours(instead("gift-manager", when=occasion("500.01"))),
    "at least above the limit": ours(instead("gift-manager", when=occasion("500.02", "at_least"))),
    "the second gift limit higher": ours(instead("gift-compliance", when=occasion("1121"))),
    "a meal limit higher": ours(instead("meal-manager", when=meal("561"))),
    "a meal at least the limit and one øre": ours(instead("meal-manager", when=meal("560.01", "at_least"))),
    "entertainment limit higher": ours(instead("entertainment-compliance", when={"per_head": {"over": {"DKK": "1866"}}})),
    "refreshments limit higher": ours(instead("official-refreshments", when=refreshments("151"))),
    "total limit higher": ours(instead("giver-total", when=rolling("2241"))),
    "trifles up to more": ours(instead("trifle", when=trifle("150.01"))),
    "late trifles up to more": ours(instead("filed-late", unless=trifle("151"))),
    "bidder's trifles up to more": ours(instead("bidder", unless=trifle("160"))),
    # currencies
    "in kroner far too high": ours(instead("gift-manager", when={"occasion_total": {"over": {"SEK": "751"}}}), currency="SEK"),
    "in euro, where kroner are asked": ours(
        instead("gift-manager", when={"occasion_total": {"over": {"DKK": "501", "EUR": "1"}}})
    ),
    # operators
    "up to instead of over": ours(instead("gift-manager", when=occasion("500", "up_to"))),
    "under instead of over": ours(instead("meal-manager", when=meal("400", "under"))),
    # measures
    "each head's share instead of the occasion": ours(instead("gift-manager", when={"per_head": {"over": {"DKK": "500"}}})),
    "the value of one thing instead of the occasion": ours(instead("gift-manager", when={"value": {"over": {"DKK": "400"}}})),
    "less what was paid": ours(instead("meal-manager", when=meal("560", less_own_share=True))),
    "less what was paid, by the occasion": ours(instead("gift-manager", when=occasion("500", less_own_share=True))),
    "among joint givers": ours(instead("gift-manager", when=occasion("400", per_giver=True))),
    "small things of an occasion left out": ours(instead("gift-manager", when=occasion("500", leave_out_up_to={"DKK": "50"}))),
    "things under an amount left out": ours(instead("gift-manager", when=occasion("500", leave_out_under={"DKK": "50"}))),
    "promotional things left out": ours(instead("gift-manager", when=occasion("500", leave_out=["promotional"]))),
    "only what is called one occasion": ours(instead("gift-manager", when=occasion("500", stated=True))),
    "only some forms": ours(instead("gift-manager", when=occasion("500", forms=["wine"]))),
    "by the event": ours(instead("gift-manager", when=occasion("500", per="event"))),
    # windows
    "six months instead of twelve": ours(instead("giver-total", when=rolling("2240", 6))),
    "eleven months and a lower limit": ours(instead("giver-total", when=rolling("1000", 11))),
    "the calendar year instead of twelve months": ours(
        instead("giver-total", when={"calendar_total": {"over": {"DKK": "2240"}, "leave_out": ["personal_relation"]}})
    ),
    "a fiscal year instead of twelve months": ours(
        instead("giver-total", when={"calendar_total": {"over": {"DKK": "500"}, "first_month": 7}})
    ),
    "the occasion instead of twelve months": ours(instead("giver-total", when=occasion("2240"))),
    "a quarter": ours(instead("giver-total", when={"calendar_total": {"over": {"DKK": "100"}, "period": "quarter"}})),
    "a count instead of a total": ours(instead("giver-total", when={"count": {"months": 12, "at_least": 2}})),
    # what a total counts
    "only gifts add up": ours(instead("giver-total", when=rolling("2240", kinds=["gift"]))),
    "another tag left out": ours(instead("giver-total", when=rolling("2240", leave_out=["personal_relation", "promotional"]))),
    "small things left out of the total": ours(instead("giver-total", when=rolling("2240", leave_out_up_to={"DKK": "100"}))),
    "by the outside person": ours(instead("giver-total", when=rolling("2240", per="person"))),
    "by the household": ours(instead("giver-total", when=rolling("2240", per="household"))),
    # kinds and directions
    "gifts no longer": ours(instead("entertainment-compliance", kinds=["travel"])),
    "entertainment out of the total's rule": ours(instead("giver-total", kinds=GIFT, when=rolling("2240"))),
    "only received": ours(instead("gift-manager", directions=["received"])),
    "given instead of received": ours(instead("solicited", directions=["given"])),
    "donations no longer late": ours(instead("filed-late", kinds=["gift", "entertainment", "travel"])),
    "donations by bidders no longer": ours(instead("bidder", kinds=["gift", "entertainment", "travel"])),
    "the kind asked as a condition": ours(
        instead("bidder", when={"counterparty_class": ["bidder"], "kind": ["gift", "entertainment", "donation"]})
    ),
    # further conditions
    "only where a companion came": ours(instead("event-manager", when={"form": ["event"], "companion": True})),
    "only in Denmark": ours(instead("event-manager", when={"form": ["event"], "country": ["DK"]})),
    "only in first class": ours(instead("travel-manager", when={"travel_class": ["first"]}, outcome="compliance")),
    "only from five percent": ours(
        instead("interest-trade", when={"interest_in": ["competitor", "supplier"], "percent": {"at_least": "5"}})
    ),
    "only in December": ours(instead("gift-manager", when={**occasion("500"), "season": {"first": "12-01", "last": "12-31"}})),
    "only to those of the unit": ours(instead("solicited", when={"solicited": True, "unit": ["sales"]})),
    "only what is handed over": ours(instead("event-manager", when={"form": ["event"], "disposition": ["kept"]})),
    "only in the company's country": ours(instead("event-manager", when={"form": ["event"], "company_country": ["DK"]})),
    "only during a tender": ours(
        instead("bidder", when={"counterparty_class": ["bidder"], "quiet_period": True}, unless=REMOVED)
    ),
    # exceptions
    "an exception for relations": ours(instead("gift-manager", unless={"family": True})),
    "an exception for personal gifts": ours(instead("gift-manager", unless={"exempt": ["personal_relation"]})),
    "an exception for what was paid": ours(instead("meal-manager", unless={"own_share": {"over": {"DKK": "100"}}})),
    "an exception for what cost nothing": ours(instead("travel-manager", unless={"own_cost": True})),
    "an exception for charities": ours(instead("close-relation", unless={"counterparty_class": ["charity"]})),
    "an exception for what lies ahead": ours(instead("event-manager", unless={"in_future": True})),
    "an exception by rank": ours(
        instead("event-manager", unless={"rank": {"at_least": "director"}}), ranks=["staff", "director"]
    ),
    "an exception among many": ours(instead("meal-manager", unless={"heads": {"over": 20}})),
    "an exception for joint gifts": ours(instead("gift-manager", unless={"joint": True})),
    "an exception for joint givers": ours(instead("gift-manager", unless={"joint_givers": True})),
    "an exception for one profession": ours(instead("meal-manager", unless={"profession": ["doctor"]})),
    "an exception for business meals": ours(instead("meal-manager", unless={"meal": ["business"]})),
    # words and classes
    "fewer classes of counterparty": ours(instead("interest-trade", when={"interest_in": ["competitor"]})),
    "fewer forms": ours(instead("meal-manager", when={"form": ["refreshments"], "per_head": {"over": {"DKK": "560"}}})),
    "officials among others not": ours(
        instead("official-refreshments", when=refreshments("150", counterparty_class=["public_official"]))
    ),
    "more refreshments": ours(classes={"refreshments": ["refreshments", "wine"]}),
    # outcomes
    "recorded instead of the manager": ours(instead("event-manager", outcome="record")),
    "manager instead of compliance": ours(instead("bidder", outcome="manager")),
    "compliance instead of the manager": ours(
        instead("travel-manager", outcome="executive"), instead("event-manager", outcome="compliance")
    ),
    "an executive instead of the manager": ours(instead("interest", outcome="executive")),
    "no declaration instead of a record": ours(instead("filed-late", outcome="no_declaration")),
    "nothing to declare": ours(instead("gift-manager", outcome="no_declaration")),
    # attributes
    "no reason when late": ours(instead("filed-late", attributes=REMOVED)),
    "not beforehand": ours(instead("official-refreshments", attributes=REMOVED)),
    "notice instead of leave": ours(instead("official-refreshments", attributes={"notify_before": True})),
    # otherwise, and what is sent back
    "travel recorded past what holds otherwise": ours(
        instead("travel-manager", when={"country": ["DK"]}), instead("filed-late", kinds=["travel"], when={"filed_late": False})
    ),
    "split by kind, so that trifles of other kinds no longer add up": ours(
        *(instead("bidder", id=f"b-{kind}", kinds=[kind]) for kind in ("gift", "entertainment", "travel", "donation"))
    ),
    "split with a gap": ours(
        instead("gift-manager", when={**occasion("500"), "official": True}),
        instead("gift-manager", id="b", when={**occasion("500"), "official": False, "family": False}),
    ),
    "split with a gap of one øre": ours(
        instead(
            "meal-manager", when={"form": ["meal"], "per_head": {"over": {"DKK": "560"}}, "value": {"up_to": {"DKK": "5000"}}}
        ),
        instead("meal-manager", id="b", when={"form": ["meal"], "value": {"over": {"DKK": "5000.01"}}}),
    ),
    "two rules that each rest on the other": ours(
        instead("gift-manager", outcome="record"), instead("gift-compliance", outcome="record")
    ),
}

TIGHTER: dict[str, Document] = {
    # nothing, or the same again
    "nothing": ours(),
    "the same gift rule": ours(instead("gift-manager")),
    "the same total": ours(instead("giver-total")),
    "the same exceptions": ours(instead("bidder")),
    "the same everywhere": ours(
        *(
            instead(name)
            for name in "trifle filed-late value-unknown gift-manager gift-compliance giver-total meal-manager event-manager "
            "entertainment-compliance travel-manager official-refreshments bidder close-relation solicited interest "
            "interest-trade conflict".split()
        )
    ),
    # limits
    "a gift limit one øre lower": ours(instead("gift-manager", when=occasion("499.99"))),
    "at least the limit": ours(instead("gift-manager", when=occasion("500", "at_least"))),
    "a meal limit of nothing": ours(instead("meal-manager", when=meal("0"))),
    "entertainment limit lower": ours(instead("entertainment-compliance", when={"per_head": {"over": {"DKK": "1000"}}})),
    "refreshments limit lower": ours(instead("official-refreshments", when=refreshments("75"))),
    "total limit lower": ours(instead("giver-total", when=rolling("1500"))),
    "fewer trifles": ours(instead("trifle", when=trifle("100"))),
    "no trifles": ours(instead("trifle", outcome="record")),
    "fewer late trifles": ours(instead("filed-late", unless=trifle("149.99"))),
    "fewer of a bidder's trifles": ours(instead("bidder", unless=trifle("0"))),
    "in euro": ours(instead("gift-manager", when={"occasion_total": {"over": {"EUR": "60"}}}), currency="EUR"),
    "in yen": ours(instead("gift-manager", when={"occasion_total": {"at_least": {"JPY": "10000"}}}), currency="JPY"),
    "in two currencies": ours(instead("gift-manager", when={"occasion_total": {"over": {"DKK": "450", "EUR": "9999"}}})),
    # measures
    "whole instead of share": ours(instead("meal-manager", when={"form": ["meal"], "value": {"over": {"DKK": "560"}}})),
    "the occasion instead of one meal": ours(instead("meal-manager", when={"form": ["meal"], **occasion("560")})),
    "the occasion instead of one thing, both ways": ours(instead("gift-manager", when=occasion("500", both_directions=True))),
    "gifts and meals of an occasion": ours(instead("gift-manager", when=occasion("500", kinds=["gift", "entertainment"]))),
    "with tax": ours(instead("gift-manager", when=occasion("500", with_tax=True))),
    "with tax and delivery": ours(instead("meal-manager", when=meal("560", with_tax=True, with_delivery=True))),
    "whole things of an occasion": ours(instead("gift-manager", when=occasion("500", whole=True))),
    "less what was paid, above nothing paid": ours(
        instead("meal-manager", when=meal("560", less_own_share=True)),
        instead("meal-manager", id="b", when={"form": ["meal"], "own_share": {"over": {"DKK": "0"}}}),
    ),
    # windows
    "thirteen months": ours(instead("giver-total", when=rolling("2240", 13))),
    "two years": ours(instead("giver-total", when=rolling("2240", 24))),
    "all colleagues count, as they always did": ours(instead("giver-total", when=rolling("2240", per="declarant"))),
    "a twelve months' total instead of the occasion": ours(
        instead("gift-manager", when={"rolling_total": {"months": 12, "over": {"DKK": "500"}}})
    ),
    "the year's total instead of the occasion": ours(instead("gift-manager", when={"calendar_total": {"over": {"DKK": "500"}}})),
    "a fiscal year's total instead of the occasion": ours(
        instead("gift-manager", when={"calendar_total": {"over": {"DKK": "500"}, "first_month": 7}})
    ),
    # what a total counts
    "nothing left out of the total": ours(instead("giver-total", when=rolling("2240", leave_out=[]))),
    "travel adds up too": ours(instead("giver-total", when=rolling("2240", kinds=["gift", "entertainment", "travel"]))),
    "both ways add up": ours(instead("giver-total", when=rolling("2240", both_directions=True))),
    "less left out than is counted": ours(
        instead("trifle", when={"trifle": {"up_to": {"DKK": "150"}, "kinds": ["gift", "entertainment", "travel"]}})
    ),
    # kinds and directions
    "travel too": ours(instead("event-manager", kinds=["gift", "entertainment", "travel"])),
    "both ways": ours(instead("giver-total", directions=["received", "given"], when=rolling("2240"))),
    "any way": ours(instead("solicited", directions=REMOVED)),
    "asked as a condition": ours(instead("solicited", directions=REMOVED, when={"solicited": True, "direction": ["received"]})),
    # conditions and exceptions
    "every meal": ours(instead("meal-manager", when={"form": ["meal"]})),
    "every entertainment": ours(instead("meal-manager", when={})),
    "no exception": ours(instead("bidder", unless=REMOVED)),
    "a narrower exception": ours(instead("bidder", unless=trifle("100"))),
    "split by officials": ours(
        instead("gift-manager", when={**occasion("500"), "official": True}),
        instead("gift-manager", id="b", when={**occasion("500"), "official": False}),
    ),
    "split by direction": ours(
        instead("gift-manager", directions=["given"]), instead("gift-manager", id="b", directions=["received"])
    ),
    "split by value": ours(
        instead(
            "meal-manager", when={"form": ["meal"], "per_head": {"over": {"DKK": "560"}}, "value": {"up_to": {"DKK": "5000"}}}
        ),
        instead("meal-manager", id="b", when={"form": ["meal"], "value": {"over": {"DKK": "5000"}}}),
    ),
    "split by season": ours(
        instead("gift-manager", when={**occasion("300"), "season": {"first": "12-01", "last": "12-31"}}),
        instead("gift-manager", id="b", when={**occasion("500"), "season": {"first": "01-01", "last": "11-30"}}),
    ),
    "split by rank": ours(
        instead("event-manager", when={"form": ["event"], "rank": {"under": "director"}}),
        instead(
            "event-manager", id="b", when={"form": ["event"], "rank": {"at_least": "director"}}, outcome=["manager", "executive"]
        ),
        ranks=["staff", "director"],
    ),
    "split by kind": ours(
        *(instead("close-relation", id=f"b-{kind}", kinds=[kind]) for kind in ("gift", "entertainment", "travel", "donation"))
    ),
    "split by country": ours(
        instead("event-manager", when={"form": ["event"], "country": ["DK", "SE"]}),
        instead(
            "event-manager", id="b", when={"form": ["event"]}, unless={"country": ["SE", "DK"]}, outcome=["manager", "compliance"]
        ),
    ),
    "a limit of each country": ours(
        instead("meal-manager", when={"form": ["meal"], "country_limit": {"over": {"DK": {"DKK": "400"}, "SE": {"DKK": "300"}}}}),
        instead("meal-manager", id="b", when=meal("560"), unless={"country": ["DK", "SE"]}),
    ),
    "the second limit rests on the first": ours(
        instead("gift-manager", when={**occasion("500")}, unless={"occasion_total": {"over": {"DKK": "1120"}}})
    ),
    "the first limit left to a stricter second": ours(
        instead("gift-manager", when=occasion("100000")), instead("gift-compliance", when=occasion("400"))
    ),
    "what is not known goes to compliance anyway": ours(instead("solicited", when={"solicited": True, "value_unknown": False})),
    "what is excepted goes to the manager otherwise": ours(
        instead("conflict", unless={"concerns_manager": True, "wants_advice": True})
    ),
    "the manager is asked by the other rule": ours(instead("gift-compliance", outcome="compliance")),
    # words and classes
    "more classes of counterparty": ours(instead("interest-trade", when={"interest_in": ["competitor", "supplier", "customer"]})),
    "every interest": ours(instead("interest-trade", when={})),
    "more forms": ours(instead("event-manager", when={"form": ["event", "meal"]})),
    "more officials": ours(classes={"official": ["hospital"]}),
    "more cash": ours(classes={"cash_equivalent": ["crypto"]}),
    "fewer refreshments cannot be": ours(classes={"refreshments": ["refreshments"]}),
    "more events and more officials": ours(classes={"event": ["concert"], "official": ["hospital", "school"]}),
    # outcomes and attributes
    "the manager and compliance": ours(instead("gift-manager", outcome=["manager", "compliance"])),
    "an executive too": ours(instead("bidder", outcome=["compliance", "executive"])),
    "prohibited": ours(instead("gift-compliance", outcome="prohibited")),
    "prohibited what was asked for": ours(instead("solicited", outcome="prohibited"), instead("bidder", outcome="prohibited")),
    "sent back": ours(instead("value-unknown", outcome="invalid")),
    "beforehand too": ours(instead("travel-manager", attributes=BEFORE)),
    "a reason and leave beforehand": ours(instead("filed-late", attributes={"reason_required": True, "notify_before": True})),
    # more rules and settings, always allowed
    "more rules": ours(
        more("a", kinds=GIFT), more("b", kinds=ENT, outcome="no_declaration"), more("c", kinds=["travel"], outcome="prohibited")
    ),
    "an earlier filing": ours(filing={"days": 7}),
    "an earlier filing of one kind": ours(filing={"days": 400, "gift": 3}),
    "filing by the next quarter": ours(filing={"days": 5, "counted_from": "next_quarter"}),
    "a younger rate": ours(rate_max_age=10),
    "an older rate": ours(rate_max_age=366),
    "sooner reminders": ours(deadlines={"manager": {"remind_after": 1, "escalate_after": 2}}),
    "what was not kept, said again": ours(
        not_kept={"clause": "1", "heading": {"en": "a", "da": "a", "ja": "a"}, "sentence": {"en": "a", "da": "a", "ja": "a"}}
    ),
    "what holds otherwise, said again": ours(
        otherwise={
            "clause": "1",
            "heading": {"en": "a", "da": "a", "ja": "a"},
            "sentence": {"en": "a", "da": "a", "ja": "a"},
            "gift": "no_declaration",
        }
    ),
}


def policies(amendment: Document) -> tuple[InForce, InForce]:
    both = in_force((CODE, amendment), "NL-XX", (), CODE.effective_from)
    return InForce((CODE,)), both


@pytest.mark.parametrize("name", LOOSER)
def test_what_loosens_somewhere_is_refused_by_a_thing_that_shows_it(name: str) -> None:
    proof = prove((CODE, LOOSER[name]))
    assert proof.refusals
    for refusal in proof.refusals:
        shown = refusal.witness
        assert shown is not None
        code, amended = (
            assess(shown.facts, items=shown.items, policy=policy, rates=shown.rates, company=shown.company)
            for policy in policies(LOOSER[name])
        )
        assert lost(code, amended)


@pytest.mark.parametrize("name", TIGHTER)
def test_what_tightens_passes(name: str) -> None:
    assert prove((CODE, TIGHTER[name])).refusals == ()


def test_the_campaign_is_large() -> None:
    assert min(len(LOOSER), len(TIGHTER)) >= 50
