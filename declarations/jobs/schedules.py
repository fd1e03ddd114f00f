"""A schedule asks for the register of each period that is over, on the company's Nth working day after it, once, however late."""

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.jobs.claims import Claim
from declarations.models import Register, RegisterSchedule
from declarations.registers.periods import Period, finished
from declarations.registers.scheduling import ask_by_schedule, due_day


def due(session: Session, now: datetime, from_hour: int) -> Iterator[tuple[int, Period]]:
    """Schedule and period of every register that should have been asked for by now and was not."""
    scheduled = select(Register.schedule_id, Register.first_on).where(Register.schedule_id.is_not(None))
    asked = {(row.schedule_id, row.first_on) for row in session.execute(scheduled)}
    for schedule in session.scalars(
        select(RegisterSchedule).where(RegisterSchedule.stopped_at.is_(None)).order_by(RegisterSchedule.id)
    ):
        local = now.astimezone(ZoneInfo(schedule.company.time_zone))
        for period in finished(schedule.rhythm, schedule.active_from, local.date(), schedule.first_month):
            is_time = local.replace(tzinfo=None) >= datetime.combine(due_day(schedule, period), time(from_hour))
            if is_time and (schedule.id, period.first_on) not in asked:
                yield schedule.id, period


def run(claim: Claim, *, schedule_id: int, period: Period) -> None:
    """Ask for it; the worker builds it like any other."""
    ask_by_schedule(schedule_id=schedule_id, period=period)
