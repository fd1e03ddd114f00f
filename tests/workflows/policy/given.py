"""Small documents, facts and earlier items to try the policy with; amounts in euro unless said otherwise."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from workflows.case import Company
from workflows.facts import Facts, Item
from workflows.money import Money, Rates
from workflows.policy.assess import assess
from workflows.policy.assessment import Assessment
from workflows.policy.document import Document, parse
from workflows.policy.in_force import InForce
from workflows.words import Direction, Disposition, Kind, State, ValueBasis

DAY = date(2026, 5, 20)
FIRM = 7
KINDS = [kind.value for kind in Kind]
NO_RATES = Rates({})


def said(text: str = "A sentence.") -> dict[str, str]:
    return {"en": text, "da": text, "ja": text}


def rule(name: str, **more: Any) -> dict[str, Any]:
    """A rule on gifts for the manager, unless `more` says otherwise."""
    plain: dict[str, Any] = {"id": name, "clause": name, "heading": said(name), "sentence": said(), "kinds": ["gift"]}
    return plain | {"outcome": "manager"} | more


def content(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The content of a document of the group with these rules, recording whatever else comes."""
    return {
        "key": "code",
        "title": said("Code"),
        "effective_from": date(2026, 1, 1),
        "approved_by": "The board",
        "approved_on": date(2025, 12, 1),
        "base_currency": "EUR",
        "time_zone": "Europe/Copenhagen",
        "holiday_calendar": "DK",
        "filing": {"days": 30},
        "deadlines": {},
        "classes": {"cash_equivalent": ["gift_card", "voucher"], "meal": ["meal"]},
        "otherwise": {"clause": "0", "heading": said(), "sentence": said(), **dict.fromkeys(KINDS, "record")},
        "not_kept": {"clause": "00", "heading": said(), "sentence": said()},
        "rules": list(rules),
    } | more


def document(*rules: dict[str, Any], **more: Any) -> Document:
    return parse(content(*rules, **more), "code.toml")


def amendment(*rules: dict[str, Any], **more: Any) -> Document:
    """A document of company NL-DK with these rules and nothing else."""
    whole = content(*rules, key="denmark", company="NL-DK")
    for key in ("otherwise", "not_kept", "filing", "deadlines"):
        del whole[key]
    return parse(whole | more, "denmark.toml")


def policy(*rules: dict[str, Any], **more: Any) -> InForce:
    return InForce((document(*rules, **more),))


def company(currency: str = "EUR", key: str = "NL-DK") -> Company:
    return Company(1, key, "A company", "DK", currency, ZoneInfo("Europe/Copenhagen"))


def gift(amount: str | None = "10", currency: str = "EUR", **more: Any) -> Facts:
    """A gift received on DAY and filed the same day."""
    plain: dict[str, Any] = {
        "kind": Kind.GIFT,
        "declarant_id": 1,
        "filed_on": DAY,
        "occurred_on": DAY,
        "direction": Direction.RECEIVED,
        "counterparty_group_id": FIRM,
        "value": None if amount is None else Money.of(amount, currency),
        "value_basis": ValueBasis.UNKNOWN if amount is None else ValueBasis.KNOWN,
    }
    return Facts(**(plain | more))


def item(number: int, amount: str | None = "10", currency: str = "EUR", **more: Any) -> Item:
    """An earlier gift from the same firm, recorded, on DAY unless said otherwise."""
    value = None if amount is None else Money.of(amount, currency)
    plain: dict[str, Any] = {
        "declaration_id": number,
        "number": f"G-2026-{number:04d}",
        "declarant_id": 1,
        "kind": Kind.GIFT,
        "direction": Direction.RECEIVED,
        "occurred_on": DAY,
        "counterparty_group_id": FIRM,
        "counterparty_class": "supplier",
        "value": value,
        "base": value,
        "form": None,
        "disposition": Disposition.KEPT,
        "state": State.RECORDED,
    }
    return Item(**(plain | more))


def ask(facts: Facts, in_force: InForce, *items: Item, rates: Rates = NO_RATES, currency: str = "EUR") -> Assessment:
    return assess(facts, items=items, policy=in_force, rates=rates, company=company(currency))


def matched(assessment: Assessment) -> set[str]:
    """The ids of the rules that matched."""
    return {finding.rule for finding in assessment.findings}


def figures(assessment: Assessment, name: str) -> dict[str, Any]:
    """The figures of the finding of rule `name`, by name."""
    (found,) = [finding for finding in assessment.findings if finding.rule == name]
    return {f.name: f.number if f.money is None else f"{f.money.currency} {f.money.amount}" for f in found.figures}
