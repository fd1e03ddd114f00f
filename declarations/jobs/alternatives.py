"""What would have changed each new decision is worked out for the registers: once a day, and before one of them is read.

A register must not be read before that, or rebuilt later it would say more than it said then.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table, func, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from declarations import alternatives, clock, world
from declarations.extensions import db, writing
from declarations.jobs.claims import Claim, renew
from declarations.models import Alternative, Decider, Declaration

LEASE = timedelta(minutes=10)
AT_ONCE = 50
MOST = 20_000  # at a time; older ones follow on the next day
_ADD: dict[str, Any] = {
    name: insert(cast(Table, Alternative.__table__)).on_conflict_do_nothing()
    for name, insert in (("postgresql", insert_postgresql), ("sqlite", insert_sqlite))
}


def are_due(session: Session) -> bool:
    """Whether any decision came after the last one that was worked out."""
    return bool(_next(session, 1))


def run(claim: Claim) -> None:
    """Work them out in the order they were taken."""
    work_out(lambda: renew(claim, LEASE))


def work_out(go_on: Callable[[], bool] = lambda: True) -> None:
    """Work out those that are not yet, `MOST` at most, asking after each batch whether to go on.

    A decision on an earlier filing than the present one is kept without any. Two may be at it at once: the first one's are kept.
    """
    for _batch in range(MOST // AT_ONCE):
        deciders = _next(db.session(), AT_ONCE)
        if not deciders:
            break
        rows = [{"decider_id": one.id, "changes": _changes(db.session(), one)} for one in deciders]
        with writing() as session:
            session.execute(_ADD[session.get_bind().dialect.name], rows)
        if not go_on():
            break
    db.session.rollback()


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
