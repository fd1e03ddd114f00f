"""Rows become a sheet's XML a batch at a time: each column encodes its values with one small function chosen once.

openpyxl spends most of its time making an object and an XML element for each cell. Here a column knows its letter, its style and
its kind of cell beforehand, so that a cell is one formatted string, and the batch one join.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter

from declarations.registers.columns import Cell, Column
from declarations.registers.safe_cell import FIRST_DAY, local, needs_quote, serial_of, text_of, xml_text, xml_texts
from declarations.registers.shared_strings import SharedStrings
from declarations.registers.words import Words
from workflows.money import exponent

Encode = Callable[[Sequence[Any], Sequence[str]], list[str]]


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


class RowWriter:
    """Encodes batches of rows for one list of columns. `zone` is where its moments are told."""

    def __init__(self, columns: Sequence[Column], styles: Styles, words: Words, zone: tzinfo, strings: SharedStrings) -> None:
        self._values = [column.value for column in columns]
        self._words = words
        self._encoders = [
            _encoder(column.cell, get_column_letter(number), styles, zone, strings) for number, column in enumerate(columns, 1)
        ]

    def encode(self, rows: Sequence[Any], first: int) -> bytes:
        """The XML of `rows`, the first of them being the sheet's row `first` (counted from 1)."""
        numbers = [str(number) for number in range(first, first + len(rows))]
        words = self._words
        cells = [
            encode([value(row, words) for row in rows], numbers)
            for value, encode in zip(self._values, self._encoders, strict=True)
        ]
        starts = [f'<row r="{number}">' for number in numbers]
        lines = map("".join, zip(starts, *cells, strict=True))
        return ("</row>".join(lines) + "</row>").encode() if rows else b""

    def pour(self, batches: Iterable[Sequence[Any]], first: int = 2) -> Iterator[bytes]:
        """The XML of batch after batch, as one sheet's rows from `first` on."""
        for rows in batches:
            yield self.encode(rows, first)
            first += len(rows)


def _encoder(cell: Cell, letter: str, styles: Styles, zone: tzinfo, strings: SharedStrings) -> Encode:
    """The function that turns a column's values into cells; an empty cell is no cell."""
    match cell:
        case Cell.TEXT:
            return _texts(letter, styles.text, styles.quoted)
        case Cell.LONG:
            return _texts(letter, styles.long, styles.long_quoted)
        case Cell.WORD:
            return _words(letter, styles.text, styles.quoted, strings)
        case Cell.WHOLE:
            return _plain(letter, styles.whole)
        case Cell.RATE:
            return _rates(letter, styles.rate)
        case Cell.MONEY:
            return _moneys(letter, styles.money)
        case Cell.DAY:
            return _days(letter, styles)
        case Cell.MOMENT:
            return _moments(letter, styles, zone)


def _fragment(value: str, style: int, quoted: int) -> str:
    """A text as a cell, all but its address."""
    text = text_of(value)
    return f'" s="{quoted if needs_quote(text) else style}" t="inlineStr"><is>{_element(text)}</is></c>'


def _element(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<t{space}>{xml_text(text)}</t>"


def _texts(letter: str, style: int, quoted: int) -> Encode:
    opening, before = f'<c r="{letter}', f'" s="{style}" t="inlineStr"><is><t>'

    def encode(values: Sequence[str | None], numbers: Sequence[str]) -> list[str]:
        present = [(value, number) for value, number in zip(values, numbers, strict=True) if value]
        texts = xml_texts([value for value, _ in present])
        if texts is None:
            cells = [f"{opening}{number}{_fragment(value, style, quoted)}" for value, number in present]
        else:
            cells = [f"{opening}{number}{before}{text}</t></is></c>" for text, (_, number) in zip(texts, present, strict=True)]
        if len(cells) == len(values):
            return cells
        following = iter(cells)
        return [next(following) if value else "" for value in values]

    return encode


def _words(letter: str, style: int, quoted: int, strings: SharedStrings) -> Encode:
    """Texts of which there are few: each stands once in the workbook."""
    opening, known = f'<c r="{letter}', dict[str, str]()

    def fragment(value: str) -> str:
        if value not in known:
            text = text_of(value)
            style_ = quoted if needs_quote(text) else style
            known[value] = f'" s="{style_}" t="s"><v>{strings.place(_element(text))}</v></c>'
        return known[value]

    return lambda values, numbers: [
        f"{opening}{number}{fragment(value)}" if value else "" for value, number in zip(values, numbers, strict=True)
    ]


def _plain(letter: str, style: int) -> Encode:
    return lambda values, numbers: [
        "" if value is None else f'<c r="{letter}{number}" s="{style}"><v>{value:d}</v></c>'
        for value, number in zip(values, numbers, strict=True)
    ]


def _rates(letter: str, style: int) -> Encode:
    return lambda values, numbers: [
        "" if value is None else f'<c r="{letter}{number}" s="{style}"><v>{value:f}</v></c>'
        for value, number in zip(values, numbers, strict=True)
    ]


def _moneys(letter: str, styles: Mapping[int, int]) -> Encode:
    known: dict[str, tuple[int, int]] = {}

    def one(money: tuple[int, str], number: str) -> str:
        minor, currency = money
        if currency not in known:
            places = exponent(currency)
            known[currency] = (places, styles[places])
        places, style = known[currency]
        return f'<c r="{letter}{number}" s="{style}"><v>{Decimal(minor).scaleb(-places):f}</v></c>'

    return lambda values, numbers: [
        "" if value is None else one(value, number) for value, number in zip(values, numbers, strict=True)
    ]


def _days(letter: str, styles: Styles) -> Encode:
    known: dict[date, str] = {}

    def fragment(day: date) -> str:
        if day not in known:
            number = serial_of(day)
            told = _fragment(day.isoformat(), styles.text, styles.quoted)
            known[day] = f'" s="{styles.day}"><v>{number}</v></c>' if number is not None else told
        return known[day]

    return lambda values, numbers: [
        "" if value is None else f'<c r="{letter}{number}{fragment(value)}' for value, number in zip(values, numbers, strict=True)
    ]


def _moments(letter: str, styles: Styles, zone: tzinfo) -> Encode:
    def one(moment: datetime, number: str) -> str:
        here = local(moment, zone)
        if here.date() < FIRST_DAY:
            return f'<c r="{letter}{number}{_fragment(here.isoformat(" ", "seconds"), styles.text, styles.quoted)}'
        seconds = here.hour * 3600 + here.minute * 60 + here.second
        return f'<c r="{letter}{number}" s="{styles.moment}"><v>{serial_of(here.date())}{_FRACTION[seconds]}</v></c>'

    return lambda values, numbers: [
        "" if value is None else one(value, number) for value, number in zip(values, numbers, strict=True)
    ]


_FRACTION = [f"{second / 86_400:.10f}"[1:] for second in range(86_400)]  # of a day, ".4375000000"
