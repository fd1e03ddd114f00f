"""The extensions, made once and bound to the app in create_app; the database is set up here for both engines."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as SessionOfManyDatabases
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session

from declarations.models import Base


class OneDatabase(SessionOfManyDatabases):
    """There is one database, so that no statement need be asked which one it is for; who writes comes by a door of their own."""

    _reader: Any = None
    writer: Any = None  # set while in `writing()`
    writes_by: Connection | None = None  # its connection, which asking the session for would take longer than some statements

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **_other: Any) -> Any:
        if self._reader is None:
            self._reader = self._db.engine
        return bind or self.writer or self._reader


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    engine_options={"hide_parameters": True, "pool_pre_ping": True},
    session_options={"class_": OneDatabase},
)
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()

WRITES = {"aboveboard_writes": True}
_writers: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()


def writers_engine() -> Engine:
    """The engine that writers use. SQLite forgets how it runs each statement whenever a connection turns from reading to writing,
    so that there each keeps to connections of its own."""
    engine = db.engine
    if engine.dialect.name != "sqlite":
        return engine
    if engine not in _writers:
        _writers[engine] = create_engine(engine.url, hide_parameters=True)
    return _writers[engine]


@event.listens_for(Engine, "engine_disposed")
def _dispose_of_the_writers(engine: Engine) -> None:
    if engine in _writers:
        _writers.pop(engine).dispose()


@contextmanager
def writing() -> Iterator[Session]:
    """The one way to write: a transaction that may, committed once at the end, rolled back whole on any error.

    Every other transaction is read-only in the database itself. What was read before is stale in here, so read again.
    """
    session: Any = db.session()
    session.rollback()
    session.writer = writers_engine()
    try:
        session.writes_by = session.connection(execution_options=WRITES)
        yield session
        session.commit()
    except BaseException:
        try:
            session.rollback()
        except InvalidRequestError:  # it was interrupted while it committed
            session.close()
        raise
    finally:
        session.writer = session.writes_by = None


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, _record: object) -> None:
    """WAL for readers beside a writer, FULL to survive a power cut, recursive triggers lest REPLACE erase history."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we send BEGIN ourselves; the driver's own begins too late
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "busy_timeout=15000",
        "cache_size=-32000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Writers take SQLite's lock at once (else a later upgrade fails); all others cannot write at all."""
    writes = bool(connection.get_execution_options().get("aboveboard_writes"))
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection  # nothing here but waiting for the lock can fail, nor need be logged
        if connection.info.get("writes") is not writes:  # said once: SQLite forgets every prepared statement at it
            driver.execute(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
            connection.info["writes"] = writes
        if writes:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            driver.execute("BEGIN")
    elif not writes:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
