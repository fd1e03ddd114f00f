"""Counterparties by what was given or received in twelve months, in the group's currency, firms of one group together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from declarations.compliance.lately import NOT_KEPT, Recent
from declarations.compliance.reach import Reach, group_currency
from declarations.compliance.totals import heads_of
from declarations.models import Counterparty, Declaration
from declarations.twelve_months import NOT_COUNTED
from workflows.money import Money
from workflows.policy.windows import rolling
from workflows.words import Direction

MOST = 40


@dataclass(frozen=True)
class Giver:
    """A counterparty group with its twelve months; `public_id` is that of the counterparty that stands for it."""

    group_id: int
    name: str
    public_id: str
    total: Money
    count: int
    received: int
    given: int


def by_value(session: Session, reach: Reach, recent: Sequence[Recent], today: date) -> list[Giver]:
    """The forty with the highest value among the last filings, each with its whole twelve months, highest first."""
    lately: Counter[int] = Counter()
    for one in recent:
        if one.group_id is not None and one.group_minor:
            lately[one.group_id] += one.group_minor
    groups = [group for group, _minor in lately.most_common(MOST)]
    return of_groups(session, reach, groups, today)


def of_groups(session: Session, reach: Reach, groups: Sequence[int], today: date) -> list[Giver]:
    """The twelve months of these groups as far as the reader sees them, highest value first; without value they are left out."""
    currency, window = group_currency(session), rolling(today, 12)
    members = {
        row.id: row.group_id
        for row in session.execute(select(Counterparty.id, Counterparty.group_id).where(Counterparty.group_id.in_(groups)))
    }
    way = Declaration.direction == Direction.RECEIVED
    rows = session.execute(
        select(
            Declaration.counterparty_id,
            func.sum(Declaration.group_minor).label("minor"),
            func.count().label("many"),
            func.sum(case((way, 1), else_=0)).label("received"),
        )
        .where(
            Declaration.counterparty_id.in_(sorted(members)),
            Declaration.occurred_on >= window.first,
            Declaration.occurred_on <= window.last,
            Declaration.group_minor.is_not(None),
            Declaration.state.not_in(NOT_COUNTED),
            Declaration.disposition.not_in(NOT_KEPT),
            reach.seen(),
        )
        .group_by(Declaration.counterparty_id)
    )
    sums: dict[int, list[int]] = {}
    for row in rows:
        of_group = sums.setdefault(members[row.counterparty_id or 0], [0, 0, 0])
        for place, value in enumerate((row.minor, row.many, row.received)):
            of_group[place] += int(value or 0)
    heads = heads_of(session, sorted(sums))
    found = [
        Giver(group, *heads[group], Money(minor, currency), many, received, many - received)
        for group, (minor, many, received) in sums.items()
    ]
    return sorted(found, key=lambda one: (-one.total.minor, one.name))
