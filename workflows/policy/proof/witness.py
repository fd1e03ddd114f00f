"""A counter-example is a thing somebody could declare: it is shown only after the engine itself has answered it more loosely."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from workflows.case import Company
from workflows.facts import Facts, Item
from workflows.money import Money, Rate, Rates, exponent
from workflows.policy.assess import assess
from workflows.policy.assessment import Assessment
from workflows.policy.in_force import InForce
from workflows.policy.proof.cells import Cell
from workflows.policy.proof.inequalities import Amounts, Met
from workflows.policy.proof.regions import Side
from workflows.policy.proof.search import RELIEFS
from workflows.words import Outcome, Review

NEXT_TO_NOTHING = Decimal("0.001")  # of the smallest unit: it rounds to nothing


@dataclass(frozen=True)
class Witness:
    """Facts and earlier items, with the rates and the company, and what the Code answers alone and as amended."""

    facts: Facts
    items: tuple[Item, ...]
    rates: Rates
    company: Company
    code: Assessment
    amended: Assessment

    @property
    def lost(self) -> tuple[str, ...]:
        """In what the amended answer is looser: outcome, reviews, or the names of attributes; empty if it is not."""
        return lost(self.code, self.amended)


def lost(code: Assessment, amended: Assessment) -> tuple[str, ...]:
    """In what `amended` asks for less than `code`: outcome, reviews, or the names of attributes; empty if in nothing.

    What is sent back because it cannot be answered asks for most. What is prohibited goes past the manager.
    """
    if amended.outcome is Outcome.INVALID:
        return ()
    found = ["outcome"] if amended.outcome < code.outcome else []
    spared = {Review.MANAGER} if amended.outcome is Outcome.PROHIBITED else set()
    if set(code.reviews) - spared - set(amended.reviews):
        found.append("reviews")
    wanted, kept = _demands(code), _demands(amended)
    return (
        *found,
        *sorted(name for name, said in wanted if not any(name == other and _as_much(name, said, more) for other, more in kept)),
    )


def _demands(assessment: Assessment) -> set[tuple[str, str]]:
    pairs = {pair for finding in assessment.findings for pair in (finding.attributes or {}).items()}
    return {(name, said) for name, said in pairs if name not in RELIEFS}


def _as_much(name: str, said: str, more: str) -> bool:
    """Whether `more` asks for at least what `said` does: a day no later, no earlier declaration fewer, or else the same."""
    if name in ("public_from", "report_by"):
        return more <= said
    return set(said.split()) <= set(more.split()) if name == "also_register" else said == more


def witness(plain: Facts, met: Met, sides: tuple[Side, Side], country: str | None) -> Witness | None:
    """Facts as `plain` with the amounts `met`, in a company in `country`, if the amended policy answers them more loosely indeed."""
    if met.heads == 0 or any(amount.denominator != 1 for amount in met.amounts.values()):
        return None
    company = sides[0].company if country is None else replace(sides[0].company, country=country)
    named = {currency for worth in (met.amounts, *(worth for _, worth, _ in met.items)) for _, currency in worth}
    worth_most = {currency: met.amounts.get(("value", currency), Fraction(0)) > 0 for currency in named}
    currencies = sorted(named or {company.currency}, key=lambda each: (not worth_most.get(each), each != company.currency, each))
    stated = currencies[0]
    facts = _facts(plain, met, stated)
    items = _items(met, currencies)
    rates = _rates(facts, items, met, (sides[0].policy, sides[1].policy), company)
    answers = [assess(facts, items=items, policy=side.policy, rates=rates, company=company) for side in sides]
    found = Witness(facts, items, rates, company, *answers)
    return found if found.lost else None


def _facts(plain: Facts, met: Met, stated: str) -> Facts:
    amounts = {name: Money(int(amount), stated) for (name, currency), amount in met.amounts.items() if currency == stated}
    further = [int(worth.get(("value", stated), 0)) for cell, worth, _ in met.items if cell.is_part]
    dearest = int(met.amounts.get(("value", stated), 0)) or max(further, default=0)
    parts = [Money(part, stated) for whole in further for part in _spread(whole, max(1, -(-whole // max(dearest, 1))))]
    facts = replace(plain, heads=met.heads, givers=met.givers)
    if plain.value is not None:
        value = amounts.get("value", Money(0, stated))
        whole = Money(value.minor + sum(part.minor for part in parts), stated)
        if parts or plain.separable:
            parts = [value, *parts, *([Money(0, stated)] if not parts else [])]
        facts = replace(facts, value=whole, parts=tuple(parts))
    own = amounts.get("own", Money(0, stated))
    return replace(
        facts,
        own_share=own if plain.own_share is not None or own.minor else None,
        tax=_some(amounts.get("tax")),
        delivery=_some(amounts.get("delivery")),
    )


def _some(money: Money | None) -> Money | None:
    return money if money is not None and money.minor else None


def _items(met: Met, currencies: list[str]) -> tuple[Item, ...]:
    found: list[Item] = []
    for cell, worth, number in met.items:
        for one in [] if cell.is_part else _shared(cell, worth, number, currencies[0]):
            item = replace(cell.like, declaration_id=len(found) + 1, number=str(len(found) + 1))
            if any(one.values()):
                share = Money(one["value"], currencies[0])
                money = {name: _some(Money(one[name], share.currency)) for name in ("tax", "delivery", "own")}
                heads = 1 + one["others"] // share.minor if share.minor else 1
                item = replace(item, value=share, base=share, heads=heads)
                item = replace(item, tax=money["tax"], delivery=money["delivery"], own_share=money["own"])
                if len(currencies) > 1:
                    item = replace(item, base=Money(int(worth.get(("value", currencies[1]), 0)), currencies[1]))
            found.append(item)
    return tuple(found)


def _shared(cell: Cell, worth: Amounts, number: int, currency: str) -> Iterator[dict[str, int]]:
    """What the cell comes to, over `number` items or more, each of its size; an item of nothing is one of unknown value."""
    whole = {name: int(worth.get((name, currency), 0)) for name in ("value", "tax", "delivery", "own", "others")}
    if cell.most and whole["value"]:
        number = max(number, -(-whole["value"] // cell.most))
    spread = [_spread(amount, number) for amount in whole.values()]
    return (dict(zip(whole, one, strict=True)) for one in zip(*spread, strict=True))


def _spread(amount: int, number: int) -> list[int]:
    return [amount // number + (place < amount % number) for place in range(number)]


def _rates(facts: Facts, items: tuple[Item, ...], met: Met, policies: tuple[InForce, ...], company: Company) -> Rates:
    """Rates under which the thing is worth these amounts in each currency; elsewhere about those the limits imply."""
    usual = _implied(policies)
    quotes: dict[tuple[str, date], Rate] = {}
    for day in {facts.rated_on, *(item.occurred_on for item in items)}:
        for currency in {company.currency, *usual}:
            quotes[currency, day] = Rate(usual.get(currency, Decimal(1)), day)
    amounts = {currency: Decimal(int(amount)) for (name, currency), amount in met.amounts.items() if name == "value"}
    if len(amounts) > 1 and facts.value is not None:
        worth = {currency: (amount or NEXT_TO_NOTHING).scaleb(-exponent(currency)) for currency, amount in amounts.items()}
        euro = worth.get("EUR", Decimal(1))
        quotes |= {(currency, facts.rated_on): Rate(amount / euro, facts.rated_on) for currency, amount in worth.items()}
    return Rates(quotes)


def _implied(policies: tuple[InForce, ...]) -> dict[str, Decimal]:
    """Units of each currency for a euro, as the first limit stated in both has it."""
    found: dict[str, Decimal] = {}
    for policy in policies:
        for currency in policy.currencies:
            found.setdefault(currency, Decimal(1))
        for _, rule in policy.rules:
            for limits in rule.limits:
                euro = limits.by_currency.get("EUR")
                for currency, money in limits.by_currency.items():
                    if euro and euro.minor and money.minor and found[currency] == 1:
                        found[currency] = money.amount / euro.amount
    return found
