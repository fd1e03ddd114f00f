"""Every row of an old register becomes a declaration to land, a nil return, or a reason why it cannot land; none is dropped."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import TypeVar

import rfc8785

from declarations.counterparties import NewCounterparty
from declarations.importing.mapping import Mapping
from workflows.money import Money, exponent
from workflows.spelling import LONGEST_NAME, tidy
from workflows.words import Direction, Disposition, Kind, ValueBasis

LONGEST_TITLE = 300
_EARLIEST = date(1950, 1, 1)


class BadFile(ValueError):
    """A file that cannot be read as the mapping says; the sentence says where."""


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file. `line` is where it begins; the digest tells equal rows apart by their place among equals."""

    line: int
    cells: dict[str, str]
    digest: str


@dataclass(frozen=True)
class Entry:
    """A row that can land. `remark` says what was not a number or not a known word."""

    row: Row
    kind: Kind
    direction: Direction | None
    declarant: str
    declarant_number: str
    occurred_on: date
    ends_on: date | None
    filed_on: date | None
    title: str
    counterparty: NewCounterparty | None
    value: Money | None
    value_text: str
    form: str | None
    disposition: Disposition
    companion: bool
    remark: str = ""

    @property
    def value_basis(self) -> ValueBasis:
        """Unknown where the register has no number."""
        return ValueBasis.KNOWN if self.value else ValueBasis.UNKNOWN


@dataclass(frozen=True)
class Nil:
    """A row by which somebody said that there was nothing; a remark where another cell seems to say otherwise."""

    row: Row
    declarant: str
    remark: str = ""


@dataclass(frozen=True)
class Unusable:
    """A row that cannot land, and why."""

    row: Row
    reason: str


Read = Entry | Nil | Unusable
T = TypeVar("T")


def headings(content: bytes, mapping: Mapping | None = None) -> list[str]:
    """The first line's headings. Raises BadFile."""
    return [cell.strip() for cell in next(_csv(content, mapping), (0, []))[1]]


def read(content: bytes, mapping: Mapping, today: date) -> list[Read]:
    """Every row of the file in its order; wholly empty ones are no rows. Raises BadFile for headings or bytes that do not fit."""
    table = _csv(content, mapping)
    _, first = next(table, (0, []))
    names = [cell.strip() for cell in first]
    if missing := [name for name in mapping.needed() if name not in names]:
        raise BadFile(f"The file has no column “{missing[0]}”. Its columns are: {', '.join(names) or 'none'}.")
    seen: Counter[str] = Counter()
    found: list[Read] = []
    for line, cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        content_digest = sha256(rfc8785.dumps([names, cells])).hexdigest()
        seen[content_digest] += 1
        digest = sha256(f"{content_digest}/{seen[content_digest]}".encode()).hexdigest()
        row = Row(line, dict(zip(names, cells, strict=False)), digest)
        if len(cells) != len(names):
            found.append(Unusable(row, f"The row has {len(cells)} cells and the heading has {len(names)}."))
        else:
            found.append(_understood(row, mapping, today))
    return found


def _csv(content: bytes, mapping: Mapping | None) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line they begin on; a byte order mark is no part of the first heading."""
    encoding = mapping.encoding if mapping else "utf-8"
    try:
        text = content.decode("utf-8-sig" if encoding.lower().replace("-", "") == "utf8" else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        line = content[: getattr(error, "start", 0)].count(b"\n") + 1
        raise BadFile(f"Line {line} is not written in {encoding}.") from None
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mapping.delimiter if mapping else ",", strict=True)
    begins = 1
    try:
        for cells in rows:
            yield begins, cells
            begins = rows.line_num + 1
    except csv.Error as error:
        raise BadFile(f"The row that begins on line {begins} is no CSV: {error}.") from None


def _understood(row: Row, mapping: Mapping, today: date) -> Read:
    cell, columns = _cells(row), mapping.columns
    who, day = tidy(cell(columns.declarant)), tidy(cell(columns.occurred_on))
    if nil := [name for name, text in row.cells.items() if _plain(text) in mapping.nil_return]:
        return Nil(row, who, _doubt(row, mapping, day, nil[0]))
    if not who:
        return Unusable(row, f"Nobody is named under “{columns.declarant}”.")
    days = mapping.days(day)
    if len(days) != 1:
        return Unusable(row, _no_day(row, mapping, day, days))
    (occurred_on,) = days
    if not _EARLIEST <= occurred_on <= today:
        return Unusable(row, f"The day {occurred_on.isoformat()} under “{columns.occurred_on}” lies in the future or long ago.")
    name = tidy(cell(columns.counterparty))
    if len(name) > LONGEST_NAME:
        return Unusable(row, f"The name under “{columns.counterparty}” has {len(name)} characters; {LONGEST_NAME} is the most.")
    return _entry(row, mapping, who, occurred_on, name)


def _entry(row: Row, mapping: Mapping, who: str, occurred_on: date, name: str) -> Entry | Unusable:
    columns, words, always = mapping.columns, mapping.words, mapping.always
    said = _Said(row, mapping)
    kind = said.word(columns.kind, words.kind, always.kind)
    direction = said.word(columns.direction, words.direction, always.direction)
    if direction is None and kind not in (Kind.INTEREST, Kind.CONFLICT):
        return Unusable(row, f"“{said.text(columns.direction)}” under “{columns.direction}” says neither given nor received.")
    class_ = said.word(columns.counterparty_class, words.counterparty_class, always.counterparty_class)
    number = said.text(columns.counterparty_number)
    return Entry(
        row=row,
        kind=kind,
        direction=direction,
        declarant=who,
        declarant_number=said.text(columns.declarant_number),
        occurred_on=occurred_on,
        ends_on=said.end(occurred_on),
        filed_on=said.day(columns.filed_on),
        title=shortened(said.text(columns.title)) or kind.value,
        counterparty=NewCounterparty(name, class_, always.country, number or None) if name else None,
        value=said.amount(),
        value_text=said.text(columns.value),
        form=said.word(columns.form, words.form, always.form),
        disposition=said.word(columns.disposition, words.disposition, always.disposition),
        companion=said.word(columns.companion, words.companion, False),
        remark="; ".join(said.remarks),
    )


class _Said:
    """What the cells of one row say; whatever is no day, number or known word is remarked on."""

    def __init__(self, row: Row, mapping: Mapping) -> None:
        self.cell, self.mapping, self.remarks = _cells(row), mapping, list[str]()

    def text(self, column: str) -> str:
        return tidy(self.cell(column))

    def word(self, column: str, words: dict[str, T], otherwise: T) -> T:
        text = _plain(self.cell(column))
        if text and text not in words:
            self.remarks.append(f"“{self.text(column)}” under “{column}” is no word the mapping knows")
        return words.get(text, otherwise)

    def day(self, column: str) -> date | None:
        text = self.text(column)
        days = self.mapping.days(text)
        if text and len(days) != 1:
            self.remarks.append(f"“{text}” under “{column}” is no day")
        return next(iter(days)) if len(days) == 1 else None

    def end(self, begun: date) -> date | None:
        ended = self.day(self.mapping.columns.ends_on)
        if ended is None or ended >= begun:
            return ended
        self.remarks.append(f"it ends on {ended.isoformat()}, before it begins")
        return None

    def amount(self) -> Money | None:
        text = self.text(self.mapping.columns.value)
        value = amount(text, self.mapping)
        if value is None and _plain(text) not in self.mapping.unknown_value:
            self.remarks.append(f"“{text}” under “{self.mapping.columns.value}” is no number")
        return value


def _cells(row: Row) -> Callable[[str], str]:
    return lambda column: row.cells.get(column, "") if column else ""


def _doubt(row: Row, mapping: Mapping, day: str, column: str) -> str:
    """What speaks against a nil return although a cell says so."""
    worth = amount(tidy(_cells(row)(mapping.columns.value)), mapping)
    if worth is not None and mapping.days(day):
        return f"It says “{tidy(row.cells[column])}” under “{column}”, yet a day and an amount stand beside it."
    if day and _plain(day) not in mapping.nil_return:
        return f"“{day}” stands under “{mapping.columns.occurred_on}”: the cells may have moved."
    return ""


def _plain(text: str) -> str:
    return tidy(text).casefold()


def shortened(text: str) -> str:
    """A title of at most 300 characters; the whole text stays among the answers."""
    title = tidy(text)
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1].rstrip() + "…"


def _no_day(row: Row, mapping: Mapping, text: str, days: frozenset[date]) -> str:
    column = mapping.columns.occurred_on
    if len(days) > 1:
        both = " or ".join(sorted(day.isoformat() for day in days))
        return f"“{text}” under “{column}” could be {both}."
    moved = [name for name, cell in row.cells.items() if name != column and mapping.days(tidy(cell))]
    if moved and text:
        return f"“{text}” under “{column}” is no day, but there is one under “{moved[0]}”: the cells have moved."
    return f"“{text}” under “{column}” is no day in the form {' or '.join(mapping.dates)}."


def amount(text: str, mapping: Mapping) -> Money | None:
    """The amount a cell states in the mapping's currency; None for everything that is not plainly one number of it."""
    bare = text
    for sign in mapping.signs:
        bare = bare.removeprefix(sign).strip()
    group, point = (",", r"\.") if mapping.decimal == "." else (r"\.", ",")
    match = re.fullmatch(rf"(?P<whole>\d{{1,3}}(?:{group}\d{{3}})+|\d+)(?:{point}(?P<part>\d+))?", bare, re.ASCII)
    currency = mapping.always.currency
    if match is None or len((match["part"] or "").rstrip("0")) > exponent(currency):
        return None
    whole = re.sub(r"\D", "", match["whole"])
    return Money.of(Decimal(f"{whole}.{match['part'] or 0}"), currency) if len(whole) <= 12 else None
