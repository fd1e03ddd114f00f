"""Hands of somebody who owns the database and its files: every row can be read and written, no guard is left, all is undone after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask, current_app
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    NullPool,
    Table,
    create_engine,
    delete,
    insert,
    select,
    text,
    update,
)

from declarations.models import Base
from declarations.models.base import CanonicalJson, UtcDateTime

TABLES = Base.metadata.tables
Row = dict[str, Any]


class Hands:
    """Somebody at work in one transaction, with every guard taken away; `chance` decides what they do."""

    def __init__(self, connection: Connection, chance: Random) -> None:
        self.connection, self.chance = connection, chance
        self.folder = Path(current_app.config["SETTINGS"].data_dir)
        self._before: dict[Path, bytes] = {}

    # reading and writing rows as typed values

    def rows(self, table: str, order: str | None = None, **where: Any) -> list[Row]:
        """All rows of a table, or those whose columns have these values."""
        its = TABLES[table]
        query = select(*its.columns).where(*(its.columns[name] == value for name, value in where.items()))
        keys = [its.columns[order]] if order else list(its.primary_key.columns)
        return [dict(row._mapping) for row in self.connection.execute(query.order_by(*keys))]

    def one(self, table: str, **where: Any) -> Row | None:
        """A random one of these rows."""
        found = self.rows(table, **where)
        return self.chance.choice(found) if found else None

    def change(self, table: str, row: Row, **values: Any) -> None:
        """Give columns of a row other values."""
        its = TABLES[table]
        self.connection.execute(update(its).where(*_is(its, row)).values({its.columns[n]: v for n, v in values.items()}))

    def add(self, table: str, **values: Any) -> None:
        """A new row; the database gives it its id."""
        self.connection.execute(insert(TABLES[table]).values(values))

    def remove(self, table: str, **where: Any) -> None:
        """Delete the rows whose columns have these values."""
        its = TABLES[table]
        self.connection.execute(delete(its).where(*(its.columns[name] == value for name, value in where.items())))

    # files

    def write(self, path: Path, content: bytes | None) -> None:
        """Another content for a file, None for none; `put_back` undoes it."""
        self._before.setdefault(path, path.read_bytes())
        path.unlink() if content is None else path.write_bytes(content)

    def put_back(self) -> None:
        """All files as they were."""
        for path, content in self._before.items():
            path.write_bytes(content)
        self._before.clear()

    # other values

    def other(self, value: Any, among: list[Any], column: Column[Any]) -> Any:
        """Another value for a column: often one that stands elsewhere in it, which looks most natural."""
        elsewhere = [one for one in among if one != value]
        if elsewhere and self.chance.random() < 0.5:
            return self.chance.choice(elsewhere)
        return self._first_of(column) if value is None else self._altered(value)

    def _first_of(self, column: Column[Any]) -> Any:
        """A value where there was none."""
        match column.type:
            case UtcDateTime():
                return datetime(2026, 11, 20, self.chance.randrange(24), tzinfo=UTC)
            case CanonicalJson():
                return [1]
            case Date():
                return date(2026, 11, self.chance.randrange(1, 30))
            case Boolean():
                return True
            case Integer():
                return self.chance.randrange(1, 9)
        return "x"

    def _altered(self, value: Any) -> Any:
        match value:
            case bool():
                return not value
            case int():
                return value + self.chance.choice((-1, 1, 7))
            case datetime():
                return value + timedelta(seconds=self.chance.choice((-1, 1, 3600)))
            case date():
                return value + timedelta(days=self.chance.choice((-1, 1, 31)))
            case bytes():
                return self.byte(value)
            case str():
                return self.letter(value)
            case list() | dict():
                return self._inside(value)
        return None

    def byte(self, content: bytes) -> bytes:
        """The same with one byte another."""
        place = self.chance.randrange(len(content))
        return content[:place] + bytes([content[place] ^ self.chance.randrange(1, 256)]) + content[place + 1 :]

    def letter(self, value: str) -> str:
        """The same with one letter or digit another, or a letter more."""
        place = self.chance.randrange(len(value) + 1)
        new = self.chance.choice("0123456789" if value[place : place + 1].isdigit() else "abcdefghijklmnopqrstuvwxyz")
        return value[:place] + new + value[place + 1 :]

    def _inside(self, value: Any) -> Any:
        """JSON with one of its ends another."""
        copy = json.loads(json.dumps(value))
        if not copy:
            return ["x"] if isinstance(copy, list) else {"x": 1}
        key = self.chance.choice(list(copy) if isinstance(copy, dict) else range(len(copy)))
        copy[key] = self._altered(copy[key]) if copy[key] is not None else 1
        return copy


@contextmanager
def at_work(app: Flask, owners_url: str, chance: Random) -> Iterator[Hands]:
    """Hands in a transaction that is undone at the end, as are the files."""
    engine = create_engine(owners_url, poolclass=NullPool)
    with app.app_context(), engine.connect().execution_options(aboveboard_writes=True) as connection:
        hands = Hands(connection, chance)
        try:
            unguard(connection)
            yield hands
        finally:
            connection.rollback()
            hands.put_back()


def unguard(connection: Connection) -> None:
    """What the owner of the tables can do first: no trigger but the queue's fires any more, no foreign key is minded."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        return
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
    for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def _is(table: Table, row: Row) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]
