"""How much of the record a register saw: exactly which events, so that what came later can be told apart without trusting clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from declarations.models import Event

_LOOKED_BACK = 10_000  # an event may get its number and be committed after this many later ones, not more


@dataclass(frozen=True, slots=True)
class Seen:
    """Every event up to number `last`, save the `unseen` ones, whose writers had their numbers and had not committed yet."""

    last: int
    unseen: Sequence[int] = ()

    @property
    def holds(self) -> ColumnElement[bool]:
        """True for the events that were seen."""
        return and_(Event.id <= self.last, Event.id.not_in(self.unseen)) if self.unseen else Event.id <= self.last

    @property
    def came_later(self) -> ColumnElement[bool]:
        """True for the others."""
        return or_(Event.id > self.last, Event.id.in_(self.unseen)) if self.unseen else Event.id > self.last


def seen_by(connection: Connection) -> Seen:
    """What this snapshot sees."""
    last: int = connection.execute(select(func.max(Event.id))).scalar_one() or 0
    since = max(last - _LOOKED_BACK, 0)
    there = set(connection.execute(select(Event.id).where(Event.id > since, Event.id <= last)).scalars())
    return Seen(last, [number for number in range(since + 1, last) if number not in there])


def seen_until(connection: Connection, moment: datetime) -> Seen:
    """What had been written by `moment` (UTC)."""
    last: int = connection.execute(select(func.max(Event.id)).where(Event.at <= moment)).scalar_one() or 0
    later = connection.execute(select(Event.id).where(Event.id <= last, Event.at > moment)).scalars()
    return Seen(last, list(later))
