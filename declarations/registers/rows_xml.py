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
from itertools import chain
from typing import Any, Generic, TypeVar

from declarations.registers.columns import Cell, Column
from declarations.registers.safe_cell import BETWEEN, joined, local, needs_quote, serial_of, text_of, xml_text
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
        self._wrapped = [(at, column.width) for at, column in enumerate(columns) if column.cell is Cell.LONG]

    def encode(self, values: Sequence[Sequence[Any]], first: int) -> bytes:
        """The XML of some rows, given column by column; the first of them is the sheet's row `first` (counted from 1)."""
        columns = [
            cells(column) if any(value is not None for value in column) else [EMPTY] * len(column)
            for cells, column in zip(self._cells, values, strict=True)
        ]
        rows = len(values[0])
        starts = self._starts(columns, first, rows)
        return b"".join(chain.from_iterable(zip(starts, *columns, [b"</row>"] * rows, strict=True)))

    def _starts(self, columns: Sequence[Sequence[bytes]], first: int, rows: int) -> Sequence[bytes]:
        """How each row begins, high enough for what is wrapped in it: not every program sees to that by itself.

        A line holds as many bytes as its column is wide, so one of Japanese is given more room than it needs.
        """
        lines = [1] * rows
        for at, width in self._wrapped:
            needed = [-(-(len(cell) - _AROUND) // width) for cell in columns[at]]
            lines = [need if need > most else most for need, most in zip(needed, lines, strict=True)]
        return [
            b'<row r="%d">' % number if most == 1 else b'<row r="%d" ht="%d">' % (number, min(most, _MOST_LINES) * _LINE)
            for number, most in enumerate(lines, first)
        ]

    def pour(self, batches: Iterable[Sequence[Sequence[Any]]], first: int = 2) -> Iterator[bytes]:
        """The XML of batch after batch, as one sheet's rows from `first` on."""
        for values in batches:
            yield self.encode(values, first)
            first += len(values[0])


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
    return lambda values: cells([None if value is None else told(value, words) for value in values])


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
        together = joined(values)
        if together is None:
            return [_text(value, style, quoted).encode() if value else EMPTY for value in values]
        if all(values):
            return b"".join((before, together.replace(BETWEEN, between), after)).split(BETWEEN)
        return [before + text + after if text else EMPTY for text in together.split(BETWEEN)]

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
    known = _Amounts(styles)

    def one(money: tuple[int, str] | None) -> str:
        if money is None:
            return _EMPTY
        minor, currency = money
        before, unit, ends = known[currency]
        if minor < 0:
            return f"{before}-{-minor // unit}{ends[-minor % unit]}"
        return f"{before}{minor // unit}{ends[minor % unit]}"

    return lambda values: _encoded(map(one, values))


def _encoded(cells: Iterable[str]) -> Sequence[bytes]:
    """Many at once is faster than each alone."""
    return "\n".join(cells).encode("ascii").split(b"\n")


class _SteadyDays(dict[int, tuple[str, int] | None]):
    """Of a day of UTC on which the clocks of `zone` do not change: how a cell of it begins, and how many seconds they are ahead."""

    def __init__(self, zone: tzinfo, style: int) -> None:
        super().__init__()
        self._zone, self._style = zone, style

    def __missing__(self, ordinal: int) -> tuple[str, int] | None:
        begins = datetime.fromordinal(ordinal).replace(tzinfo=UTC)
        ahead = {(begins + hours).astimezone(self._zone).utcoffset() for hours in (timedelta(0), timedelta(hours=24))}
        number, offset = serial_of(begins.date()), ahead.pop()
        steady = None if ahead or number is None or offset is None else (number, int(offset.total_seconds()))
        made = self[ordinal] = steady and (f'<c s="{self._style}"><v>{steady[0]}', steady[1])
        return made


def _moments(styles: Styles, zone: tzinfo) -> Cells:
    """Moments by the wall clock of `zone`; those no spreadsheet can tell are written as text."""
    days = _SteadyDays(zone, styles.moment)

    def one(moment: datetime | None) -> str:
        if moment is None:
            return _EMPTY
        day = days[moment.toordinal()] if moment.tzinfo is UTC else None
        if day is not None:
            second = moment.hour * 3600 + moment.minute * 60 + moment.second + day[1]
            if 0 <= second < len(_FRACTION):
                return f"{day[0]}{_FRACTION[second]}</v></c>"
        here = local(moment, zone)
        number = serial_of(here.date())
        if number is None:
            return _text(here.isoformat(" ", "seconds"), styles.text, styles.quoted)
        return f'<c s="{styles.moment}"><v>{number}{_FRACTION[here.hour * 3600 + here.minute * 60 + here.second]}</v></c>'

    return lambda values: _encoded(map(one, values))


_FRACTION = [f"{second / 86_400:.10f}"[1:] for second in range(86_400)]  # of a day, ".4375000000"
