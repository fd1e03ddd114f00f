"""Which totals come close to a limit, or are over it: of everybody with something in the window, found by an index on its days.

Where more happened in the window than a page can wait for, the latest of it is looked at, and the page says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from declarations.compliance.reach import HAPPENED, Reach, walk
from declarations.compliance.totals import NEAR, Standing, limits_by_company, standings
from declarations.models import Declaration, Person

MOST = 10_000  # declarations looked at for a page; a person's and a counterparty's own page always counts everything


@dataclass(frozen=True)
class Near:
    """Totals from 70 percent of their limit, nearest to it first; `only_latest` is how many declarations were looked at, 0 if all."""

    standings: Sequence[Standing]
    only_latest: int


def near_limits(session: Session, reach: Reach, today: date) -> Near:
    """The totals of everybody the reader oversees. Writes nothing."""
    stated = limits_by_company(session, reach.companies, today)
    windows = {limit.window for limits in stated.values() for limit in limits}
    if not windows:
        return Near((), 0)
    first, last = min(window.first for window in windows), max(window.last for window in windows)
    inside = [and_(way, Declaration.occurred_on >= first, Declaration.occurred_on <= last) for way in reach.ways()]
    looked = walk(inside, HAPPENED, None, MOST)
    people = session.execute(
        select(Declaration.declarant_id, Person.company_id)
        .select_from(looked)
        .join(Declaration, Declaration.id == looked.c.id)
        .join(Person, Person.id == Declaration.declarant_id)
        .where(Declaration.counterparty_id.is_not(None))
        .distinct()
    )
    who = {(row.declarant_id, row.company_id) for row in people}
    number = session.scalar(select(func.count()).select_from(looked)) or 0
    return Near(standings(session, reach, who, today, least=NEAR), MOST if number == MOST else 0)
