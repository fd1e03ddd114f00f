"""On the path of every command statements go straight to the connection: the ORM would take longer over them than the database."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVarTuple, overload

from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TypedReturnsRows

Columns = TypeVarTuple("Columns")
Values = Mapping[str, Any] | Sequence[Mapping[str, Any]]


@overload
def run(session: Session, statement: TypedReturnsRows[*Columns], values: Values | None = None) -> CursorResult[*Columns]: ...


@overload
def run(session: Session, statement: Executable, values: Values | None = None) -> CursorResult[*tuple[Any, ...]]: ...


def run(session: Session, statement: Executable, values: Values | None = None) -> CursorResult[*tuple[Any, ...]]:
    """Execute a statement about columns, never about whole objects, in the session's transaction; what the session holds back is
    written first, as for any other statement, unless it is told not to."""
    if session.autoflush:
        session.flush()
    connection: Connection | None = getattr(session, "writes_by", None)
    return (connection or session.connection()).execute(statement, values)
