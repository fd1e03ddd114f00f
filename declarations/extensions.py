"""The extensions, made once and bound to the app in create_app; the database is set up here for both engines."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as SessionOfManyDatabases
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from declarations.models import Base


class OneDatabase(SessionOfManyDatabases):
    """There is one database, so that no statement need be asked which one it is for."""

    _engine: Any = None

    def get_bind(self, mapper: Any = None, clause: Any = None, bind: Any = None, **_other: Any) -> Any:
        if bind is None and self._engine is None:
            self._engine = self._db.engine
        return bind or self._engine


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    engine_options={"hide_parameters": True, "pool_pre_ping": True},
    session_options={"class_": OneDatabase},
)
login = LoginManager()
csrf = CSRFProtect()
migrate = Migrate()
babel = Babel()

WRITES = {"aboveboard_writes": True}


@contextmanager
def writing() -> Iterator[Session]:
    """The one way to write: a transaction that may, committed once at the end, rolled back whole on any error.

    Every other transaction is read-only in the database itself. What was read before is stale in here, so read again.
    """
    session: Any = db.session()
    session.rollback()
    session.connection(execution_options=WRITES)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


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
        driver.execute(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        if writes:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            driver.execute("BEGIN")
    elif not writes:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
