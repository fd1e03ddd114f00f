"""On the working morning a condition is due, and each week after until it is met, whoever owes it is reminded of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.extensions import writing
from declarations.jobs.claims import Claim
from declarations.models import Company, Condition, Declaration, NoticeRow
from declarations.notices.texts import REMINDER
from declarations.world import holidays_of
from workflows.deadlines import is_working_day
from workflows.words import State


def open_ones() -> Select[Condition, Declaration]:
    """Conditions not met yet, of what is approved with them."""
    return (
        select(Condition, Declaration)
        .join(Declaration, Declaration.id == Condition.declaration_id)
        .where(Condition.met_at.is_(None), Declaration.state == State.APPROVED_WITH_CONDITIONS)
    )


def due(session: Session, now: datetime, from_hour: int) -> Iterator[tuple[int, int]]:
    """Each condition whose day has come, with the weeks since, where it is a working day and past `from_hour` local time."""
    coming = open_ones().where(Condition.due_on <= now.date() + timedelta(days=1))  # somewhere it may be tomorrow already
    places = coming.join(Company, Company.id == Declaration.company_id)
    for condition, zone, calendar in session.execute(
        places.with_only_columns(Condition, Company.time_zone, Company.calendar).order_by(Condition.id)
    ):
        local = now.astimezone(ZoneInfo(zone))
        weeks = (local.date() - condition.due_on).days // 7
        if weeks >= 0 and local.hour >= from_hour and is_working_day(local.date(), holidays_of(calendar, local.year)):
            yield condition.id, weeks


def run(claim: Claim, *, condition_id: int) -> None:
    """Put it into the next digest of whoever owes it, unless it was met this moment."""
    with writing() as session:
        found = session.execute(open_ones().where(Condition.id == condition_id)).one_or_none()
        if found is None:
            return
        condition, declaration = found
        now = clock.now()
        session.add(
            NoticeRow(
                person_id=condition.owner_id,
                declaration_id=declaration.id,
                template=REMINDER,
                params={"number": declaration.number, "declaration": declaration.public_id},
                created_at=now,
                next_try_at=now,
            )
        )
