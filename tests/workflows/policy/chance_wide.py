"""Codes and amendments of every word of the language, and things and histories on, just under and just over their limits."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.workflows.policy.chance import CLASSES, FLAGS, OUTCOMES, some
from tests.workflows.policy.given import FIRM, KINDS, amendment, document, gift, item, rule, said
from workflows.case import Company
from workflows.facts import Facts, Item
from workflows.money import Money, Rate, Rates
from workflows.policy.assess import quotes_needed
from workflows.policy.document import Document
from workflows.policy.in_force import InForce
from workflows.policy.rules import PREDICATES
from workflows.words import Direction, Disposition, Kind

RANKS = ["clerk", "director", "minister"]
WORDS: Mapping[str, list[str]] = {
    "counterparty_class": ["supplier", "customer", "bidder"],
    "interest_in": ["supplier", "customer"],
    "form": ["meal", "wine", "cash_equivalent"],
    "country": ["DK", "DE"],
    "travel_class": ["first", "business"],
    "role": ["buyer", "seller"],
    "unit": ["sales", "legal"],
    "company_country": ["DK", "DE"],
    "counterparty_group": ["acme", "umbrella"],
    "counterparty_country": ["DK", "US"],
    "meal": ["lunch", "dinner"],
    "profession": ["doctor", "nurse"],
    "occasion": ["wedding", "visit"],
    "exempt": ["promo", "friend", "sample"],
    "disposition": ["kept", "surrendered", "undecided"],
    "kind": KINDS,
    "direction": ["received", "given"],
    "company": ["NL-DK"],
}
MONEY = ["value", "per_head", "own_share", "country_limit"]
TOTALS = ["occasion_total", "rolling_total", "calendar_total", "trifle", "count"]
YES_OR_NO = sorted(
    {*FLAGS, "political", "antisocial", "company_donation", "close_relation", "companion", "standing", "concerns_manager"}
    | {"wants_advice", "interested_party", "separable"}
)
NUMBERS = ["heads", "percent", "rank", "season"]
TAGS = ["promo", "friend", "sample"]
assert {*WORDS, *MONEY, *TOTALS, *YES_OR_NO, *NUMBERS} == {*PREDICATES}


def _operator(dice: Random) -> str:
    return dice.choice(["over", "over", "at_least", "up_to", "under"])


def _table(dice: Random, limits: tuple[int, ...] = (0, 50, 100, 150)) -> dict[str, str]:
    limit = dice.choice(limits)
    return {"EUR": str(limit), **some(dice, 0.15, DKK=str(limit * 7))}


def _measured(dice: Random) -> dict[str, Any]:
    flags = {"less_own_share": 0.25, "with_tax": 0.2, "with_delivery": 0.1, "per_giver": 0.1}
    return {name: True for name, likely in flags.items() if dice.random() < likely}


def _together(dice: Random) -> dict[str, Any]:
    return {
        **some(dice, 0.3, leave_out=dice.sample([*TAGS, "wine", "surrendered"], dice.choice([1, 1, 2]))),
        **some(dice, 0.2, both_directions=True),
        **some(dice, 0.2, per=dice.choice(["declarant", "event", "household", "person"])),
        **some(dice, 0.15, forms=dice.choice([["meal"], ["wine", "cash_equivalent"]])),
        **some(dice, 0.3, kinds=dice.choice([["gift", "entertainment"], ["travel"], ["gift"]])),
    }


def _total(dice: Random, name: str) -> dict[str, Any]:
    if name == "count":
        window = dice.choice([{"months": 1}, {"months": 12}, {}, {"first_month": 4}])
        return {_operator(dice): dice.choice([1, 2, 4]), **_together(dice), **window}
    settings = {**_measured(dice), **_together(dice), **some(dice, 0.2, whole=True), **some(dice, 0.1, stated=True)}
    settings |= dice.choice([{}, {}, {"leave_out_up_to": _table(dice)}, {"leave_out_under": _table(dice)}])
    if name == "rolling_total":
        settings["months"] = dice.choice([1, 3, 12])
    if name == "calendar_total":
        settings |= {**some(dice, 0.5, first_month=dice.choice([2, 7])), **some(dice, 0.3, period="quarter")}
    return {**settings, "up_to" if name == "trifle" else _operator(dice): _table(dice)}


def _settings(dice: Random, name: str) -> Any:
    if name in TOTALS:
        return _total(dice, name)
    if name in WORDS:
        return dice.sample(WORDS[name], dice.randint(1, min(2, len(WORDS[name]))))
    match name:
        case "country_limit":
            return {_operator(dice): {"DK": {"EUR": "50"}, "DE": {dice.choice(["EUR", "DKK"]): "100"}}, **_measured(dice)}
        case "own_share":
            return {_operator(dice): _table(dice)}
        case "value" | "per_head":
            return {_operator(dice): _table(dice), **_measured(dice)}
        case "heads":
            return {_operator(dice): dice.choice([1, 2, 5])}
        case "percent":
            return {_operator(dice): dice.choice(["5", "10.5"])}
        case "rank":
            return {_operator(dice): dice.choice(RANKS)}
        case "season":
            return dict(zip(("first", "last"), dice.sample(["12-15", "01-06", "02-29", "03-01", "06-30"], 2), strict=True))
    return dice.random() < 0.7


def condition(dice: Random) -> tuple[str, Any]:
    """Any predicate, money and totals more often than others."""
    name = dice.choice(dice.choice([MONEY, TOTALS, TOTALS, YES_OR_NO, [*WORDS], NUMBERS]))
    return name, _settings(dice, name)


def _rule(dice: Random, name: str) -> dict[str, Any]:
    outcomes = [*OUTCOMES, "compliance", "executive", "prohibited"]
    content = rule(
        name,
        kinds=dice.sample(KINDS, dice.choice([1, 1, 2, 3])),
        when=dict(condition(dice) for _ in range(dice.choice([0, 1, 1, 2]))),
        unless=dict(condition(dice) for _ in range(dice.choice([0, 0, 0, 1]))),
        outcome=dice.choice(outcomes),
        amend=dice.choice(["may_tighten", "may_tighten", "may_tighten", "may_replace"]),
    )
    content |= some(dice, 0.3, directions=[dice.choice(["received", "given"])])
    attributes = [{"reason_required": True}, {"beforehand": True}, {"report_by": True}, {"public_from": 30}]
    attributes += [{"also_register": True}, {"if_unapproved": "decline"}, {"notify_before": True}]
    return content | some(dice, 0.25, attributes=dice.choice(attributes))


def _slightly(dice: Random, settings: Any) -> Any:
    """The same condition with another number, word or setting."""
    if not isinstance(settings, dict):
        return settings if dice.random() < 0.5 else (not settings if isinstance(settings, bool) else settings[:1])
    mine = deepcopy(settings)
    for key, stated in mine.items():
        if key in ("over", "at_least", "up_to", "under") and dice.random() < 0.6:
            mine[key] = (
                {**stated, "EUR": dice.choice(["0", "50", "100", "100.01"])}
                if isinstance(stated, dict) and "EUR" in stated
                else stated
            )
    return mine | dice.choice([{}, {}, some(dice, 1, less_own_share=True) if "whole" in mine else {}])


def in_pieces(dice: Random, original: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rule as several, each under another condition: together they say as much, or nearly."""
    mine = {key: value for key, value in deepcopy(original).items() if key != "amend"}
    left: dict[str, Any] = {}
    for number in range(dice.choice([1, 2, 2, 3])):
        name, settings = condition(dice)
        taken = {*mine["when"], *mine["unless"], *left}
        if name in taken:
            continue
        yield deepcopy(mine) | {
            "id": f"our{number}-{mine['id']}",
            "replaces": mine["id"],
            "when": mine["when"] | {name: settings},
            "unless": mine["unless"] | left,
        }
        left |= {name: _slightly(dice, settings)}
    if dice.random() < 0.9:
        last = {"id": f"our-{mine['id']}", "replaces": mine["id"], "unless": mine["unless"] | left}
        yield deepcopy(mine) | last | some(dice, 0.4, when=mine["when"] | dict([condition(dice)]))


def _filing(dice: Random) -> dict[str, Any]:
    counted = some(dice, 0.4, counted_from="next_quarter")
    return {"days": dice.choice([0, 14, 30, 92]), **counted, **{k: dice.choice([1, 31, 60]) for k in dice.sample(KINDS, 2)}}


def a_wide_case(dice: Random) -> tuple[Document, Document]:
    """A Code and an amendment of it that says much the same in other words."""
    rules = [_rule(dice, f"r{number}") for number in range(dice.choice([1, 1, 2, 3]))]
    words = {kind: dice.choice(["record", "record", "manager", "no_declaration"]) for kind in KINDS}
    otherwise = {"clause": "0", "heading": said(), "sentence": said(), **words}
    absent = some(dice, 0.3, host_absent_is_gift=True)
    code = document(*rules, classes=CLASSES, ranks=RANKS, otherwise=otherwise, filing=_filing(dice), **absent)
    mine = [piece for each in rules if dice.random() < 0.8 for piece in in_pieces(dice, each)]
    mine += [{k: v for k, v in _rule(dice, "more").items() if k != "amend"}] if dice.random() < 0.3 else []
    content = {**some(dice, 0.15, host_absent_is_gift=True), **some(dice, 0.25, filing=_filing(dice))}
    content |= some(dice, 0.2, otherwise={**otherwise, "travel": "manager", "gift": "compliance"})
    classes = CLASSES | some(dice, 0.2, meal=["meal", "dinner"]) | some(dice, 0.1, official=["hospital"])
    return code, amendment(*mine, classes=classes, ranks=RANKS, **content)


CURRENCY = ["EUR"] * 4 + ["DKK"]
AMOUNTS = "0 25 49.99 50 50.01 75 100 100.01 150 150.01 200 300 700.01".split()


def _amount(dice: Random, heads: int = 1) -> Money:
    worth = Money.of(dice.choice(AMOUNTS), "EUR").minor * dice.choice([1, heads]) + dice.choice([0, 0, 0, 1])
    return Money(worth, "EUR")


def _day(dice: Random) -> date:
    first = date(2026, 1, 1) + timedelta(days=dice.randrange(1461))
    edges = [
        date(year, *day) for year in (2026, 2027, 2028, 2029) for day in ((1, 1), (1, 6), (1, 7), (2, 28), (3, 31), (12, 15))
    ]
    return dice.choice([first, first, dice.choice(edges), date(2028, 2, 29)])


def a_wide_thing(dice: Random, policies: tuple[InForce, InForce]) -> Facts:
    """Something declared, filed on a day near to the last one of either policy."""
    kind, day, heads = dice.choice([*Kind, Kind.GIFT, Kind.ENTERTAINMENT]), _day(dice), dice.choice([1, 1, 1, 2, 3, 5, 6])
    dues = [due for policy in policies if (due := policy.filing_due(kind, day))]
    filed = dice.choice([day, day, day - timedelta(days=1), *dues, *(due + timedelta(days=1) for due in dues)])
    more: dict[str, Any] = {}
    if dice.random() < 0.9:
        whole = _amount(dice, heads)
        half = min(_amount(dice).minor, whole.minor)
        parts = {"parts": (Money(half, "EUR"), Money(whole.minor - half, "EUR")), "separable": dice.random() < 0.5}
        own = Money(dice.choice([0, min(_amount(dice).minor, whole.minor), whole.minor]), "EUR")
        more = {"value": whole, **some(dice, 0.3, own_share=own), **some(dice, 0.2, **parts)}
        more |= {**some(dice, 0.2, tax=_amount(dice)), **some(dice, 0.1, delivery=_amount(dice))}
    for name in (
        "country",
        "travel_class",
        "role",
        "unit",
        "counterparty_group",
        "counterparty_country",
        "meal",
        "profession",
        "occasion",
    ):
        more[name] = dice.choice([None, "other", *WORDS[name]])
    for name in ("companion", "close_relation", "concerns_manager", "wants_advice", "political", "interested_party", "solicited"):
        more[name] = dice.random() < 0.3
    plain = gift(
        None if "value" not in more else "0",
        kind=kind,
        occurred_on=day,
        filed_on=filed,
        direction=dice.choice(list(Direction)) if kind not in (Kind.INTEREST, Kind.CONFLICT) else None,
        heads=heads,
        family=dice.random() < 0.3,
        joint=dice.random() < 0.3,
        officials=dice.choice([0, 0, 1]),
        givers=dice.choice([1, 1, 2, 3]),
        permissible_giver=dice.choice([None, True, False]),
        quiet_periods=dice.choice([(), ((day, day),)]),
        host_present=dice.choice([None, True, False]),
        percent_hundredths=dice.choice([None, 0, 499, 500, 501, 1050, 1051]),
        rank=dice.choice([None, *RANKS]),
        counterparty_class=dice.choice(
            ["supplier", "customer", "bidder", "hospital", "public_official", "political", "antisocial"]
        ),
        form=dice.choice([None, "meal", "wine", "voucher", "dinner"]),
        disposition=dice.choice([Disposition.KEPT] * 3 + [Disposition.SURRENDERED, Disposition.UNDECIDED]),
        exempt=frozenset(tag for tag in TAGS if dice.random() < 0.2),
        household=dice.choice([None, "h"]),
        event=dice.choice([None, "e"]),
        outside=frozenset(dice.choice(["", "p"])),
    )
    return Facts(**({name: getattr(plain, name) for name in Facts.__slots__} | more))


def a_wide_history(dice: Random, facts: Facts) -> tuple[Item, ...]:
    """What was declared before, on the edges of windows too."""
    assert facts.occurred_on is not None
    return tuple(_earlier(dice, facts, number) for number in range(1, dice.choice([0, 1, 1, 2, 3, 5]) + 1))


def _earlier(dice: Random, facts: Facts, number: int) -> Item:
    assert facts.occurred_on is not None
    share = None if dice.random() < 0.1 else _amount(dice)
    ago = dice.choice([0, 0, 0, 1, 27, 31, 60, 89, 92, 180, 364, 365])
    return item(
        number,
        None if share is None else str(share.amount),
        occurred_on=facts.occurred_on - timedelta(days=ago),
        kind=dice.choice([facts.kind, facts.kind, *Kind]),
        direction=dice.choice([facts.direction, facts.direction, *Direction]),
        exempt=frozenset(tag for tag in TAGS if dice.random() < 0.2),
        host_present=dice.choice([None, False]),
        form=dice.choice([facts.form, None, "meal", "wine"]),
        declarant_id=dice.choice([1, 1, 1, 2]),
        counterparty_group_id=dice.choice([FIRM, FIRM, 99]),
        household=dice.choice([None, "h"]),
        event=dice.choice([None, "e"]),
        outside=frozenset(dice.choice(["", "p"])),
        occasion=dice.choice([facts.occasion, None]),
        heads=dice.choice([1, 1, 2, 5]),
        tax=_amount(dice) if dice.random() < 0.2 else None,
        own_share=_amount(dice) if dice.random() < 0.3 else None,
        disposition=dice.choice([Disposition.KEPT, Disposition.KEPT, Disposition.SURRENDERED]),
    )


def rates(dice: Random, facts: Facts, items: tuple[Item, ...], policies: tuple[InForce, InForce], company: Company) -> Rates:
    """Some rate for every currency and day either policy needs."""
    needed = sorted({pair for policy in policies for pair in quotes_needed(facts, items, policy, company)})
    return Rates({(currency, day): Rate(Decimal(dice.choice(["1", "7", "7.4"])), day) for currency, day in needed})
