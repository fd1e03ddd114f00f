"""What people do with registers: ask for one, schedule them, take one away; each is written down in the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.errors import NotFound
from declarations.evidence.keys import Purpose
from declarations.evidence.record import Entry, append, iso
from declarations.evidence.signing import signer_of
from declarations.extensions import writing
from declarations.models import Company, Person, Register, RegisterDownload, RegisterSchedule
from declarations.registers import queries, storage
from declarations.registers.copies import Copy, Receipt, copy
from declarations.registers.periods import RHYTHMS, Period
from declarations.registers.readers import reach
from declarations.registers.scopes import names, scope_of
from declarations.sign_in.sessions import confirmed_recently
from declarations.viewer import Viewer
from workflows.case import Invalid
from workflows.words import N_, Role

LONGEST = timedelta(days=10 * 366)


@dataclass(frozen=True)
class Taken:
    """A finished register on its way to a reader."""

    path: Path
    filename: str


@dataclass(frozen=True)
class TakenBundle:
    """A reader's copy of a bundle."""

    copy: Copy
    filename: str


def ask(*, viewer: Viewer, company_id: int, period: Period, language: str) -> str:
    """Ask for a register and return its public id; the same one while an equal one is still being built.

    Raises NotFound for a company out of reach, Invalid for a period that cannot be.
    """
    if company_id not in reach(viewer):
        raise NotFound
    if period.first_on > period.last_on:
        raise Invalid("period", N_("The last day lies before the first."), {"last_on": N_("Pick a day after the first.")})
    if period.last_on - period.first_on > LONGEST:
        raise Invalid("period", N_("Choose at most ten years."), {"first_on": N_("Choose at most ten years.")})
    with writing() as session:
        waiting = session.scalars(
            select(Register.public_id).where(
                Register.asked_by_id == viewer.person_id,
                Register.company_id == company_id,
                Register.first_on == period.first_on,
                Register.last_on == period.last_on,
                Register.language == language,
                Register.built_at.is_(None),
                Register.failed.is_(None),
            )
        ).first()
        if waiting is not None:
            return waiting
        row = Register(company_id=company_id, first_on=period.first_on, last_on=period.last_on, language=language)
        row.asked_by_id, row.asked_at = viewer.person_id, clock.now()
        session.add(row)
        session.flush()
        if names(session, scope_of(row), viewer.person_id):
            row.only_for_id = viewer.person_id
        _record(session, row, "register:asked", viewer)
        return row.public_id


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
        session.add(row)
        session.flush()
        _record(session, row, "register:asked", None)
        return row.public_id


def set_schedule(*, viewer: Viewer, company_id: int, rhythm: str, working_day: int, language: str, active_from: date) -> None:
    """From `active_from` on the company's registers come by themselves; an earlier schedule of the same rhythm stops.

    Raises NotFound for a company out of reach.
    """
    if company_id not in reach(viewer) or rhythm not in RHYTHMS:
        raise NotFound
    if not 1 <= working_day <= 20:
        raise Invalid("working_day", N_("Choose a working day from 1 to 20."), {"working_day": N_("From 1 to 20.")})
    with writing() as session:
        now = clock.now()
        for running in session.scalars(_running(company_id, rhythm)):
            running.stopped_at = now
        row = RegisterSchedule(company_id=company_id, rhythm=rhythm, working_day=working_day, language=language)
        row.active_from, row.set_by_id, row.set_at = active_from, viewer.person_id, now
        session.add(row)
        session.flush()
        _record_schedule(session, row, "register:scheduled", viewer)


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
        row.stopped_at = clock.now()
        _record_schedule(session, row, "register:unscheduled", viewer)


class Unconfirmed(Exception):
    """Whoever asks must first say again, by their password, that it is them."""


def take(*, viewer: Viewer, public_id: str) -> Taken:
    """Note that the viewer takes the register's workbook, and give it to them. A register holds everybody's declarations, so a browser
    left open is not enough: the password must have been typed lately, and when it was is recorded with the taking.

    Raises NotFound if it is not theirs to see or not built, Unconfirmed if the password was typed too long ago.
    """
    with writing() as session:
        register = queries.register(session, viewer, public_id)
        if register.stored_as is None:
            raise NotFound
        _take(session, register, viewer, "workbook")
        return Taken(storage.path_of(register.stored_as), f"{_name(register)}.xlsx")


def take_bundle(*, viewer: Viewer, public_id: str) -> TakenBundle:
    """The same for the register's bundle, of which the viewer gets a copy with a signed receipt in it. Raises as `take` does, and
    KeyProblem if the receipt cannot be signed."""
    with writing() as session:
        register = queries.register(session, viewer, public_id)
        if register.bundle_stored_as is None:
            raise NotFound
        told = _take(session, register, viewer, "bundle")
        number = session.scalars(select(Person.number).where(Person.id == viewer.person_id)).one()
        signer, _ = signer_of(session, Purpose.EVENT)
        receipt = Receipt(public_id, viewer.name, number, told.at, told.confirmed_at, told.event)
        return TakenBundle(copy(storage.path_of(register.bundle_stored_as), receipt, signer), f"{_name(register)}.zip")


@dataclass(frozen=True)
class _Told:
    """What was written down of a taking."""

    at: str
    confirmed_at: str
    event: str


def _take(session: Session, register: Register, viewer: Viewer, what: str) -> _Told:
    now = clock.now()
    if viewer.confirmed_at is None or not confirmed_recently(viewer, now):
        raise Unconfirmed
    session.add(RegisterDownload(register_id=register.id, person_id=viewer.person_id, at=now))
    confirmed_at = iso(viewer.confirmed_at)
    event = _record(session, register, "register:downloaded", viewer, {"confirmed_at": confirmed_at, "what": what})
    return _Told(iso(now), confirmed_at, event)


def _name(register: Register) -> str:
    return f"register-{register.company.key}-{register.first_on}-{register.last_on}-{register.language}"


def _running(company_id: int, rhythm: str) -> Select[RegisterSchedule]:
    return select(RegisterSchedule).where(
        RegisterSchedule.company_id == company_id, RegisterSchedule.rhythm == rhythm, RegisterSchedule.stopped_at.is_(None)
    )


def _role(viewer: Viewer | None, company_id: int) -> str:
    if viewer is None:
        return Role.CLOCK.value
    return (Role.INTERNAL_AUDITOR if viewer.holds(Role.INTERNAL_AUDITOR, company_id) else Role.COMPLIANCE_OFFICER).value


def _record(
    session: Session, register: Register, action: str, viewer: Viewer | None, more: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Append the event; its digest."""
    written = append(
        session,
        Entry(
            stream=f"register/{register.public_id}",
            action=action,
            at=clock.now(),
            role=_role(viewer, register.company_id),
            actor_id=viewer.person_id if viewer else None,
            company_id=register.company_id,
            public={
                "first_on": register.first_on.isoformat(),
                "last_on": register.last_on.isoformat(),
                "language": register.language,
                "schedule": register.schedule_id,
                "sha256": register.sha256,
                **more,
            },
        ),
    )
    return written.digest


def _record_schedule(session: Session, schedule: RegisterSchedule, action: str, viewer: Viewer) -> None:
    company = session.get_one(Company, schedule.company_id)
    append(
        session,
        Entry(
            stream=f"company/{company.key}",
            action=action,
            at=clock.now(),
            role=_role(viewer, company.id),
            actor_id=viewer.person_id,
            company_id=company.id,
            public={
                "schedule": schedule.id,
                "rhythm": schedule.rhythm,
                "working_day": schedule.working_day,
                "language": schedule.language,
            },
        ),
    )
