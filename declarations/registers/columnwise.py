"""Rows as the driver gives them, made into Python's a column at a time: what SQLAlchemy does for each row costs more than reading it.

They stay columns until they are written. Only what is looked at one by one is made into rows again.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Date, Dialect, Select, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine
from sqlalchemy.types import UserDefinedType as Defined

from declarations.models.base import UtcDateTime

Key = ColumnElement[int] | InstrumentedAttribute[int]
Column = Sequence[Any]
Fields = Mapping[str, Column]  # rows, column by column, by the columns' names
Convert = Callable[[Column], Column]


class Reading:
    """One statement, run for batch after batch of keys, so that it is the same text to the database each time."""

    def __init__(self, connection: Connection, query: Select[*tuple[Any, ...]], key: Key) -> None:
        self._connection, self._query = connection, query.where(_Among(key))
        self._convert = {str(column.key): _converting(column.type, connection.dialect) for column in query.selected_columns}
        self.nothing: Column = (None,) * len(self._convert)  # a row for what has none

    def of(self, keys: Sequence[int]) -> Sequence[Column]:
        """The rows of these keys as the driver gives them, in the statement's order; that is none if it asks for none."""
        result = self._connection.execute(self._query, {_THESE.key: keys})
        assert result.cursor is not None
        rows: Sequence[Column] = result.cursor.fetchall()
        result.close()
        return rows

    def fields(self, rows: Sequence[Column]) -> dict[str, Column]:
        """Some of these rows, at least one, as Python's values, by the names of the statement's columns."""
        columns = zip(self._convert.items(), zip(*rows, strict=True), strict=True)
        return {name: convert(column) if convert else column for (name, convert), column in columns}


def row_by_row(fields: Fields) -> Iterator[Any]:
    """The same as rows, whose fields have these names."""
    return map(_row(tuple(fields)), *fields.values())


@lru_cache(maxsize=16)
def _row(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names)


class _Keys(TypeDecorator[Sequence[int]]):
    """Many keys as one parameter: an array, where the database knows some, or JSON."""

    impl, cache_ok = Defined, True

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        return json.dumps(value) if dialect.name == "sqlite" else list(value or ())


_THESE: BindParameter[Any] = bindparam("these", type_=_Keys())


class _Among(ColumnElement[Any]):
    """True where the key is one of `_THESE`."""

    inherit_cache = True
    _traverse_internals: Any = [  # noqa: RUF012 - SQLAlchemy asks for it so
        ("one", InternalTraversal.dp_clauseelement),
        ("these", InternalTraversal.dp_clauseelement),
    ]
    type = NullType()  # of a Boolean SQLite would be asked whether it is 1, and would scan

    def __init__(self, one: Key) -> None:
        self.one, self.these = one, _THESE


@compiles(_Among)
def _in_array(element: _Among, compiler: Any, **given: Any) -> str:
    return f"{compiler.process(element.one, **given)} = ANY({compiler.process(element.these, **given)})"


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: Any, **given: Any) -> str:
    one, these = (compiler.process(part, **given) for part in (element.one, element.these))
    return f"{one} IN (SELECT value FROM json_each({these}))"  # noqa: S608 - both are SQLAlchemy's own words


def _converting(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What makes a column of this type into Python's values; None where the driver gives them already."""
    if dialect.name == "sqlite" and isinstance(kind, UtcDateTime):
        return _moments
    if dialect.name == "sqlite" and isinstance(kind, Date):
        return _Days().all
    one = kind.dialect_impl(dialect).result_processor(dialect, None)
    return None if one is None else lambda values: list(map(one, values))


def _moments(values: Column) -> Column:
    """SQLite keeps them in UTC and does not say so."""
    read = datetime.fromisoformat
    return [None if text is None else read(f"{text}+00:00") for text in values]


class _Days(dict[str | None, date | None]):
    """Days as SQLite keeps them; each that comes again and again is made once."""

    def __init__(self) -> None:
        super().__init__({None: None})

    def __missing__(self, text: str) -> date:
        made = self[text] = date.fromisoformat(text)
        return made

    def all(self, values: Column) -> Column:
        return list(map(self.__getitem__, values))
