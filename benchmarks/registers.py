"""Rows a second and memory of a register: our sheet beside openpyxl (write-only), XlsxWriter and rustpy-xlsxwriter, then the whole
register out of the database beside one read by ORM and appended row by row.

Each contender writes the same rows of the gifts' columns in a process of its own, so that its memory is its own. The others get
the values ready to write and no formats, which flatters them; the register out of the database also writes its other sheets and
its canonical rows, which the ORM's need not. A second process's start counts.
"""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import force_locale
from openpyxl import Workbook
from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from benchmarks.crowd import fill
from benchmarks.measure import Report, measure, peak_memory_mb, tell
from benchmarks.pages import database
from declarations.extensions import db
from declarations.models import Declaration, Event, Filing, Person
from declarations.registers import reader
from declarations.registers.columns import Cell, Column, entry_columns
from declarations.registers.entry import Entry
from declarations.registers.look import dress, styles_of
from declarations.registers.package import Pour, write_package
from declarations.registers.pieces import Packed, Packer
from declarations.registers.rows_xml import RowWriter, Styles
from declarations.registers.scope import Scope, belongs
from declarations.registers.seen import Seen
from declarations.registers.words import Words
from declarations.registers.workbook import write_workbook
from workflows.money import Money
from workflows.words import Kind

POOL = 2_000  # different rows, written over and over; far more text than deflate can look back on
BATCH = 500
PIECE = 5_000
SMALL = 10_000
WORDS = (
    "dinner after the quarterly review with two members of the client’s procurement team including wine hamper conference ticket "
    "travel café théâtre box football match watch voucher donated & recorded <EUR 50 Søren Łukasz 田中 O’Brien GmbH A/S"
).split()
ZONE = ZoneInfo("Europe/Copenhagen")


def columns() -> Sequence[Column]:
    """The gifts' columns, whose values are there already."""
    gifts = entry_columns(Kind.GIFT)
    return [Column(c.key, c.name, c.cell, c.width, "", None) for c in gifts]


def pool(seed: int = 7) -> list[tuple[Any, ...]]:
    """Rows of every kind of cell, about a third of the optional texts empty."""
    chance = random.Random(seed)
    cells = [column.cell for column in columns()]
    return [tuple(_value(cell, chance) for cell in cells) for _ in range(POOL)]


def _value(cell: Cell, chance: random.Random) -> Any:
    match cell:
        case Cell.TEXT:
            return " ".join(chance.choices(WORDS, k=3)) if chance.random() < 0.8 else None
        case Cell.LONG:
            return " ".join(chance.choices(WORDS, k=chance.randint(5, 20))) if chance.random() < 0.6 else None
        case Cell.WORD:
            return WORDS[chance.randrange(8)]
        case Cell.WHOLE:
            return chance.randrange(100)
        case Cell.MONEY:
            return chance.randrange(100, 250_000), chance.choice(("EUR", "DKK", "JPY"))
        case Cell.RATE:
            return Decimal(chance.randrange(500_000, 1_500_000)) / 1_000_000
        case Cell.DAY:
            return date(2024, 1, 1) + timedelta(chance.randrange(900))
        case Cell.MOMENT:
            return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(70_000_000))


def ready(row: tuple[Any, ...]) -> list[Any]:
    """The same row as other writers want it: numbers for money, wall-clock time without a zone."""
    return [_plain(value) for value in row]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return Money(*value).amount
    return value.astimezone(ZONE).replace(tzinfo=None) if isinstance(value, datetime) else value


def batches(rows: Sequence[Any], wanted: int) -> Iterator[Sequence[Any]]:
    """`rows` over and over, `wanted` in all."""
    while wanted > 0:
        for start in range(0, len(rows), BATCH):
            yield rows[start : start + min(BATCH, wanted)]
            wanted -= min(BATCH, wanted)
            if wanted <= 0:
                return


def ours(path: Path, rows: int, *, processes: int = 1) -> float:
    """Our sheet: openpyxl's package, rows poured in. The second process starts when the first does."""
    data, made = pool(), columns()
    began = time.perf_counter()
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    dress(sheet, key="Gifts", names=[str(n) for n in range(len(made))], widths=[c.width for c in made], rows=rows)
    job = Job(styles_of(workbook, sheet), path.parent, rows)
    places = list(range(0, rows, PIECE))
    if processes == 1:
        packed = dict(_pieces(job, data, iter(places)))
    else:
        context = multiprocessing.get_context("spawn")
        turn = context.Value("i", 0)
        mine, its = context.Pipe(duplex=False)
        second = context.Process(target=_half, args=(job, turn, its))
        second.start()
        its.close()
        packed = dict(_pieces(job, data, _turns(turn, rows)))
        packed |= mine.recv()
        second.join()
    with path.open("wb") as file:
        write_package(workbook, {sheet.title: Pour(rows, [packed[place] for place in places])}, file, path.parent)
    return time.perf_counter() - began


def ours_by_two(path: Path, rows: int) -> float:
    """The same by two processes."""
    return ours(path, rows, processes=2)


@dataclass(frozen=True)
class Job:
    """What both halves write with."""

    styles: Styles
    folder: Path
    rows: int


def _pieces(job: Job, data: Sequence[Any], places: Iterator[int]) -> Iterator[tuple[int, Packed]]:
    """Write the pieces that begin at these places."""
    writer = RowWriter(columns(), job.styles, None, ZONE)  # type: ignore[arg-type]
    for place in places:
        with closing(Packer(job.folder / f"{place}.xml")) as packer:
            first = place + 2
            for batch in batches(data, min(PIECE, job.rows - place)):
                packer.write(writer.encode(list(zip(*batch, strict=True)), first))
                first += len(batch)
            yield place, packer.done()


def _turns(turn: Any, rows: int) -> Iterator[int]:
    """The places this half gets: the next one that nobody has taken."""
    while True:
        with turn.get_lock():
            place = turn.value
            turn.value += PIECE
        if place >= rows:
            return
        yield place


def _half(job: Job, turn: Any, pipe: Any) -> None:
    pipe.send(dict(_pieces(job, pool(), _turns(turn, job.rows))))


def openpyxl(path: Path, rows: int) -> float:
    """openpyxl's own write-only mode."""
    data = [ready(row) for row in pool()]
    began = time.perf_counter()
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Gifts")
    for batch in batches(data, rows):
        for row in batch:
            sheet.append(row)
    workbook.save(path)
    return time.perf_counter() - began


def xlsxwriter(path: Path, rows: int) -> float:
    """XlsxWriter in constant memory."""
    import xlsxwriter as library

    data = [ready(row) for row in pool()]
    began = time.perf_counter()
    workbook = library.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, number = workbook.add_worksheet("Gifts"), 0
    for batch in batches(data, rows):
        for row in batch:
            sheet.write_row(number, 0, row)
            number += 1
    workbook.close()
    return time.perf_counter() - began


def rustpy_xlsxwriter(path: Path, rows: int) -> float:
    """rustpy-xlsxwriter, fed as it streams; it knows no Decimal."""
    import rustpy_xlsxwriter as library

    names = [str(number) for number in range(len(columns()))]
    plain = [[float(value) if isinstance(value, Decimal) else value for value in ready(row)] for row in pool()]
    data = [dict(zip(names, row, strict=True)) for row in plain]
    began = time.perf_counter()
    library.write_worksheet((row for batch in batches(data, rows) for row in batch), str(path), sheet_name="Gifts")
    return time.perf_counter() - began


def from_database(path: Path, rows: int, *, helped: bool = False) -> float:
    """The whole register, all sheets and the canonical rows, out of SQLite through one snapshot."""
    with crowd(rows) as (app, scope), app.app_context(), path.open("wb") as file, path.with_suffix(".gz").open("wb") as lines:
        began = time.perf_counter()
        with reader.snapshot(db.engine) as connection:
            settings = app.config["SETTINGS"] if helped else None
            written = write_workbook(
                connection, scope, file, lines, folder=path.parent, language="en", seen=Seen(0), helped=settings
            )
        seconds = time.perf_counter() - began
    assert written.entries >= rows
    return seconds


def from_database_by_two(path: Path, rows: int) -> float:
    """The same by two processes."""
    return from_database(path, rows, helped=True)


def openpyxl_from_database(path: Path, rows: int) -> float:
    """The same entries' sheets read by ORM, its relations fetched with each thousand, and appended by openpyxl's write-only mode."""
    with crowd(rows) as (app, scope), app.app_context(), force_locale("en"):
        session = db.session()
        words = Words()
        began = time.perf_counter()
        workbook, sheets, count = Workbook(write_only=True), {}, 0
        query = (
            select(Declaration, Filing, Event)
            .join(Filing, and_(Filing.declaration_id == Declaration.id, Filing.sequence == Declaration.filing))
            .join(Event, and_(Event.declaration_id == Declaration.id, Event.sequence == Declaration.version))
            .options(joinedload(Declaration.company), joinedload(Declaration.declarant).lazyload(Person.company))
            .options(joinedload(Declaration.counterparty))
            .where(belongs(scope))
            .order_by(Declaration.filed_at, Declaration.id)
        )
        for declaration, filing, event in session.execute(query.execution_options(yield_per=1000)):
            asked = entry_columns(Kind(declaration.kind))
            if declaration.kind not in sheets:
                sheets[declaration.kind] = workbook.create_sheet(declaration.kind)
                sheets[declaration.kind].append([column.name for column in asked])
            entry = Entry(_Appended(declaration, filing, event), (), (), scope.last_on)
            entry.answers, entry.assessment, entry.organisation = filing.answers, filing.assessment, filing.organisation
            sheets[declaration.kind].append([_told(column, entry, words) for column in asked])
            count += 1
        workbook.save(path)
        seconds = time.perf_counter() - began
    assert count >= rows
    return seconds


class _Appended:
    """A declaration's attributes by the names of our reader's row."""

    group_currency, prepared_by, imported_from = "EUR", None, None

    def __init__(self, declaration: Declaration, filing: Filing, event: Event) -> None:
        self._declaration = declaration
        self.company, self.declarant = declaration.company.name, declaration.declarant.name
        self.declarant_number, self.unit = declaration.declarant.number, declaration.declarant.unit
        firm = declaration.counterparty
        self.counterparty, self.registered_number = (firm.name, firm.registered_number) if firm else (None, None)
        self.counterparty_group, self.policy_digest, self.event_digest = None, filing.policy_digest, event.digest

    def __getattr__(self, name: str) -> Any:
        return getattr(self._declaration, name)


def _told(column: Column, entry: Entry, words: Words) -> Any:
    if isinstance(column.value, tuple):
        minor, currency = (getattr(entry.row, name) for name in column.value)
        value = None if minor is None else (minor, currency)
    else:
        value = getattr(entry.row, column.value) if isinstance(column.value, str) else column.value(entry)
    if value is not None and column.told is not None:
        value = column.told(value, words)
    return _plain(value)


@contextmanager
def crowd(rows: int) -> Iterator[tuple[Flask, Scope]]:
    """A database with that many declarations, and the register of all of them."""
    with database("sqlite") as app:
        story = fill(app, rows)
        everything = Scope(story.ids["company NL"], ZONE, date(2000, 1, 1), date(2100, 1, 1))
        yield app, everything


def in_its_own_process(contender: Callable[[Path, int], float], rows: int) -> tuple[float, float]:
    """Seconds and the peak memory in MB of a contender that had a whole process to itself."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
        return alone.submit(_measured, contender.__name__, rows).result()


def _measured(name: str, rows: int) -> tuple[float, float]:
    """In the child, which finds the contender by its name."""
    with tempfile.TemporaryDirectory() as folder:
        return CONTENDERS[name](Path(folder) / "register.xlsx", rows), peak_memory_mb()


CONTENDERS: dict[str, Callable[[Path, int], float]] = {
    each.__name__: each
    for each in (
        ours, ours_by_two, openpyxl, xlsxwriter, rustpy_xlsxwriter, from_database, from_database_by_two, openpyxl_from_database,
    )
}  # fmt: skip


def work(report: Report) -> None:
    """Each in turn."""
    report.figure("columns", len(columns()))
    rates: dict[str, float] = {}
    for name, contender in CONTENDERS.items():
        seconds, memory = in_its_own_process(contender, report.rows)
        rates[name] = report.rows / seconds
        report.figure(f"{name}_rows_per_s", rates[name])
        report.figure(f"{name}_memory_mb", memory)
        tell(f"{name}: {rates[name]:,.0f} rows/s, {memory:.0f} MB")
    _, small = in_its_own_process(ours, min(SMALL, report.rows))
    report.figure(f"ours_memory_mb_at_{min(SMALL, report.rows)}", small)
    for name in ("openpyxl", "xlsxwriter", "rustpy_xlsxwriter"):
        report.ratio(name, rates["ours"] / rates[name])
    report.ratio("openpyxl_by_two", rates["ours_by_two"] / rates["openpyxl"])
    report.ratio("openpyxl_from_database", rates["from_database"] / rates["openpyxl_from_database"])
    report.ratio("openpyxl_from_database_by_two", rates["from_database_by_two"] / rates["openpyxl_from_database"])


if __name__ == "__main__":
    measure("registers", work, rows=100_000)
