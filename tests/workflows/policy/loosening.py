"""Amendments of the default pack that are looser than its Code somewhere, each in one way."""

from tests.workflows.policy.amending import REMOVED, instead, meal, occasion, ours, refreshments, rolling, trifle
from workflows.policy.document import Document

GIFT = ["gift"]

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
