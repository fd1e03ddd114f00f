"""A register is read out of one snapshot, row by row: a cursor on the server, constant memory, and no query inside a loop.

Decisions and conditions come out of streams of their own, sorted like the declarations, and are laid beside them as they pass.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Select, Text, and_, case, func, literal, select, type_coerce
from sqlalchemy.orm import aliased

from declarations.models import (
    Company,
    Condition,
    Counterparty,
    CounterpartyGroup,
    Decider,
    Declaration,
    Event,
    Filing,
    Person,
)
from declarations.registers.entry import Entry
from declarations.registers.scope import Scope, belongs, breach
from workflows.words import Kind

AT_ONCE = 1_000  # rows fetched and written together

# JSON stays text here; Entry reads what a column asks for.
_TEXTS = [type_coerce(getattr(Filing, name), Text).label(name) for name in ("answers", "assessment", "organisation")]
_ORDER = (Declaration.filed_at, Declaration.id)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A read-only transaction that sees the database as it is at its first query, whatever others commit meanwhile."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def counts(connection: Connection, scope: Scope) -> dict[str, int]:
    """How many rows each sheet will have: by kind, and "decisions" and "breaches"."""
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
    return found | {"breaches": breaches, "decisions": connection.execute(decided.where(belongs(scope))).scalar_one()}


def entries(connection: Connection, scope: Scope, kind: Kind | None, *, breaches_only: bool = False) -> Iterator[list[Entry]]:
    """The entries of one kind (of all, for None) in batches, in the order they were filed."""
    wanted = belongs(scope) if kind is None else and_(belongs(scope), Declaration.kind == kind.value)
    if breaches_only:
        wanted = and_(wanted, breach(scope))
    decided = _Beside(_stream(connection, _decisions().where(wanted).order_by(*_ORDER, Decider.event_sequence)))
    conditions = _Beside(_stream(connection, _conditions().where(wanted).order_by(*_ORDER, Condition.id)))
    group_currency = _group_currency(connection)
    for rows in _stream(connection, _rows(group_currency).where(wanted).order_by(*_ORDER)).partitions(AT_ONCE):
        yield [Entry(row, decided.of(row.id), conditions.of(row.id), scope.last_on) for row in rows]


def decisions(connection: Connection, scope: Scope) -> Iterator[Sequence[Any]]:
    """Every decision on the register's entries in batches, in the order of the entries."""
    query = _decisions().where(belongs(scope)).order_by(*_ORDER, Decider.event_sequence)
    yield from _stream(connection, query).partitions(AT_ONCE)


def _stream(connection: Connection, query: Select[*tuple[Any, ...]]) -> CursorResult[Any]:
    """The query's rows through a cursor on the server, a batch of them held at a time."""
    return connection.execute(query.execution_options(yield_per=AT_ONCE))


class _Beside:
    """Rows of another stream that belong to the declaration at hand; both streams run in the same order."""

    def __init__(self, rows: Any) -> None:
        self._rows = iter(rows)
        self._next: Any = next(self._rows, None)

    def of(self, declaration_id: int) -> list[Any]:
        found: list[Any] = []
        while self._next is not None and self._next.declaration_id == declaration_id:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found


def _group_currency(connection: Connection) -> str:
    """What `group_minor` is counted in, as casework does: the currency of the company nobody stands above."""
    top = select(Company.currency).where(Company.parent_id.is_(None)).order_by(Company.id).limit(1)
    return str(connection.execute(top).scalar_one())


def _rows(group_currency: str) -> Select[*tuple[Any, ...]]:
    assistant = aliased(Person)
    columns: Mapping[str, Any] = {
        "company": Company.name,
        "declarant": Person.name,
        "declarant_number": Person.number,
        "unit": Person.unit,
        "prepared_by": assistant.name,
        "counterparty": Counterparty.name,
        "registered_number": Counterparty.registered_number,
        "counterparty_group": CounterpartyGroup.name,
        "policy_digest": Filing.policy_digest,
        "event_digest": Event.digest,
    }
    return (
        select(
            *Declaration.__table__.columns,
            *(column.label(name) for name, column in columns.items()),
            *_TEXTS,
            literal(group_currency).label("group_currency"),
        )
        .join(Company, Company.id == Declaration.company_id)
        .join(Person, Person.id == Declaration.declarant_id)
        .outerjoin(assistant, assistant.id == Declaration.prepared_by_id)
        .outerjoin(Counterparty, Counterparty.id == Declaration.counterparty_id)
        .outerjoin(CounterpartyGroup, CounterpartyGroup.id == Counterparty.group_id)
        .outerjoin(Filing, and_(Filing.declaration_id == Declaration.id, Filing.sequence == Declaration.filing))
        .outerjoin(Event, and_(Event.declaration_id == Declaration.id, Event.sequence == Declaration.version))
    )


def _decisions() -> Select[*tuple[Any, ...]]:
    decider, behalf, declarant = aliased(Person), aliased(Person), aliased(Person)
    return (
        select(
            Decider.declaration_id,
            Decider.review,
            Decider.action,
            Decider.filing,
            Decider.at,
            Decider.event_sequence,
            Declaration.number,
            Declaration.kind,
            Company.name.label("company"),
            declarant.name.label("declarant"),
            decider.name.label("person"),
            decider.number.label("person_number"),
            behalf.name.label("on_behalf_of"),
            Event.role,
            Event.policy_digest,
            Event.seen_digest,
            Event.digest.label("event_digest"),
        )
        .select_from(Decider)
        .join(Declaration, Declaration.id == Decider.declaration_id)
        .join(Company, Company.id == Declaration.company_id)
        .join(declarant, declarant.id == Declaration.declarant_id)
        .join(decider, decider.id == Decider.person_id)
        .outerjoin(behalf, behalf.id == Decider.on_behalf_of_id)
        .outerjoin(Event, and_(Event.declaration_id == Decider.declaration_id, Event.sequence == Decider.event_sequence))
    )


def _conditions() -> Select[*tuple[Any, ...]]:
    return (
        select(Condition.declaration_id, Condition.text, Condition.due_on, Condition.met_at)
        .select_from(Condition)
        .join(Declaration, Declaration.id == Condition.declaration_id)
    )
