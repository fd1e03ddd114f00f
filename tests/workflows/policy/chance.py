"""Plain Codes and amendments drawn by chance, most of which are soon proved; things and histories on, under and over their limits."""

from copy import deepcopy
from datetime import timedelta
from random import Random
from typing import Any

from tests.workflows.policy.given import DAY, FIRM, KINDS, amendment, document, gift, item, rule, said
from workflows.facts import Facts, Item
from workflows.money import Money
from workflows.policy.document import Document
from workflows.words import Direction, Disposition, Kind

CLASSES = {"meal": ["meal"], "wine": ["wine"], "cash_equivalent": ["gift_card", "voucher"]}
OUTCOMES: list[Any] = ["no_declaration", "record", "manager", "compliance", "executive", "prohibited"]
OUTCOMES += [["manager", "compliance"], ["manager", "executive"]]
FLAGS = ["official", "solicited", "family", "host_absent", "joint", "joint_givers", "own_cost", "filed_late", "in_future"]
FLAGS += ["value_unknown", "quiet_period", "impermissible_giver"]
SEASONS = [{"first": "12-01", "last": "01-06"}, {"first": "03-01", "last": "06-30"}]


def _limit(dice: Random, limits: tuple[int, ...] = (0, 50, 100, 150, 200, 300)) -> dict[str, Any]:
    operator = dice.choice(["over", "over", "over", "at_least", "up_to", "under"])
    return {operator: {"EUR": str(dice.choice(limits))}}


def some(dice: Random, likely: float, **content: Any) -> dict[str, Any]:
    """`content` as often as `likely` says, else nothing."""
    return content if dice.random() < likely else {}


def _total(dice: Random) -> tuple[str, dict[str, Any]]:
    name = dice.choice(["occasion_total", "rolling_total", "calendar_total"])
    settings: dict[str, Any] = {
        **_limit(dice),
        **some(dice, 0.2, leave_out=["promo"]),
        **dice.choice([{}, {}, {}, {"leave_out_up_to": {"EUR": "50"}}, {"leave_out_under": {"EUR": "100"}}]),
        **some(dice, 0.2, both_directions=True),
        **some(dice, 0.15, whole=True),
        **some(dice, 0.15, per=dice.choice(["declarant", "event", "household", "person"])),
        **some(dice, 0.15, forms=["meal"]),
        **some(dice, 0.15, less_own_share=True),
        **some(dice, 0.1, with_tax=True),
        **some(dice, 0.2, kinds=["gift", "entertainment"]),
    }
    if name == "rolling_total":
        settings["months"] = dice.choice([1, 6, 12])
    if name == "calendar_total":
        settings |= {**some(dice, 0.5, first_month=7), **some(dice, 0.3, period="quarter")}
    return name, settings


def condition(dice: Random) -> tuple[str, Any]:
    """One predicate with its settings."""
    number = {dice.choice(["over", "at_least", "up_to"]): dice.choice([1, 2, 5])}
    return dice.choice(
        [
            ("value", _limit(dice)),
            ("per_head", {**_limit(dice), **some(dice, 0.3, less_own_share=True), **some(dice, 0.2, with_tax=True)}),
            _total(dice),
            _total(dice),
            ("count", {**number, "months": dice.choice([1, 12]), **some(dice, 0.3, leave_out=["promo"])}),
            ("trifle", {"up_to": {"EUR": dice.choice(["50", "100"])}}),
            ("counterparty_class", dice.sample(["supplier", "customer", "bidder"], dice.choice([1, 2]))),
            ("form", dice.sample(["meal", "wine", "cash_equivalent"], dice.choice([1, 2]))),
            ("kind", dice.sample(["gift", "entertainment", "travel"], dice.choice([1, 2]))),
            ("heads", number),
            ("own_share", _limit(dice, (0, 50, 100))),
            ("season", dice.choice(SEASONS)),
            ("exempt", ["promo"]),
            ("disposition", dice.sample(["kept", "surrendered", "undecided"], dice.choice([1, 2]))),
            ("direction", ["received"]),
            *((dice.choice(FLAGS), dice.random() < 0.7) for _ in range(6)),
        ]
    )


def a_rule(dice: Random, name: str) -> dict[str, Any]:
    """A rule of the Code that may be tightened."""
    content = rule(
        name,
        kinds=dice.sample(["gift", "entertainment", "travel", "donation", "interest"], dice.choice([1, 2])),
        when=dict(condition(dice) for _ in range(dice.choice([0, 1, 1, 2]))),
        unless=dict(condition(dice) for _ in range(dice.choice([0, 0, 1]))),
        outcome=dice.choice(OUTCOMES),
        amend="may_tighten",
    )
    content |= some(dice, 0.3, directions=[dice.choice(["received", "given"])])
    return content | some(dice, 0.3, attributes=dice.choice([{"reason_required": True}, {"beforehand": True}]))


def changed(dice: Random, original: dict[str, Any]) -> dict[str, Any]:
    """The rule as an amendment might put it: one or two things differ, some stricter, some not."""
    mine = {key: value for key, value in deepcopy(original).items() if key != "amend"}
    mine |= {"id": f"our-{mine['id']}", "replaces": mine["id"]}
    for _ in range(dice.choice([1, 1, 2])):
        match dice.randrange(8):
            case 0 if mine["when"]:
                mine["when"].pop(dice.choice(list(mine["when"])))
            case 1:
                mine["when"].update([condition(dice)])
            case 2:
                mine["unless"] = {}
            case 3:
                mine["outcome"] = dice.choice(OUTCOMES)
            case 4:
                mine.pop("directions", None)
            case 5:
                mine["kinds"] = sorted({*mine["kinds"], dice.choice(["gift", "entertainment", "travel"])})
            case 6:
                for table in (*mine["when"].values(), *mine["unless"].values()):
                    for operator in ("over", "at_least"):
                        if isinstance(table, dict) and isinstance(table.get(operator), dict):
                            table[operator] = {"EUR": dice.choice(["0", "50", "100", "150"])}
            case _:
                mine["unless"].update([condition(dice)])
    return mine


def a_case(dice: Random) -> tuple[Document, Document]:
    """A Code and an amendment of it."""
    rules = [a_rule(dice, f"r{number}") for number in range(dice.choice([1, 2, 3, 4]))]
    words = {kind: dice.choice(["record", "record", "manager", "no_declaration"]) for kind in KINDS}
    otherwise = {"clause": "0", "heading": said(), "sentence": said(), **words}
    code = document(*rules, classes=CLASSES, host_absent_is_gift=dice.random() < 0.3, otherwise=otherwise)
    mine = [changed(dice, original) for original in rules if dice.random() < 0.6]
    if dice.random() < 0.3:
        mine.append({key: value for key, value in a_rule(dice, "more").items() if key != "amend"})
    filing = {"days": dice.choice([7, 20, 60]), **some(dice, 0.3, counted_from="next_quarter")}
    content = {**some(dice, 0.15, host_absent_is_gift=True), **some(dice, 0.2, filing=filing)}
    classes = CLASSES | some(dice, 0.2, meal=["meal", "dinner"]) | some(dice, 0.1, official=["hospital"])
    return code, amendment(*mine, classes=classes, **content)


AMOUNTS = "0 25 50 50.01 60 100 100.01 120 150 200 200.01 301 400".split()


def a_thing(dice: Random) -> Facts:
    """Something declared."""
    kind = dice.choice([Kind.GIFT] * 3 + [Kind.ENTERTAINMENT] * 2 + [Kind.TRAVEL, Kind.DONATION, Kind.INTEREST])
    day, amount = DAY + timedelta(days=dice.choice([0, 0, -150, 30, 200])), dice.choice([None, *AMOUNTS])
    more: dict[str, Any] = {}
    if amount is not None:
        worth = Money.of(amount, "EUR").minor
        own, half = dice.choice([0, 2500, 5000, 5001, worth, worth // 2]), worth // 2
        more |= some(dice, 0.3, own_share=Money(min(own, worth), "EUR"))
        more |= some(dice, 0.2, tax=Money(dice.choice([100, 5000]), "EUR"))
        more |= some(dice, 0.15, parts=(Money(half, "EUR"), Money(worth - half, "EUR")))
    return gift(
        amount,
        kind=kind,
        occurred_on=day,
        filed_on=day + timedelta(days=dice.choice([0, 0, -1, 5, 25, 40])),
        direction=None if kind is Kind.INTEREST else dice.choice(list(Direction)),
        heads=dice.choice([1, 1, 1, 2, 5, 7]),
        officials=dice.choice([0, 0, 1]),
        solicited=dice.random() < 0.3,
        family=dice.random() < 0.3,
        joint=dice.random() < 0.2,
        givers=dice.choice([1, 1, 2]),
        permissible_giver=dice.choice([None, True, False]),
        quiet_periods=dice.choice([(), ((day, day),)]),
        host_present=dice.choice([None, True, False]),
        counterparty_class=dice.choice(["supplier", "customer", "bidder", "unknown", "hospital", "public_official"]),
        form=dice.choice([None, None, "meal", "wine", "voucher", "dinner"]),
        disposition=dice.choice([Disposition.KEPT] * 3 + [Disposition.SURRENDERED, Disposition.UNDECIDED, Disposition.RETURNED]),
        exempt=frozenset({"promo"} if dice.random() < 0.2 else ()),
        household=dice.choice([None, "h"]),
        event=dice.choice([None, "e"]),
        outside=frozenset(dice.choice(["", "p"])),
        **more,
    )


def a_history(dice: Random, facts: Facts) -> tuple[Item, ...]:
    """What was declared before."""
    assert facts.occurred_on is not None
    return tuple(
        item(
            number,
            dice.choice([None, "25", "50", "50.01", "100", "150", "40", "99.99"]),
            occurred_on=facts.occurred_on - timedelta(days=dice.choice([0, 0, 0, 10, 40, 100, 200, 364, 365])),
            kind=dice.choice([facts.kind, facts.kind, Kind.GIFT, Kind.ENTERTAINMENT]),
            direction=dice.choice([facts.direction, facts.direction, Direction.RECEIVED]),
            exempt=frozenset({"promo"} if dice.random() < 0.2 else ()),
            host_present=dice.choice([None, False]),
            form=dice.choice([facts.form, None, "meal", "wine"]),
            declarant_id=dice.choice([1, 1, 1, 2]),
            counterparty_group_id=dice.choice([FIRM, FIRM, 99]),
            household=dice.choice([None, "h"]),
            event=dice.choice([None, "e"]),
            outside=frozenset(dice.choice(["", "p"])),
            heads=dice.choice([1, 2]),
            disposition=dice.choice([Disposition.KEPT, Disposition.SURRENDERED, Disposition.RETURNED]),
        )
        for number in range(1, dice.choice([0, 0, 1, 2, 3, 5]) + 1)
    )
