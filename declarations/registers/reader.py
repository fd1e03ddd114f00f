"""A register is read out of one snapshot, a batch at a time: its keys in their order, then what belongs to a batch of keys by three
statements, whatever the batch holds. Memory stays the same however long the register is.
"""

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, func, select

from declarations.models import Company, Condition, Decider, Declaration
from declarations.registers import selects
from declarations.registers.columnwise import Fields, Reading
from declarations.registers.scope import Scope, belongs

AT_ONCE = 1_000  # rows fetched and written together

DECISION, BREACH = "decision", "breach"  # the sheets beside those of each kind
ENTRIES_ORDER = (Declaration.filed_at, Declaration.id)


@contextmanager
def no_search_for_cycles() -> Iterator[None]:
    """Rows are many small containers that hold no cycles; looking for some among them would take a third of the time."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


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


def batches(connection: Connection, scope: Scope, sheet: str, keys: Iterable[Sequence[int]]) -> Iterator[Fields]:
    """The sheet's entries or decisions of these keys, batch by batch. What is not there is left out."""
    return decisions(connection, keys) if sheet == DECISION else entries(connection, scope, keys)


def entries_where(connection: Connection, wanted: ColumnElement[bool], scope: Scope) -> Iterator[Fields]:
    """The entries for which a condition on declarations holds, in batches, in the order they were filed."""
    return entries(connection, scope, _partitions(connection, select(Declaration.id).where(wanted).order_by(*ENTRIES_ORDER)))


def entries(connection: Connection, scope: Scope, keys: Iterable[Sequence[int]]) -> Iterator[Fields]:
    """The entries of these keys: the columns of `selects.entries`; of the last decision those of `selects.deciders`; `conditions`,
    each its day, text and when it was met; and of the register `group_currency` and `last_on`."""
    read = Reading(connection, selects.entries(), Declaration.id)
    decided = Reading(connection, selects.deciders(), Decider.declaration_id)
    asked = Reading(connection, selects.conditions(), Condition.declaration_id)
    everywhere = {"group_currency": _group_currency(connection), "last_on": scope.last_on}
    for ids in keys:
        found = _in_order(read, ids)
        if found:
            there = [row[0] for row in found]
            last = {row[0]: row for row in decided.of(ids)}
            conditions = _conditions(asked, ids)
            yield {
                **decided.fields([last.get(number, decided.nothing) for number in there]),
                **read.fields(found),
                "conditions": [conditions.get(number, ()) for number in there],
                **{name: [value] * len(there) for name, value in everywhere.items()},
            }


def decisions(connection: Connection, keys: Iterable[Sequence[int]]) -> Iterator[Fields]:
    """The decisions of these keys: the columns of `selects.decisions`."""
    read = Reading(connection, selects.decisions(), Decider.id)
    for ids in keys:
        found = _in_order(read, ids)
        if found:
            yield read.fields(found)


def _in_order(read: Reading, ids: Sequence[int]) -> list[Any]:
    """The rows whose first column these are, in this order."""
    rows = {row[0]: row for row in read.of(ids)}
    return [rows[number] for number in ids if number in rows]


def _conditions(asked: Reading, ids: Sequence[int]) -> dict[int, list[Any]]:
    """Those of each declaration that has some."""
    found: dict[int, list[Any]] = {}
    rows = asked.of(ids)
    if rows:
        for number, *condition in zip(*asked.fields(rows).values(), strict=True):
            found.setdefault(number, []).append(condition)
    return found


def _partitions(connection: Connection, keys: Select[int]) -> Iterator[Sequence[int]]:
    """Keys in their order through a cursor on the server, a batch at a time. Only keys are sorted; the rows, which are wide, are
    then fetched by them."""
    return connection.execute(keys.execution_options(yield_per=AT_ONCE)).scalars().partitions()


def _group_currency(connection: Connection) -> str:
    """What `group_minor` is counted in, as casework does: the currency of the company nobody stands above."""
    top = select(Company.currency).where(Company.parent_id.is_(None)).order_by(Company.id).limit(1)
    return str(connection.execute(top).scalar_one())
