"""A total in money in which nothing is kept is summed one by one, each share at the rate of its day, as the policy itself does it.

That is asked only for whoever belongs to a second company that states a limit in neither their own company's money nor the group's.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from declarations.models import Counterparty, Declaration
from declarations.world import rates_for
from workflows.money import Money, NoRate

MAX_AGE = timedelta(days=366)  # whatever was declared had a rate that its own policy took


def in_other_money(
    session: Session, conditions: Sequence[ColumnElement[bool]], currency: str, *, smallest: int, both_directions: bool
) -> list[tuple[int, int, str | None, int, int]]:
    """(person, counterparty group, direction or None for both, minor units of `currency`, how many) of the declarations for which
    all `conditions` hold; what is worth less than `smallest` does not count, nor what has no rate."""
    rows = session.execute(
        select(
            Declaration.declarant_id,
            Counterparty.group_id,
            Declaration.direction,
            Declaration.occurred_on,
            Declaration.share_minor,
            Declaration.currency,
        )
        .join(Counterparty, Counterparty.id == Declaration.counterparty_id)
        .where(*conditions, Declaration.share_minor.is_not(None))
    ).all()
    rates = rates_for(session, {(each, row.occurred_on) for row in rows for each in (row.currency, currency)})
    found: dict[tuple[int, int, str | None], tuple[int, int]] = {}
    for row in rows:
        try:
            share = rates.convert(Money(row.share_minor, row.currency), currency, row.occurred_on, MAX_AGE).result.minor
        except NoRate:
            continue
        if share >= smallest:
            key = row.declarant_id, row.group_id, None if both_directions else row.direction
            minor, many = found.get(key, (0, 0))
            found[key] = minor + share, many + 1
    return [(*key, minor, many) for key, (minor, many) in found.items()]
