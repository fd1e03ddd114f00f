"""What facts become as columns, so that rules, filters, sorts and sums can read them without opening a filing."""

from decimal import Decimal

from declarations.models import Declaration
from workflows.case import World
from workflows.facts import Facts
from workflows.money import Money, NoRate, round_half_up
from workflows.policy.assessment import Assessment


def project(declaration: Declaration, facts: Facts, assessment: Assessment, around: World) -> None:
    """The columns that repeat facts, so that rules, filters, sorts and sums can read them."""
    day = facts.occurred_on or facts.filed_on
    share = Money(_share(facts), facts.value.currency) if facts.value else None
    base = around.company.currency
    declaration.title = facts.title[:300]
    declaration.direction = facts.direction.value if facts.direction else None
    declaration.counterparty_id = facts.counterparty_id
    declaration.counterparty_class = facts.counterparty_class
    declaration.country = facts.country
    declaration.occurred_on = day
    declaration.ends_on = facts.ends_on
    declaration.value_minor = facts.value.minor if facts.value else None
    declaration.currency = facts.value.currency if facts.value else None
    declaration.value_basis = facts.value_basis.value
    declaration.heads = facts.heads
    declaration.share_minor = share.minor if share else None
    declaration.base_minor = _converted(share, base, around, facts)
    declaration.whole_base_minor = _converted(facts.value, base, around, facts)
    declaration.group_minor = _converted(share, around.group_currency, around, facts)
    declaration.form = facts.form
    declaration.disposition = facts.disposition.value
    declaration.exempt = " ".join(sorted(facts.exempt))
    declaration.officials = facts.officials
    declaration.host_present = facts.host_present
    declaration.outcome = int(assessment.outcome)
    declaration.days_late = assessment.days_late


def _share(facts: Facts) -> int:
    """One head's part of the value in minor units, half-up."""
    assert facts.value is not None
    return round_half_up(Decimal(facts.value.minor) / max(facts.heads, 1))


def _converted(money: Money | None, into: str, around: World, facts: Facts) -> int | None:
    if money is None:
        return None
    try:
        return around.rates.convert(money, into, facts.rated_on, around.policy.max_age).result.minor
    except NoRate:
        return None
