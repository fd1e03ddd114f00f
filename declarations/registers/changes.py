"""What became different since the last extract: every declaration as it is held against itself as that extract's record had it.

It does not matter for which days either was made. Whatever has an event that the last extract had not seen is looked at, and
whatever shows the name of a company, colleague or counterparty that has; so nothing gets into a past period without standing here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, cast, exists, literal, or_, select, true

from declarations.models import Company, CompanyBelow, Counterparty, CounterpartyGroup, Decider, Declaration, Event, Person
from declarations.registers import past, reader
from declarations.registers.columns import Column
from declarations.registers.columnwise import row_by_row
from declarations.registers.scope import Scope, reach
from declarations.registers.seen import Seen
from declarations.registers.sheets import SHEETS, values_of
from workflows.words import State


class Became(StrEnum):
    """How a declaration came to be listed."""

    NEW = "new"
    ENTERED_LATE = "entered_late"  # new, but of a day that the last extract's period had already covered
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    CHANGED = "changed"
    GONE = "gone"  # its company has left the scope, or it names the reader now


@dataclass(frozen=True)
class Last:
    """The last extract: what it saw, its period, which register it is and the digest of its lines."""

    seen: Seen
    first_on: date
    last_on: date
    register: str = ""
    lines_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `column` and the values are None for what is new or gone; `before` and `now` are the column's values."""

    row: Any
    became: Became
    column: Column | None = None
    before: Any = None
    now: Any = None
    entry_before: int | None = None


def changes(
    connection: Connection, scope: Scope, last: Last | None, folder: Path, record: Connection | None = None
) -> Iterator[Change]:
    """Every difference in the order in which the declarations were filed; none if there is no last extract. Where `connection` is
    to a rebuilt past, `record` is the one to the record it was rebuilt from, and everything is compared."""
    if last is None:
        return
    touched = _touched(last.seen) if record is None else true()
    with past.as_seen(record or connection, last.seen, touched, folder) as before:
        then = _one_by_one(before, reach(scope), scope)
        now = _one_by_one(connection, reach(scope) & touched, scope)
        for old, new in _beside(then, now):
            yield from _differences(old, new, last)


def _one_by_one(connection: Connection, wanted: ColumnElement[bool], scope: Scope) -> Iterator[Any]:
    for batch in reader.entries_where(connection, wanted, scope):
        yield from row_by_row(batch)


def _beside(before: Iterator[Any], now: Iterator[Any]) -> Iterator[tuple[Any | None, Any | None]]:
    """Both of each declaration, None where it was or is not there. Both come in the same order, which no change can alter."""
    old, new = next(before, None), next(now, None)
    while old is not None or new is not None:
        first = min(_place(one) for one in (old, new) if one is not None)
        here_old, here_new = (one if one is not None and _place(one) == first else None for one in (old, new))
        yield here_old, here_new
        old = next(before, None) if here_old is not None else old
        new = next(now, None) if here_new is not None else new


def _place(entry: Any) -> tuple[Any, int]:
    return entry.filed_at, entry.id


_POSITION = frozenset({"record_entry", "record_digest"})  # where it stands in the record differs with every event


def _differences(old: Any | None, new: Any | None, last: Last) -> Iterator[Change]:
    if old is None and new is not None:
        yield Change(new, Became.ENTERED_LATE if new.occurred_on <= last.last_on else Became.NEW)
    elif old is not None and new is None:
        yield Change(old, Became.GONE, entry_before=old.version)
    elif old is not None and new is not None:
        became = _became(old, new)
        columns = SHEETS[new.kind].columns
        pairs = zip(columns, *(_values(columns, entry) for entry in (old, new)), strict=True)
        differing = [(column, a, b) for column, a, b in pairs if a != b and column.key not in _POSITION]
        for column, a, b in differing:
            yield Change(new, became, column, a, b, old.version)
        if not differing and old.version != new.version:
            yield Change(new, became, entry_before=old.version)


def _values(columns: Sequence[Column], entry: Any) -> list[Any]:
    alone = {name: [value] for name, value in zip(entry._fields, entry, strict=True)}
    return [values[0] for values in values_of(columns, alone)]


def _became(old: Any, new: Any) -> Became:
    if new.state == State.WITHDRAWN and old.state != State.WITHDRAWN:
        return Became.WITHDRAWN
    return Became.DECIDED if (new.decided_in or 0) > (old.decided_in or 0) else Became.CHANGED


def _touched(seen: Seen) -> ColumnElement[bool]:
    """True for the declarations that could be different: those with later events, or that show what has some."""

    def told_later(family: str, key: Any) -> ColumnElement[bool]:
        stream = literal(f"{family}/") + cast(key, String)
        return exists().where(Event.stream == stream, seen.came_later)

    people = select(Person.id).where(told_later("person", Person.public_id))
    groups = select(CounterpartyGroup.id).where(told_later("counterparty_group", CounterpartyGroup.id))
    firms = select(Counterparty.id).where(
        or_(told_later("counterparty", Counterparty.public_id), Counterparty.group_id.in_(groups))
    )
    companies = select(Company.id).where(told_later("company", Company.key))
    below = select(CompanyBelow.company_id).where(CompanyBelow.ancestor_id.in_(companies))
    decided = select(Decider.declaration_id).where(or_(Decider.person_id.in_(people), Decider.on_behalf_of_id.in_(people)))
    return or_(
        Declaration.id.in_(select(Event.declaration_id).where(seen.came_later, Event.declaration_id.is_not(None))),
        Declaration.company_id.in_(below),
        Declaration.counterparty_id.in_(firms),
        Declaration.declarant_id.in_(people),
        Declaration.prepared_by_id.in_(people),
        Declaration.id.in_(decided),
    )
