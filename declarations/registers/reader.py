"""A register is read out of one snapshot, a batch at a time: its keys through a cursor on the server, in their order, then what
belongs to a batch of keys by three statements, whatever the batch holds. Memory stays the same however long the register is.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, case, func, select, tuple_

from declarations.models import Company, Condition, Decider, Declaration
from declarations.registers import selects
from declarations.registers.columnwise import Reading
from declarations.registers.entry import Decided, Entry
from declarations.registers.pinned import answers_of, assessment_of, organisation_of
from declarations.registers.scope import Scope, belongs, breach
from workflows.words import Kind

AT_ONCE = 500  # rows fetched and written together

DECISION, BREACH = "decision", "breach"  # the sheets beside those of each kind
_ENTRIES = (Declaration.filed_at, Declaration.id)
_DECISIONS = (*_ENTRIES, Decider.event_sequence)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some rows of a sheet: from the one that sorts as `begins` to the one before `ends` (None: the first, the last)."""

    begins: tuple[Any, ...] | None = None
    ends: tuple[Any, ...] | None = None


ALL = Stretch()


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A read-only transaction that sees the database as it is at its first query, whatever others commit meanwhile."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def counts(connection: Connection, scope: Scope) -> dict[str, int]:
    """How many rows each sheet will have: by kind, "decision" and "breach"."""
    found = dict.fromkeys([kind.value for kind in Kind], 0)
    rows = connection.execute(
        select(Declaration.kind, func.count(), func.sum(case((breach(scope), 1), else_=0)))
        .where(belongs(scope))
        .group_by(Declaration.kind)
    )
    breaches = 0
    for kind, number, late in rows:
        found[kind], breaches = number, breaches + int(late)
    decided = select(func.count()).select_from(Decider).join(Declaration, Declaration.id == Decider.declaration_id)
    return found | {DECISION: connection.execute(decided.where(belongs(scope))).scalar_one(), BREACH: breaches}


def starts(connection: Connection, scope: Scope, sheet: str, places: Sequence[int]) -> list[tuple[Any, ...]]:
    """How the sheet's rows at these places (counted from 0) sort, so that each can begin a stretch."""
    order = _DECISIONS if sheet == DECISION else _ENTRIES
    place = (func.row_number().over(order_by=order) - 1).label("place")
    query = select(*order, place).select_from(Declaration).where(_of(scope, sheet))
    if sheet == DECISION:
        query = query.join(Decider, Decider.declaration_id == Declaration.id)
    all_ = query.subquery()
    wanted = select(*all_.columns).where(all_.columns.place.in_(places)).order_by(all_.columns.place)
    return [tuple(row)[:-1] for row in connection.execute(wanted)]


def batches(connection: Connection, scope: Scope, sheet: str, stretch: Stretch = ALL) -> Iterator[Sequence[Any]]:
    """The sheet's entries or decisions in batches, in the order they were filed and decided."""
    return decisions(connection, scope, stretch) if sheet == DECISION else entries(connection, scope, sheet, stretch)


def entries(connection: Connection, scope: Scope, sheet: str | None, stretch: Stretch = ALL) -> Iterator[list[Entry]]:
    """The entries of a sheet (of all kinds, for None) in batches, in the order they were filed."""
    return entries_where(connection, and_(_of(scope, sheet), _within(stretch, _ENTRIES)), scope)


def entries_where(connection: Connection, wanted: ColumnElement[bool], scope: Scope) -> Iterator[list[Entry]]:
    """The entries for which a condition on declarations holds."""
    read = Reading(connection, selects.entries(_group_currency(connection)), Declaration.id)
    decided = Reading(connection, selects.deciders(), Decider.declaration_id)
    conditions = Reading(connection, selects.conditions(), Condition.declaration_id)
    for ids in _partitions(connection, select(Declaration.id).where(wanted).order_by(*_ENTRIES)):
        rows = {row[0]: row for row in read.of(ids)}
        deciders, asked = _by_declaration(decided.of(ids)), _by_declaration(conditions.of(ids))
        yield [_entry(rows[number], deciders.get(number, ()), asked.get(number, ()), scope) for number in ids if number in rows]


def _entry(row: Any, decided: Sequence[Any], conditions: Sequence[Any], scope: Scope) -> Entry:
    pinned = answers_of(row.answers), assessment_of(row.assessment), organisation_of(row.organisation)
    return Entry(row, decided, conditions, scope.last_on, *pinned)


def decisions(connection: Connection, scope: Scope, stretch: Stretch = ALL) -> Iterator[list[Decided]]:
    """Every decision on the register's entries in batches, in the order of the entries."""
    wanted, read = (belongs(scope), _within(stretch, _DECISIONS)), Reading(connection, selects.decisions(), Decider.id)
    keys = select(Decider.id).join(Declaration, Declaration.id == Decider.declaration_id).where(*wanted).order_by(*_DECISIONS)
    for ids in _partitions(connection, keys):
        rows = {row[0]: row for row in read.of(ids)}
        yield [Decided(rows[number], assessment_of(rows[number].assessment)) for number in ids if number in rows]


def _of(scope: Scope, sheet: str | None) -> ColumnElement[bool]:
    """True for the declarations of a sheet."""
    if sheet is None or sheet == DECISION:
        return belongs(scope)
    return and_(belongs(scope), breach(scope) if sheet == BREACH else Declaration.kind == sheet)


def _within(stretch: Stretch, order: tuple[Any, ...]) -> ColumnElement[bool]:
    types = [column.type for column in order]
    after = [tuple_(*order) >= tuple_(*stretch.begins, types=types)] if stretch.begins else []
    before = [tuple_(*order) < tuple_(*stretch.ends, types=types)] if stretch.ends else []
    return and_(True, *after, *before)


def _partitions(connection: Connection, keys: Select[int]) -> Iterator[Sequence[int]]:
    """Keys in their order through a cursor on the server, a batch at a time. Only keys are sorted; the rows, which are wide, are
    then fetched by them."""
    return connection.execute(keys.execution_options(yield_per=AT_ONCE)).scalars().partitions()


def _by_declaration(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _group_currency(connection: Connection) -> str:
    """What `group_minor` is counted in, as casework does: the currency of the company nobody stands above."""
    top = select(Company.currency).where(Company.parent_id.is_(None)).order_by(Company.id).limit(1)
    return str(connection.execute(top).scalar_one())
