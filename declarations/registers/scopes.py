"""From a register's row to what it covers, and whether that names somebody; everything here only reads."""

from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from declarations.models import Declaration, Register
from declarations.registers.scope import Scope, belongs, naming


def scope_of(register: Register) -> Scope:
    """What a register covers."""
    zone = ZoneInfo(register.company.time_zone)
    return Scope(register.company_id, zone, register.first_on, register.last_on, register.only_for_id)


def days_late(register: Register) -> int | None:
    """Days after its due day on which a scheduled register was built, where its company is; None if it was in time or has no such
    day, or is not built."""
    if register.due_on is None or register.built_at is None:
        return None
    late = (register.built_at.astimezone(ZoneInfo(register.company.time_zone)).date() - register.due_on).days
    return late if late > 0 else None


def names(session: Session, scope: Scope, person_id: int) -> bool:
    """True if an entry of that scope names the person."""
    return bool(session.scalar(select(exists(select(Declaration.id).where(belongs(scope), naming(person_id))))))
