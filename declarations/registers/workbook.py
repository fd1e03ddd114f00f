"""A register as a workbook: About, one sheet for each kind, Decisions, Breaches and late, Totals, all out of one snapshot."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO

from flask_babel import force_locale
from flask_babel import gettext as _
from openpyxl import Workbook
from sqlalchemy import Connection

from config import Settings
from declarations.registers import about, halves, integrity, keys, lines_file, reader
from declarations.registers.change_columns import CHANGE_COLUMNS
from declarations.registers.changes import Last, changes
from declarations.registers.columns import names_of
from declarations.registers.halves import Job
from declarations.registers.lines_file import Sealed
from declarations.registers.look import dress, styles_of, write_facts
from declarations.registers.package import Pour, write_package
from declarations.registers.pieces import plan
from declarations.registers.press import CHANGES, Done, Incomplete, Press
from declarations.registers.safe_cell import sheet_title
from declarations.registers.scope import Scope
from declarations.registers.seen import Seen
from declarations.registers.sheets import SHEETS, Sheet
from declarations.registers.totals import Total, totals
from declarations.registers.totals_sheet import write_totals
from declarations.registers.words import Words
from workflows.words import N_, Kind

__all__ = ["Incomplete", "Written", "write_workbook"]

ROWS_A_SHEET = 1_048_575  # and the header makes the 1,048,576 that Excel can hold


_CHANGES = Sheet(CHANGES, "Changes", N_("Changes since the last extract"), CHANGE_COLUMNS)


@dataclass(frozen=True)
class Written:
    """What a finished workbook holds: its entries, their totals, and the seal of its canonical rows."""

    entries: int
    totals: list[Total]
    rows: Sealed


def write_workbook(
    connection: Connection,
    scope: Scope,
    out: IO[bytes],
    lines: IO[bytes],
    *,
    folder: Path,
    language: str,
    seen: Seen,
    last: Last | None = None,
    record: Connection | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    rows_a_sheet: int = ROWS_A_SHEET,
    helped: Settings | None = None,
) -> Written:
    """Write the register of `scope` to `out` in `language`, reading through `connection`, a `reader.snapshot`, and its canonical
    rows to `lines`. `folder` is an empty one in which pieces lie until they are put together; `seen` says what of
    the record `connection` sees, `last` is the extract to compare with.
    For a past rebuilt by `past.as_seen`, `record` reads the record it was rebuilt from.

    With the app's settings as `helped` a second process helps where there are many rows.
    `progress` hears how many rows have been written, and how many there are. Raises Incomplete if rows went missing on the way.
    """
    with force_locale(language):
        words = Words()
        workbook = Workbook()
        front = workbook.worksheets[0]
        front.title = sheet_title(_("About"))
        styles = styles_of(workbook, front)
        job = None
        if helped is not None and reader.as_many(connection, scope, halves.WORTH_IT):
            job = Job(helped, halves.shared(connection), scope, language, styles, folder)
        with halves.beside(job) as second:
            counted = keys.write(connection, scope, folder)
            pieces = plan(counted, rows_a_sheet=rows_a_sheet)
            halves.begin(second, pieces)
            summed = _summed(connection, scope, counted)
            write_facts(front, about.facts(connection, scope, counted))
            teller = _Teller(sum(counted.values()), progress)
            press = Press(scope, language, styles, folder)
            done = halves.write_all(connection, press, pieces, teller.heard, second)
        changed = changes(connection, scope, last, folder, record)
        done += press.write_changes(changed, len(done), rows_a_sheet)
        sealed = lines_file.write((one.lines for one in done if one.lines), lines)
        pours = dict(_sheets(workbook, done, words))
        title, pour = write_totals(workbook, summed, words, scope=scope, styles=styles, folder=folder)
        seal = workbook.create_sheet(sheet_title(_("Integrity"), workbook.sheetnames))
        write_facts(seal, integrity.facts(record or connection, seen, sealed, last))
        write_package(workbook, pours | {title: pour}, out, folder)
    return Written(sum(counted[kind.value] for kind in Kind), summed, sealed)


def _summed(connection: Connection, scope: Scope, counted: Mapping[str, int]) -> list[Total]:
    """What the database says the entries add up to; Incomplete if they are not as many as were found for each sheet."""
    summed = totals(connection, scope)
    if any(counted[kind.value] != sum(line.entries for line in summed if line.kind == kind) for kind in Kind):
        raise Incomplete("The rows found are not as many as the snapshot counted.")
    return summed


def _sheets(workbook: Workbook, done: Sequence[Done], words: Words) -> Iterator[tuple[str, Pour]]:
    """Make the sheets, each part of one by itself, and say what goes into them."""
    for (key, part), some in groupby(done, key=lambda one: (one.piece.sheet, one.piece.part)):
        pieces, sheet = list(some), _CHANGES if key == CHANGES else SHEETS[key]
        rows = sum(one.piece.rows for one in pieces)
        title = sheet_title(_(sheet.title), workbook.sheetnames)
        made = workbook.create_sheet(title)
        table = sheet.table if part == 0 else f"{sheet.table}{part + 1}"
        widths = [column.width for column in sheet.columns]
        dress(made, key=table, names=names_of(sheet.columns, words), widths=widths, rows=rows)
        yield title, Pour(rows, [one.xml for one in pieces])


class _Teller:
    """Adds up what was written and passes it on."""

    def __init__(self, total: int, progress: Callable[[int, int], None]) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def heard(self, rows: int) -> None:
        """So many rows more."""
        self._done += rows
        self._progress(self._done, self._total)
