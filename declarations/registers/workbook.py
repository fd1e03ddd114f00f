"""A register as a workbook: About, one sheet for each kind, Decisions, Breaches and late, Totals, all out of one snapshot."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from flask_babel import force_locale
from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Connection

from declarations.registers import about, reader
from declarations.registers.columns import BREACH_COLUMNS, DECISION_COLUMNS, Column, entry_columns, names_of
from declarations.registers.look import MONEY_FORMATS, dress, styles_of, write_facts
from declarations.registers.package import Pour, write_package
from declarations.registers.rows_xml import RowWriter
from declarations.registers.safe_cell import put, sheet_title
from declarations.registers.scope import Scope
from declarations.registers.shared_strings import SharedStrings
from declarations.registers.totals import Total, totals
from declarations.registers.words import Words
from workflows.money import Money, exponent
from workflows.words import N_, Kind

ROWS_A_SHEET = 1_048_575  # and the header makes the 1,048,576 that Excel can hold

SHEETS = {
    Kind.GIFT: ("Gifts", N_("Gifts")),
    Kind.ENTERTAINMENT: ("Entertainment", N_("Entertainment")),
    Kind.TRAVEL: ("Travel", N_("Travel")),
    Kind.INTEREST: ("Interests", N_("Interests")),
    Kind.CONFLICT: ("Conflicts", N_("Conflicts")),
    Kind.DONATION: ("Donations", N_("Donations")),
}
Batches = Iterator[Sequence[Any]]


class Incomplete(Exception):
    """The rows written are not as many as the snapshot counted; such a file is never kept."""


@dataclass(frozen=True)
class Written:
    """What a finished workbook holds: its entries, and their totals."""

    entries: int
    totals: list[Total]


@dataclass
class _Sheet:
    key: str
    title: str
    columns: Sequence[Column]
    rows: int
    batches: Batches


def write_workbook(
    connection: Connection,
    scope: Scope,
    out: IO[bytes],
    *,
    language: str,
    progress: Callable[[int, int], None] = lambda done, total: None,
    rows_a_sheet: int = ROWS_A_SHEET,
) -> Written:
    """Write the register of `scope` to `out` in `language`, reading through `connection`, a `reader.snapshot`.

    `progress` hears how many rows have been written, and how many there are. Raises Incomplete if rows went missing on the way.
    """
    with force_locale(language):
        words = Words()
        counted = reader.counts(connection, scope)
        lines = totals(connection, scope)
        workbook = Workbook()
        front = workbook.worksheets[0]
        front.title = sheet_title(_("About"))
        write_facts(front, about.facts(connection, scope, counted))
        strings = SharedStrings()
        writer_of = _writer_of(workbook, front, words, scope, strings)
        pours: dict[str, Pour] = {}
        teller = _Teller(sum(counted.values()), progress)
        for sheet in _sheets(connection, scope, counted):
            for title, rows, batches, key in _parts(workbook, sheet, rows_a_sheet):
                made = workbook.create_sheet(title)
                widths = [column.width for column in sheet.columns]
                dress(made, key=key, names=names_of(sheet.columns, words), widths=widths, rows=rows)
                pours[title] = Pour(rows, writer_of(sheet.columns).pour(teller.passing(batches, rows)))
        _write_totals(workbook, lines, words)
        write_package(workbook, pours, out, strings)
    return Written(sum(counted[kind.value] for kind in Kind), lines)


def _writer_of(
    workbook: Workbook, sheet: Worksheet, words: Words, scope: Scope, strings: SharedStrings
) -> Callable[[Sequence[Column]], RowWriter]:
    styles = styles_of(workbook, sheet)
    return lambda columns: RowWriter(columns, styles, words, scope.zone, strings)


def _sheets(connection: Connection, scope: Scope, counted: dict[str, int]) -> Iterator[_Sheet]:
    for kind, (key, title) in SHEETS.items():
        yield _Sheet(key, _(title), entry_columns(kind), counted[kind.value], reader.entries(connection, scope, kind))
    yield _Sheet("Decisions", _("Decisions"), DECISION_COLUMNS, counted["decisions"], reader.decisions(connection, scope))
    late = reader.entries(connection, scope, None, breaches_only=True)
    yield _Sheet("Breaches", _("Breaches and late"), BREACH_COLUMNS, counted["breaches"], late)


def _parts(workbook: Workbook, sheet: _Sheet, most: int) -> Iterator[tuple[str, int, Batches, str]]:
    """The sheet, or as many of `most` rows as it takes: title, rows, their batches, the table's name."""
    source = _Source(sheet.batches)
    for number in range(max(1, -(-sheet.rows // most))):
        rows = min(most, sheet.rows - number * most)
        key = sheet.key if number == 0 else f"{sheet.key}{number + 1}"
        last = number == max(0, (sheet.rows - 1) // most)
        yield sheet_title(sheet.title, workbook.sheetnames), rows, source.take(None if last else rows), key


class _Source:
    """Batches from which each part of a sheet takes its rows, one part after the other."""

    def __init__(self, batches: Batches) -> None:
        self._batches, self._rest = batches, list[Any]()

    def take(self, wanted: int | None) -> Batches:
        """Batches of `wanted` rows in all; the last part takes whatever is left, so that too many would be noticed."""
        while wanted is None or wanted > 0:
            batch = self._rest or list(next(self._batches, ()))
            if not batch:
                return
            now = batch if wanted is None else batch[:wanted]
            self._rest = [] if wanted is None else list(batch[wanted:])
            wanted = None if wanted is None else wanted - len(now)
            yield now


class _Teller:
    """Passes batches on, says how many rows went by, and does not let a sheet end with others than were counted."""

    def __init__(self, total: int, progress: Callable[[int, int], None]) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def passing(self, batches: Iterable[Sequence[Any]], expected: int) -> Batches:
        for batch in batches:
            yield batch
            expected -= len(batch)
            self._done += len(batch)
            self._progress(self._done, self._total)
        if expected:
            raise Incomplete("The rows written are not as many as the snapshot counted.")


_TOTAL_NAMES = (
    N_("Company"),
    N_("Kind"),
    N_("State"),
    N_("Entries"),
    N_("Without a value"),
    N_("Currency"),
    N_("Value, whole"),
    N_("Value, share"),
    N_("Base currency"),
    N_("Share in base currency"),
)
_TOTAL_WIDTHS = (28, 22, 24, 9, 12, 9, 18, 18, 9, 20)


def _write_totals(workbook: Workbook, lines: Sequence[Total], words: Words) -> None:
    sheet = workbook.create_sheet(sheet_title(_("Totals"), workbook.sheetnames))
    dress(sheet, key="Totals", names=[words.say(n) for n in _TOTAL_NAMES], widths=_TOTAL_WIDTHS, rows=len(lines))
    for number, line in enumerate(lines, 2):
        known = line.currency is not None
        values: tuple[tuple[Any, str | None], ...] = (
            (line.company, None),
            (words.label("kind", line.kind), None),
            (words.label("state", line.state), None),
            (line.entries, None),
            (line.without_value, None),
            (line.currency, None),
            (_amount(line.value_minor, line.currency) if known else None, line.currency),
            (_amount(line.share_minor, line.currency) if known else None, line.currency),
            (line.base_currency, None),
            (_amount(line.base_minor, line.base_currency), line.base_currency),
        )
        for column, (value, currency) in enumerate(values, 1):
            cell = sheet.cell(number, column)
            put(cell, value)
            if currency:
                cell.number_format = MONEY_FORMATS[exponent(currency)]


def _amount(minor: int, currency: str | None) -> Decimal | None:
    return Money(minor, currency).amount if currency else None
