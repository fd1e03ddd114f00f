"""The declarations filed last, read once: patterns are looked for in them, and the busiest counterparties are found by them.

What a counterparty comes to is then counted over all of its twelve months.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.compliance.reach import FILED, Reach, walk
from declarations.models import Counterparty, Declaration, Person
from declarations.twelve_months import NOT_COUNTED
from workflows.words import Disposition

LATELY = 1_000
NOT_KEPT = (Disposition.RETURNED.value, Disposition.DECLINED.value)


@dataclass(frozen=True)
class Recent:
    """One of the declarations filed last, as much of it as patterns look at. Money in minor units of `currency`."""

    public_id: str
    declarant_id: int
    declarant: str
    unit: str
    company_id: int
    counterparty_id: int | None
    group_id: int | None
    firm: str | None
    firm_class: str | None
    kind: str
    direction: str | None
    occurred_on: date
    minor: int | None
    currency: str
    group_minor: int | None
    form: str | None


def lately(session: Session, reach: Reach) -> list[Recent]:
    """The last thousand declarations the reader oversees that count (neither withdrawn nor given back), latest first."""
    last = walk(reach.ways(), FILED, None, LATELY)
    rows = session.execute(
        select(
            Declaration.public_id,
            Declaration.declarant_id,
            Person.name,
            Person.unit,
            Declaration.company_id,
            Declaration.counterparty_id,
            Counterparty.group_id,
            Counterparty.name,
            Counterparty.class_,
            Declaration.kind,
            Declaration.direction,
            Declaration.occurred_on,
            Declaration.base_minor,
            Declaration.base_currency,
            Declaration.group_minor,
            Declaration.form,
        )
        .select_from(last)
        .join(Declaration, Declaration.id == last.c.id)
        .join(Person, Person.id == Declaration.declarant_id)
        .outerjoin(Counterparty, Counterparty.id == Declaration.counterparty_id)
        .where(reach.seen(), Declaration.state.not_in(NOT_COUNTED), Declaration.disposition.not_in(NOT_KEPT))
        .order_by(last.c.key.desc(), last.c.id.desc())
    )
    return [Recent(*tuple(row)) for row in rows]
