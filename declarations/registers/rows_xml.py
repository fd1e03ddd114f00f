"""Rows become a sheet's XML a batch at a time: each column makes all its cells at once, then each row is one join.

openpyxl spends most of its time making an object and an XML element for each cell. Here a column knows its style and its kind of
cell beforehand. What comes again (words, days, rates, whole numbers) is made once and looked up; texts are joined, escaped and
wrapped as one long text, then split. No cell names its address, as the standard allows: it stands after the one before it, and
an empty one is there too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import repeat
from typing import Any, Generic, TypeVar

from declarations.registers.columns import Cell, Column
from declarations.registers.safe_cell import BETWEEN, Texts, joined, local, needs_quote, serial_of, text_of, xml_text
from declarations.registers.words import Words
from workflows.money import exponent

Cells = Callable[[Sequence[Any]], Sequence[bytes]]
K = TypeVar("K")

EMPTY = b"<c/>"
_EMPTY = EMPTY.decode()
_REMEMBERED = 20_000  # values a column may hold in memory
_AROUND = len(b'<c s="0" t="inlineStr"><is><t></t></is></c>')  # bytes of a text's cell besides the text
_LINE, _MOST_LINES = 15, 27  # points; a row may be 409 high


@dataclass(frozen=True)
class Styles:
    """Where in the workbook's table of formats each kind of cell stands; money by its number of decimals."""

    text: int
    quoted: int
    long: int
    long_quoted: int
    whole: int
    rate: int
    day: int
    moment: int
    money: Mapping[int, int]


class Once(dict[K | None, bytes], Generic[K]):
    """The cell of each value, made once; None is the empty cell."""

    def __init__(self, make: Callable[[K], str]) -> None:
        super().__init__({None: EMPTY})
        self._make = make

    def __missing__(self, value: K) -> bytes:
        if len(self) > _REMEMBERED:
            self.clear()
            self[None] = EMPTY
        made = self[value] = self._make(value).encode()
        return made

    def all(self, values: Sequence[Any]) -> Sequence[bytes]:
        """The cells of a column."""
        return list(map(self.__getitem__, values))


class RowWriter:
    """Encodes batches of rows for one list of columns. `zone` is where its moments are told."""

    def __init__(self, columns: Sequence[Column], styles: Styles, words: Words, zone: tzinfo) -> None:
        self._cells = [_cells(column, styles, words, zone) for column in columns]
        self._lines = [_Lines(column.width) if column.cell is Cell.LONG else None for column in columns]

    def encode(self, values: Sequence[Sequence[Any]], first: int) -> bytes:
        """The XML of some rows, given column by column; the first of them is the sheet's row `first` (counted from 1)."""
        rows, empty = len(values[0]), b""
        lines: list[Iterable[int]] = []
        parts: list[Iterable[bytes]] = []
        for cells, needed, column in zip(self._cells, self._lines, values, strict=True):
            if column[0] is None and column.count(None) == rows:  # empty columns beside each other are one text
                empty += EMPTY
                continue
            if empty:
                parts.append(repeat(empty, rows))
                empty = b""
            made = cells(column)
            parts.append(made)
            if needed is not None:
                lines.append(map(needed.__getitem__, map(len, made)))
        parts.append(repeat(empty + b"</row>", rows))
        return b"".join(map(b"".join, zip(_starts(lines, first, rows), *parts, strict=True)))

    def pour(self, batches: Iterable[Sequence[Sequence[Any]]], first: int = 2) -> Iterator[bytes]:
        """The XML of batch after batch, as one sheet's rows from `first` on."""
        for values in batches:
            yield self.encode(values, first)
            first += len(values[0])


class _Lines(dict[int, int]):
    """How many lines a text needs, by the length of its cell, in a column as wide as `width` bytes; so one of Japanese is given more
    room than it needs."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width

    def __missing__(self, size: int) -> int:
        needed = self[size] = min(max(-(-(size - _AROUND) // self._width), 1), _MOST_LINES)
        return needed


_HEIGHTS = (b"", b'">', *(b'" ht="%d">' % (lines * _LINE) for lines in range(2, _MOST_LINES + 1)))


def _starts(lines: Sequence[Iterable[int]], first: int, rows: int) -> Sequence[bytes]:
    """How each row begins, high enough for what is wrapped in it: not every program sees to that by itself."""
    most = map(max, *lines) if len(lines) > 1 else lines[0] if lines else repeat(1, rows)
    return [b'<row r="%d%b' % (number, _HEIGHTS[height]) for number, height in enumerate(most, first)]


def _cells(column: Column, styles: Styles, words: Words, zone: tzinfo) -> Cells:
    """The function that turns a column's values into cells."""
    told = column.told
    if column.again or column.cell is Cell.WORD:
        style, quoted = (styles.long, styles.long_quoted) if column.cell is Cell.LONG else (styles.text, styles.quoted)
        return Once[Any](lambda value: _text((told(value, words) or "") if told else value, style, quoted)).all
    match column.cell:
        case Cell.TEXT:
            return _told(column, words, _texts(styles.text, styles.quoted))
        case Cell.LONG:
            return _told(column, words, _texts(styles.long, styles.long_quoted))
        case Cell.WHOLE:
            return Once[int](lambda value: f'<c s="{styles.whole}"><v>{value:d}</v></c>').all
        case Cell.RATE:
            return Once[Decimal](lambda value: f'<c s="{styles.rate}"><v>{value:f}</v></c>').all
        case Cell.DAY:
            return Once[date](lambda day: _day(day, styles)).all
        case Cell.MONEY:
            return _moneys(styles.money)
        case Cell.MOMENT:
            return _moments(styles, zone)


def _told(column: Column, words: Words, cells: Cells) -> Cells:
    """Values that are put in words first."""
    told = column.told
    if told is None:
        return cells
    return lambda values: cells(words.put(column.key, told, values))


def _text(value: str, style: int, quoted: int) -> str:
    """One text as a cell."""
    text = text_of(value)
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f'<c s="{quoted if needs_quote(text) else style}" t="inlineStr"><is><t{space}>{xml_text(text)}</t></is></c>'


def _texts(style: int, quoted: int) -> Cells:
    """A column of texts: all in one where nothing in it needs a look of its own, one by one otherwise."""
    before, after = f'<c s="{style}" t="inlineStr"><is><t>'.encode(), b"</t></is></c>"
    between = after + BETWEEN + before

    def cells(values: Sequence[str | None]) -> Sequence[bytes]:
        texts = values if isinstance(values, Texts) else Texts(values)
        together, made = joined(texts), None
        if together is not None:
            made = texts.spread(b"".join((before, together.replace(BETWEEN, between), after)).split(BETWEEN), EMPTY)
        return made or [_text(value, style, quoted).encode() if value else EMPTY for value in values]

    return cells


def _day(day: date, styles: Styles) -> str:
    number = serial_of(day)
    return (
        f'<c s="{styles.day}"><v>{number}</v></c>' if number is not None else _text(day.isoformat(), styles.text, styles.quoted)
    )


class _Amounts(dict[str, tuple[str, int, Sequence[str]]]):
    """Of each currency: how its amounts begin, how many minor units make a major one, and how each number of them ends an amount."""

    def __init__(self, styles: Mapping[int, int]) -> None:
        super().__init__()
        self._styles = styles

    def __missing__(self, currency: str) -> tuple[str, int, Sequence[str]]:
        places = exponent(currency)
        ends = [f".{minor:0{places}d}</v></c>" if places else "</v></c>" for minor in range(10**places)]
        made = self[currency] = (f'<c s="{self._styles[places]}"><v>', 10**places, ends)
        return made


def _moneys(styles: Mapping[int, int]) -> Cells:
    """Amounts of (minor units, currency), written out to the last digit without ever being a float."""
    amounts = _Amounts(styles)

    def cells(values: Sequence[tuple[int, str] | None]) -> Sequence[bytes]:
        made = []
        for money in values:
            if money is None:
                made.append(_EMPTY)
                continue
            minor, currency = money
            before, unit, ends = amounts[currency]
            if minor < 0:
                before, minor = f"{before}-", -minor
            made.append(f"{before}{minor // unit}{ends[minor % unit]}")
        return _encoded(made)

    return cells


def _encoded(cells: Iterable[str]) -> Sequence[bytes]:
    """Many at once is faster than each alone."""
    return "\n".join(cells).encode("ascii").split(b"\n")


class _SteadyDays(dict[int, tuple[Sequence[str], int] | None]):
    """Of a day of UTC on which the clocks of `zone` do not change: how cells of that day, the one after and the one before begin, and
    how many seconds the clocks are ahead of UTC; None for another day."""

    def __init__(self, zone: tzinfo, style: int) -> None:
        super().__init__()
        self._zone, self._style = zone, style

    def __missing__(self, days: int) -> tuple[Sequence[str], int] | None:
        begins = _EPOCH + timedelta(days)
        ahead = {(begins + hours).astimezone(self._zone).utcoffset() for hours in (timedelta(0), timedelta(hours=24))}
        numbers = [serial_of((begins + timedelta(day)).date()) for day in (0, 1, -1)]
        offset = ahead.pop()
        if ahead or None in numbers or offset is None:
            self[days] = None
        else:
            self[days] = [f'<c s="{self._style}"><v>{number}' for number in numbers], int(offset.total_seconds())
        return self[days]


def _moments(styles: Styles, zone: tzinfo) -> Cells:
    """Moments by the wall clock of `zone`; those no spreadsheet can tell are written as text."""
    days = _SteadyDays(zone, styles.moment)

    def seldom(moment: datetime) -> str:
        here = local(moment, zone)
        number = serial_of(here.date())
        if number is None:
            return _text(here.isoformat(" ", "seconds"), styles.text, styles.quoted)
        return f'<c s="{styles.moment}"><v>{number}{_fraction(here.hour * 3600 + here.minute * 60 + here.second)}'

    def cells(moments: Sequence[datetime | None]) -> Sequence[bytes]:
        made = []
        for moment in moments:
            if moment is None:
                made.append(_EMPTY)
                continue
            since = moment - _EPOCH
            steady = days[since.days]
            if steady is None:
                made.append(seldom(moment))
                continue
            begins, ahead = steady
            day, second = 0, since.seconds + ahead
            if not 0 <= second < _A_DAY:
                day, second = divmod(second, _A_DAY)
            made.append(begins[day] + (_FRACTIONS[second] or _fraction(second)))
        return _encoded(made)

    return cells


_A_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


_FRACTIONS = [""] * _A_DAY  # worked out once for each second of the day


def _fraction(second: int) -> str:
    """How a second of the day ends its cell: ".4375000000"."""
    made = _FRACTIONS[second] = f"{second / _A_DAY:.10f}</v></c>"[1:]
    return made
