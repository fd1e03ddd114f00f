"""On working mornings a scheduled register that nobody has taken is reminded of, then passed on to other auditors, then to compliance."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from declarations.jobs.claims import Claim
from declarations.models import Company, Register, RegisterChase, RegisterDownload
from declarations.registers.reading import AFTER, TO_COMPLIANCE, chase
from declarations.world import holidays_of
from workflows.deadlines import is_working_day, working_days_between


def due(session: Session, now: datetime, from_hour: int) -> Iterator[tuple[int, int]]:
    """Register and next step of each that is due one, where it is a working day and past `from_hour` local time."""
    taken = exists().where(RegisterDownload.register_id == Register.id)
    last = (
        select(RegisterChase.register_id, func.max(RegisterChase.step).label("step"), func.max(RegisterChase.at).label("at"))
        .group_by(RegisterChase.register_id)
        .subquery()
    )
    for row in session.execute(
        select(Register.id, Register.built_at, Company.time_zone, Company.calendar, last.c.step, last.c.at)
        .join(Company, Company.id == Register.company_id)
        .outerjoin(last, last.c.register_id == Register.id)
        .where(Register.schedule_id.is_not(None), Register.built_at.is_not(None), ~taken)
        .order_by(Register.id)
    ):
        zone = ZoneInfo(row.time_zone)
        local, step = now.astimezone(zone), (row.step or 0) + 1
        days_off = holidays_of(row.calendar, local.year)
        since = working_days_between((row.at or row.built_at).astimezone(zone).date(), local.date(), days_off)
        morning = local.hour >= from_hour and is_working_day(local.date(), days_off)
        if step <= TO_COMPLIANCE and since >= AFTER and morning:
            yield row.id, step


def run(claim: Claim, *, register_id: int, step: int) -> None:
    """Follow it up."""
    chase(register_id=register_id, step=step)
