"""Registers come by themselves: a schedule is set, replaced or stopped, never altered, and misses no period when it is replaced."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.errors import NotFound
from declarations.evidence.record import Entry, append
from declarations.extensions import writing
from declarations.models import Company, Register, RegisterRecipient, RegisterSchedule
from declarations.registers.noting import note, role_of
from declarations.registers.periods import RHYTHMS, Period
from declarations.registers.readers import READERS, entitled, reach
from declarations.viewer import Viewer
from declarations.world import holidays_of
from workflows.case import Invalid
from workflows.deadlines import add_working_days
from workflows.words import N_


@dataclass(frozen=True)
class Plan:
    """What comes by itself: how often, on which working day after the period, to whom (nobody named: to all auditors), in which
    language, and with which month a year begins."""

    rhythm: str
    working_day: int
    language: str
    recipients: Collection[int] = ()
    first_month: int = 1


def due_day(schedule: RegisterSchedule, period: Period) -> date:
    """The day on which the period's register is due where the company is; at once, if that was over when the schedule was set."""
    company = schedule.company
    day = add_working_days(period.last_on, schedule.working_day, holidays_of(company.calendar, period.last_on.year))
    return max(day, local_day(company, schedule.set_at))


def local_day(company: Company, moment: datetime) -> date:
    """The company's calendar day at a moment."""
    return moment.astimezone(ZoneInfo(company.time_zone)).date()


def ask_by_schedule(*, schedule_id: int, period: Period) -> str | None:
    """Ask for a scheduled period; None if it was asked for before, or the schedule has been stopped."""
    with writing() as session:
        schedule = session.scalars(
            select(RegisterSchedule).where(RegisterSchedule.id == schedule_id).with_for_update(of=RegisterSchedule)
        ).one()
        before = session.scalars(
            select(Register.id).where(Register.schedule_id == schedule_id, Register.first_on == period.first_on)
        ).first()
        if schedule.stopped_at is not None or before is not None:
            return None
        row = Register(company_id=schedule.company_id, first_on=period.first_on, last_on=period.last_on)
        row.language, row.schedule_id, row.asked_at = schedule.language, schedule.id, clock.now()
        row.due_on = due_day(schedule, period)
        session.add(row)
        session.flush()
        note(session, row, "register:asked", None, {"due_on": row.due_on.isoformat()}, at=row.asked_at)
        return row.public_id


def set_schedule(*, viewer: Viewer, company_id: int, plan: Plan, active_from: date) -> bool:
    """From the period of `active_from` on the company's registers come by themselves. An earlier schedule of the same rhythm stops,
    and what it had not asked for yet comes by the new one; True if there was one.

    Raises NotFound for a company out of reach, Invalid for a working day or recipients that cannot be.
    """
    if company_id not in reach(viewer) or plan.rhythm not in RHYTHMS:
        raise NotFound
    if not 1 <= plan.working_day <= 20:
        raise Invalid("working_day", N_("Choose a working day from 1 to 20."), {"working_day": N_("From 1 to 20.")})
    with writing() as session:
        if not set(plan.recipients) <= entitled(session, company_id, READERS):
            sentence = N_("Somebody you chose may not read this company’s registers. Choose others, or none for all auditors.")
            raise Invalid("recipients", sentence, {"recipients": sentence})
        session.scalars(select(Company.id).where(Company.id == company_id).with_for_update(key_share=True)).one()
        now = clock.now()
        earlier = session.scalars(_running(company_id, plan.rhythm)).all()
        for running in earlier:
            running.stopped_at = now
            last = session.scalar(select(func.max(Register.last_on)).where(Register.schedule_id == running.id))
            active_from = min(active_from, last + timedelta(days=1) if last else running.active_from)
        row = RegisterSchedule(company_id=company_id, rhythm=plan.rhythm, working_day=plan.working_day, language=plan.language)
        row.active_from, row.set_by_id, row.set_at, row.first_month = active_from, viewer.person_id, now, plan.first_month
        session.add(row)
        session.flush()
        session.add_all(RegisterRecipient(schedule_id=row.id, person_id=person) for person in sorted(set(plan.recipients)))
        _note(session, row, "register:scheduled", viewer, sorted(set(plan.recipients)), now)
        return bool(earlier)


def stop_schedule(*, viewer: Viewer, schedule_id: int) -> None:
    """No further registers by this schedule. Raises NotFound if it is out of reach or stopped."""
    with writing() as session:
        row = session.scalars(
            select(RegisterSchedule)
            .where(
                RegisterSchedule.id == schedule_id,
                RegisterSchedule.company_id.in_(sorted(reach(viewer))),
                RegisterSchedule.stopped_at.is_(None),
            )
            .with_for_update(of=RegisterSchedule)
        ).one_or_none()
        if row is None:
            raise NotFound
        now = row.stopped_at = clock.now()
        chosen = select(RegisterRecipient.person_id).where(RegisterRecipient.schedule_id == row.id)
        _note(session, row, "register:unscheduled", viewer, sorted(session.scalars(chosen)), now)


def _running(company_id: int, rhythm: str) -> Select[RegisterSchedule]:
    return (
        select(RegisterSchedule)
        .where(
            RegisterSchedule.company_id == company_id,
            RegisterSchedule.rhythm == rhythm,
            RegisterSchedule.stopped_at.is_(None),
        )
        .with_for_update(of=RegisterSchedule)
    )


def _note(session: Session, schedule: RegisterSchedule, action: str, viewer: Viewer, chosen: list[int], at: datetime) -> None:
    company = session.get_one(Company, schedule.company_id)
    append(
        session,
        Entry(
            stream=f"company/{company.key}",
            action=action,
            at=at,
            role=role_of(viewer, company.id),
            actor_id=viewer.person_id,
            company_id=company.id,
            public={
                "schedule": schedule.id,
                "rhythm": schedule.rhythm,
                "working_day": schedule.working_day,
                "language": schedule.language,
                "first_month": schedule.first_month,
                "active_from": schedule.active_from.isoformat(),
                "recipients": chosen,
            },
        ),
    )
