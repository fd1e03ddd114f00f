"""On each working morning of a company the clock reminds of what waits and passes on what is overdue, like anyone else: by casework."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import casework
from declarations.extensions import db
from declarations.jobs.claims import Claim, renew
from declarations.models import Company, Declaration
from declarations.world import holidays_of
from workflows.deadlines import is_working_day
from workflows.words import WAITING, Action, State

LEASE = timedelta(minutes=10)


def due(session: Session, now: datetime, from_hour: int) -> Iterator[tuple[int, date]]:
    """Companies where it is a working day and past `from_hour` local time, with that day, and something that waits."""
    waiting = select(Declaration.company_id).where(Declaration.state.in_(sorted(WAITING | {State.SENT_BACK})))
    for company in session.execute(
        select(Company.id, Company.time_zone, Company.calendar).where(Company.id.in_(waiting)).order_by(Company.id)
    ):
        local = now.astimezone(ZoneInfo(company.time_zone))
        if local.hour >= from_hour and is_working_day(local.date(), holidays_of(company.calendar, local.year)):
            yield company.id, local.date()


def run(claim: Claim, *, company_id: int) -> None:
    """Offer every waiting declaration of the company to be escalated, else reminded of; the rules say which is due."""
    waiting = db.session.scalars(
        select(Declaration.id)
        .where(Declaration.company_id == company_id, Declaration.state.in_(sorted(WAITING | {State.SENT_BACK})))
        .order_by(Declaration.id)
    ).all()
    for number, declaration_id in enumerate(waiting):
        if number % 100 == 99 and not renew(claim, LEASE):
            return
        if casework.by_clock(declaration_id=declaration_id, action=Action.ESCALATE) is None:
            casework.by_clock(declaration_id=declaration_id, action=Action.REMIND)
