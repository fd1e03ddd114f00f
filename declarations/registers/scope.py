"""Which declarations belong to a register: those filed in its period, by the company's calendar, for the company and all below.

What lasts, an outside interest or a conflict, belongs to every period in which it stood. An entry that names the one person
a copy is made for is left out of that copy; everybody else's is complete.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from declarations.models import CompanyBelow, Declaration, NamedPerson, Recheck
from declarations.registers.breaches import BEFOREHAND
from workflows.words import WAITING, Direction, Kind, State, Timing

STANDING = (Kind.INTEREST.value, Kind.CONFLICT.value)


@dataclass(frozen=True, slots=True)
class Scope:
    """A company (and all below), days in its time zone, both included; `without_id` is a reader its entries must not name."""

    company_id: int
    zone: ZoneInfo
    first_on: date
    last_on: date
    without_id: int | None = None

    @property
    def begins(self) -> datetime:
        """The period's first moment, UTC."""
        return _midnight(self.first_on, self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after the period, UTC."""
        return _midnight(self.last_on + timedelta(days=1), self.zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def belongs(scope: Scope) -> ColumnElement[bool]:
    """True for the declarations of this register."""
    stood = and_(
        Declaration.kind.in_(STANDING),
        Declaration.state != State.WITHDRAWN,
        func.coalesce(Declaration.ends_on, date.max) >= scope.first_on,
    )
    return and_(reach(scope), Declaration.filed_at < scope.ends, or_(Declaration.filed_at >= scope.begins, stood))


def reach(scope: Scope) -> ColumnElement[bool]:
    """True for the declarations of the register's companies, of whatever day, save those that name its reader."""
    companies = select(CompanyBelow.company_id).where(CompanyBelow.ancestor_id == scope.company_id)
    condition = Declaration.company_id.in_(companies)
    return and_(condition, ~naming(scope.without_id)) if scope.without_id is not None else condition


def naming(person_id: int) -> ColumnElement[bool]:
    """True for declarations that name this colleague."""
    return exists().where(NamedPerson.declaration_id == Declaration.id, NamedPerson.person_id == person_id)


def breach(scope: Scope) -> ColumnElement[bool]:
    """True for what belongs on the sheet of breaches and late ones; the same conditions as `breaches.reasons`."""
    return or_(
        Declaration.days_late > 0,
        Declaration.prohibited.is_(True),
        Declaration.state == State.REFUSED,
        and_(
            Declaration.timing == Timing.APPROVED_AFTER,
            or_(Declaration.kind.in_(BEFOREHAND), Declaration.direction == Direction.GIVEN),
        ),
        and_(Declaration.state.in_(sorted(WAITING)), Declaration.due_on <= scope.last_on),
        Declaration.id.in_(select(Recheck.declaration_id)),
    )
