"""Once a day what would have changed each new decision is worked out for the registers, where nobody waits for it."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from declarations import alternatives, clock, world
from declarations.extensions import db, writing
from declarations.jobs.claims import Claim, renew
from declarations.models import Alternative, Decider, Declaration

LEASE = timedelta(minutes=10)
AT_ONCE = 50
MOST = 20_000  # a day; older ones follow on the next


def are_due(session: Session) -> bool:
    """Whether any decision came after the last one that was worked out."""
    return bool(_next(session, 1))


def run(claim: Claim) -> None:
    """Work them out in the order they were taken. A decision on an earlier filing than the present one is kept without any."""
    for _batch in range(MOST // AT_ONCE):
        deciders = _next(db.session(), AT_ONCE)
        if not deciders:
            return
        rows = [Alternative(decider_id=one.id, changes=_changes(db.session(), one)) for one in deciders]
        with writing() as session:
            session.add_all(rows)
        if not renew(claim, LEASE):
            return


def _next(session: Session, most: int) -> Sequence[Decider]:
    last = select(func.coalesce(func.max(Alternative.decider_id), 0)).scalar_subquery()
    return session.scalars(select(Decider).where(Decider.id > last).order_by(Decider.id).limit(most)).all()


def _changes(session: Session, decider: Decider) -> object:
    row = session.get_one(Declaration, decider.declaration_id)
    if decider.filing != row.filing:
        return []
    case = world.case_of(session, row)
    around = world.world_around(session, row, case.facts, clock.now())
    return alternatives.kept(alternatives.of_case(session, case, around))
