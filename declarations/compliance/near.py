"""Which totals come close to a limit, or are over it, among those with something new."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from declarations.compliance.lately import Recent, lately
from declarations.compliance.reach import Reach
from declarations.compliance.totals import NEAR, Standing, standings


def near_limits(session: Session, reach: Reach, today: date, recent: Sequence[Recent] | None = None) -> list[Standing]:
    """Totals from 70 percent of their limit, nearest to it first, of everybody who is among the declarations filed last."""
    last = lately(session, reach) if recent is None else recent
    people = {(one.declarant_id, one.company_id) for one in last}
    return standings(session, reach, people, today, least=NEAR)
