"""A register is read out of one snapshot, a batch at a time: its keys in their order, then what belongs to a batch of keys by three
statements, whatever the batch holds. Memory stays the same however long the register is.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, func, select

from declarations.models import Company, Condition, Decider, Declaration
from declarations.registers import selects
from declarations.registers.columnwise import Reading
from declarations.registers.entry import Decided, Entry
from declarations.registers.scope import Scope, belongs, breach

AT_ONCE = 500  # rows fetched and written together

DECISION, BREACH = "decision", "breach"  # the sheets beside those of each kind
ENTRIES_ORDER = (Declaration.filed_at, Declaration.id)
DECISIONS_ORDER = (*ENTRIES_ORDER, Decider.event_sequence)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A read-only transaction that sees the database as it is at its first query, whatever others commit meanwhile."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def as_many(connection: Connection, scope: Scope, most: int) -> bool:
    """True if the register has at least `most` entries. Counts no further."""
    some = select(Declaration.id).where(belongs(scope)).limit(most).subquery()
    return bool(connection.execute(select(func.count()).select_from(some)).scalar_one() >= most)


def batches(connection: Connection, scope: Scope, sheet: str, keys: Iterable[Sequence[int]]) -> Iterator[Sequence[Any]]:
    """The sheet's entries or decisions of these keys, batch by batch. What is not there is left out."""
    return decisions_of(connection, keys) if sheet == DECISION else entries_of(connection, scope, keys)


def entries(connection: Connection, scope: Scope, sheet: str | None) -> Iterator[list[Entry]]:
    """The entries of a sheet (of all kinds, for None) in batches, in the order they were filed."""
    return entries_where(connection, _of(scope, sheet), scope)


def entries_where(connection: Connection, wanted: ColumnElement[bool], scope: Scope) -> Iterator[list[Entry]]:
    """The entries for which a condition on declarations holds."""
    return entries_of(connection, scope, _partitions(connection, select(Declaration.id).where(wanted).order_by(*ENTRIES_ORDER)))


def entries_of(connection: Connection, scope: Scope, keys: Iterable[Sequence[int]]) -> Iterator[list[Entry]]:
    """The entries of these keys."""
    read = Reading(connection, selects.entries(_group_currency(connection)), Declaration.id)
    decided = Reading(connection, selects.deciders(), Decider.declaration_id)
    conditions = Reading(connection, selects.conditions(), Condition.declaration_id)
    last_on, nobody = scope.last_on, ()
    for ids in keys:
        rows = {row[0]: row for row in read.of(ids)}
        deciders, asked = _by_declaration(decided.of(ids)), _by_declaration(conditions.of(ids))
        found = [rows[number] for number in ids if number in rows]
        yield [
            Entry(
                row,
                deciders.get(row[0], nobody),
                asked.get(row[0], nobody),
                last_on,
                row.answers,
                row.assessment,
                row.organisation,
            )
            for row in found
        ]


def decisions(connection: Connection, scope: Scope) -> Iterator[list[Decided]]:
    """Every decision on the register's entries in batches, in the order of the entries."""
    keys = select(Decider.id).join(Declaration, Declaration.id == Decider.declaration_id).where(belongs(scope))
    return decisions_of(connection, _partitions(connection, keys.order_by(*DECISIONS_ORDER)))


def decisions_of(connection: Connection, keys: Iterable[Sequence[int]]) -> Iterator[list[Decided]]:
    """The decisions of these keys."""
    read = Reading(connection, selects.decisions(), Decider.id)
    for ids in keys:
        rows = {row[0]: row for row in read.of(ids)}
        yield [Decided(rows[number], rows[number].assessment) for number in ids if number in rows]


def _of(scope: Scope, sheet: str | None) -> ColumnElement[bool]:
    """True for the declarations of a sheet."""
    if sheet is None or sheet == DECISION:
        return belongs(scope)
    return and_(belongs(scope), breach(scope) if sheet == BREACH else Declaration.kind == sheet)


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
