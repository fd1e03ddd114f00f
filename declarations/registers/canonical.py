"""A register's rows as canonical lines, the same in every language: what is compared, sealed and put in an auditor's bundle.

`register.jsonl` holds one JSON object a line (RFC 8785: sorted keys, no spaces), first the entries sheet by sheet, then the
decisions. `sheet` names the kind ("gift" …) or "decision"; every other member is a column by its key, left out where it is empty.
Words are slugs, days ISO 8601, moments UTC, money "EUR 31000" (minor units), rates decimal text, composed texts English.
"""

import json
from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import repeat
from typing import Any

from declarations.registers.columns import Cell, Column
from declarations.registers.safe_cell import BETWEEN, Texts, text_of
from declarations.registers.words import Words

Members = Callable[[Sequence[Any]], Sequence[bytes]]
_REMARKABLE = tuple(
    (bytes([plain]), escaped) for plain, escaped in zip(b'\\"\n\t', (b"\\\\", b'\\"', b"\\n", b"\\t"), strict=True)
)
_CONTROLS = bytes({*range(0x20)} - {*BETWEEN, *b"\n\t"})
_REMEMBERED = 20_000  # values a column may hold in memory


class LineWriter:
    """Encodes batches of rows of one sheet. `english` puts composed values into words."""

    def __init__(self, sheet: str, columns: Sequence[Column], english: Words) -> None:
        self._columns = sorted((column.key, place, _members(column, english)) for place, column in enumerate(columns))
        self._sheet = f',"sheet":{json.dumps(sheet)}'.encode()

    def encode(self, values: Sequence[Sequence[Any]]) -> bytes:
        """The lines of some rows, given column by column. A column that is empty in all of them costs nothing."""
        rows = len(values[0])
        told: list[tuple[str, Iterable[bytes]]] = [
            (key, members(values[place]))
            for key, place, members in self._columns
            if values[place][0] is not None or values[place].count(None) != rows
        ]
        insort(told, ("sheet", repeat(self._sheet, rows)))
        lines = [b"".join(members)[1:] for members in zip(*(members for _, members in told), strict=True)]
        return b"{" + b"}\n{".join(lines) + b"}\n"


def _members(column: Column, english: Words) -> Members:
    """Turns a column's values into members, each with the comma before it; nothing for None."""
    before, told = f',"{column.key}":', column.told
    if column.again:
        return _Member(before, lambda value: _string(told(value, english) if told else value)).all
    match column.cell:
        case Cell.WORD | Cell.WHOLE:
            return _Member(before, _string).all
        case Cell.DAY:
            return _Member(before, lambda day: f'"{day.isoformat()}"').all
        case Cell.RATE:
            return _Member(before, lambda rate: f'"{rate:f}"').all
        case Cell.MONEY:
            return lambda values: _encoded(["" if money is None else f'{before}"{money[1]} {money[0]}"' for money in values])
        case Cell.MOMENT:
            return lambda values: _encoded(["" if moment is None else f'{before}"{iso_second(moment)}"' for moment in values])
    if told is None:
        return lambda values: _texts(values, before)

    def composed(values: Sequence[Any]) -> Sequence[bytes]:
        typed = next((value for value in values if value is not None), None)
        return _texts(values if isinstance(typed, str) else english.put(column.key, told, values), before)

    return composed


class _Member(dict[Any, bytes]):
    """The member of each value that comes again and again, made once."""

    def __init__(self, before: str, make: Callable[[Any], str]) -> None:
        super().__init__({None: b""})
        self._before, self._make = before, make

    def __missing__(self, value: Any) -> bytes:
        if len(self) > _REMEMBERED:
            self.clear()
            self[None] = b""
        made = self[value] = (self._before + self._make(value)).encode()
        return made

    def all(self, values: Sequence[Any]) -> Sequence[bytes]:
        """The members of a column."""
        return list(map(self.__getitem__, values))


def _encoded(members: list[str]) -> Sequence[bytes]:
    """Those of values that hold nothing that JSON escapes."""
    return "\n".join(members).encode("ascii").split(b"\n")


def _texts(values: Sequence[str | None], before: str) -> Sequence[bytes]:
    """Texts as members; many at once is far faster than each alone."""
    texts = values if isinstance(values, Texts) else Texts(values)
    together, made = texts.together, None
    if together is not None and len(together.translate(None, _CONTROLS)) == len(together):
        for plain, escaped in _REMARKABLE:
            if plain in together:
                together = together.replace(plain, escaped)
        start = f'{before}"'.encode()
        made = texts.spread((start + together[1:-1].replace(BETWEEN, b'"\x01' + start) + b'"').split(BETWEEN), b"")
    return made or [b"" if value is None else (before + _string(value)).encode() for value in values]


def _string(value: Any) -> str:
    return json.dumps(_encodable(value), ensure_ascii=False)


def _encodable(value: Any) -> Any:
    """The same, without what no bytes can stand for."""
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return text_of(value)
    return value


def iso_second(moment: datetime) -> str:
    """A moment in UTC, "2026-11-20T09:00:00Z"."""
    since = moment - _EPOCH
    minutes, second = divmod(since.seconds, 60)
    return f"{_day(since.days)}{_MINUTES[minutes]}{second:02d}Z"


@lru_cache(maxsize=_REMEMBERED)
def _day(days: int) -> str:
    return f"{(_EPOCH + timedelta(days)).date().isoformat()}T"


_MINUTES = [f"{hour:02d}:{minute:02d}:" for hour in range(24) for minute in range(60)]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
