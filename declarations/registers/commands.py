"""What people do with registers: ask for one, take one away; each is written down in the record."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.errors import NotFound
from declarations.evidence.keys import Purpose
from declarations.evidence.record import iso
from declarations.evidence.signing import signer_of
from declarations.extensions import writing
from declarations.models import Person, Register, RegisterDownload
from declarations.registers import queries, storage
from declarations.registers.copies import Copy, Receipt, copy
from declarations.registers.noting import note
from declarations.registers.periods import Period
from declarations.registers.readers import reach
from declarations.registers.scopes import names, scope_of
from declarations.sign_in.sessions import confirmed_recently
from declarations.viewer import Viewer
from workflows.case import Invalid
from workflows.words import N_

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
        session.scalars(select(Person.id).where(Person.id == viewer.person_id).with_for_update(key_share=True)).one()
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
        note(session, row, "register:asked", viewer, at=row.asked_at)
        return row.public_id


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
    event = note(session, register, "register:downloaded", viewer, {"confirmed_at": confirmed_at, "what": what}, at=now)
    return _Told(iso(now), confirmed_at, event)


def _name(register: Register) -> str:
    return f"register-{register.company.key}-{register.first_on}-{register.last_on}-{register.language}"
