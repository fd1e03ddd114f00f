"""A register's rows as canonical lines, the same in every language: what is compared, sealed and put in an auditor's bundle.

`register.jsonl` holds one JSON object a line (RFC 8785: sorted keys, no spaces), first the entries sheet by sheet, then the
decisions. `sheet` names the kind ("gift" …) or "decision"; every other member is a column by its key, left out where it is empty.
Words are slugs, days ISO 8601, moments UTC, money "EUR 31000" (minor units), rates decimal text, composed texts English.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from declarations.registers.columns import Cell, Column
from declarations.registers.safe_cell import text_of
from declarations.registers.words import Words

Members = Callable[[Sequence[Any]], Sequence[bytes]]
_BETWEEN = "\x01"  # JSON escapes it in every text


class LineWriter:
    """Encodes batches of rows of one sheet. `english` puts composed values into words."""

    def __init__(self, sheet: str, columns: Sequence[Column], english: Words) -> None:
        named = sorted((column.key, place, column) for place, column in enumerate(columns))
        self._members = [(place, _members(column, english)) for _, place, column in named]
        self._sheet_at = sum(key < "sheet" for key, _, _ in named)
        self._sheet = f',"sheet":{json.dumps(sheet)}'.encode()

    def encode(self, values: Sequence[Sequence[Any]]) -> bytes:
        """The lines of some rows, given column by column."""
        columns = [members(values[place]) for place, members in self._members]
        columns.insert(self._sheet_at, [self._sheet] * len(values[0]))
        return b"".join([b"{%b}\n" % b"".join(members)[1:] for members in zip(*columns, strict=True)])


def _members(column: Column, english: Words) -> Members:
    """Turns a column's values into members, each with the comma before it."""
    before = f',"{column.key}":'.encode()
    plain = _plain(column, english)

    def members(values: Sequence[Any]) -> Sequence[bytes]:
        ready = values if plain is None else [None if value is None else plain(value) for value in values]
        told = _encoded(ready)
        return [b"" if one == b"null" else before + one for one in told]

    return members


def _encoded(values: Sequence[Any]) -> Sequence[bytes]:
    """Each value as JSON; many at once is far faster than each alone."""
    together = json.dumps(values, ensure_ascii=False, separators=(_BETWEEN, ":"))
    try:
        return together[1:-1].encode().split(_BETWEEN.encode())
    except UnicodeEncodeError:  # a lone surrogate somewhere
        return _encoded([text_of(value) if isinstance(value, str) else value for value in values])


def _plain(column: Column, english: Words) -> Callable[[Any], Any] | None:
    """How a column's value becomes text or a number; None where it is."""
    match column.cell:
        case Cell.DAY:
            return lambda day: day.isoformat()
        case Cell.MOMENT:
            return iso_second
        case Cell.RATE:
            return lambda rate: f"{rate:f}"
        case Cell.MONEY:
            return lambda money: f"{money[1]} {money[0]}"
        case Cell.TEXT | Cell.LONG if column.told is not None:
            told = column.told
            return lambda value: value if isinstance(value, str) else told(value, english) or None
    return None


def iso_second(moment: datetime) -> str:
    """A moment in UTC, "2026-11-20T09:00:00Z"."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
