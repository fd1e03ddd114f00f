"""Amendments of the default pack that are nowhere looser than its Code, however they put it."""

from tests.workflows.policy.amending import REMOVED, instead, meal, more, occasion, ours, refreshments, rolling, trifle
from workflows.policy.document import Document

GIFT, ENT, BEFORE = ["gift"], ["entertainment"], {"beforehand": True}

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
