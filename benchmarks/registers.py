"""Rows a second and memory of a register: our sheet beside plain openpyxl (write-only) and XlsxWriter, then out of the database.

Each contender writes the same rows of the gifts' columns, held in memory, in a process of its own, so that its memory is its own.
`openpyxl` and `xlsxwriter` get the values ready to write and no formats, which flatters them.
"""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.measure import Report, measure, peak_memory_mb, tell
from declarations.registers.columns import Cell, Column, entry_columns
from workflows.money import Money
from workflows.words import Kind

POOL = 2_000  # different rows, written over and over; far more text than deflate can look back on
BATCH = 1_000
WORDS = (
    "dinner after the quarterly review with two members of the client’s procurement team including wine hamper conference ticket "
    "travel café théâtre box football match watch voucher donated & recorded <EUR 50 Søren Łukasz 田中 O’Brien GmbH A/S"
).split()
ZONE = ZoneInfo("Europe/Copenhagen")


def columns() -> Sequence[Column]:
    """The gifts' columns, each taking its value out of a tuple."""
    gifts = entry_columns(Kind.GIFT)
    return [Column(c.name, c.cell, c.width, lambda row, words, place=place: row[place]) for place, c in enumerate(gifts)]


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


def ours(path: Path, rows: int) -> float:
    """Our sheet: openpyxl's package, rows poured in."""
    from openpyxl import Workbook

    from declarations.registers.look import dress, styles_of
    from declarations.registers.package import Pour, write_package
    from declarations.registers.rows_xml import RowWriter
    from declarations.registers.shared_strings import SharedStrings

    data, made = pool(), columns()
    began = time.perf_counter()
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    dress(sheet, key="Gifts", names=[str(n) for n in range(len(made))], widths=[c.width for c in made], rows=rows)
    strings = SharedStrings()
    writer = RowWriter(made, styles_of(workbook, sheet), None, ZONE, strings)  # type: ignore[arg-type]
    with path.open("wb") as file:
        write_package(workbook, {sheet.title: Pour(rows, writer.pour(batches(data, rows)))}, file, strings)
    return time.perf_counter() - began


def openpyxl(path: Path, rows: int) -> float:
    """openpyxl's own write-only mode."""
    from openpyxl import Workbook

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


def from_database(path: Path, rows: int) -> float:
    """The whole register, all sheets, out of SQLite through one snapshot."""
    from benchmarks.crowd import fill
    from benchmarks.pages import database
    from declarations.extensions import db
    from declarations.registers import reader
    from declarations.registers.scope import Scope
    from declarations.registers.workbook import write_workbook

    with database("sqlite") as app:
        story = fill(app, rows)
        scope = Scope(story.ids["company NL"], ZONE, date(2000, 1, 1), date(2100, 1, 1))
        with app.app_context(), path.open("wb") as file:
            began = time.perf_counter()
            with reader.snapshot(db.engine) as connection:
                written = write_workbook(connection, scope, file, language="en")
            seconds = time.perf_counter() - began
    tell(f"{written.entries} entries from the database in {seconds:.1f} s")
    return seconds


def in_its_own_process(contender: Callable[[Path, int], float], rows: int) -> tuple[float, float]:
    """Seconds and the peak memory in MB of a contender that had a whole process to itself."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as alone:
        seconds, memory = alone.apply(_measured, (contender.__name__, rows))
    return seconds, memory


def _measured(name: str, rows: int) -> tuple[float, float]:
    """In the child, which finds the contender by its name."""
    contender: Callable[[Path, int], float] = {each.__name__: each for each in (ours, openpyxl, xlsxwriter, from_database)}[name]
    with tempfile.TemporaryDirectory() as folder:
        return contender(Path(folder) / "register.xlsx", rows), peak_memory_mb()


def work(report: Report) -> None:
    """Each in turn."""
    report.figure("columns", len(columns()))
    rates: dict[str, float] = {}
    for contender in (ours, openpyxl, xlsxwriter):
        seconds, memory = in_its_own_process(contender, report.rows)
        rates[contender.__name__] = report.rows / seconds
        report.figure(f"{contender.__name__}_rows_per_s", rates[contender.__name__])
        report.figure(f"{contender.__name__}_memory_mb", memory)
        tell(f"{contender.__name__}: {rates[contender.__name__]:,.0f} rows/s, {memory:.0f} MB")
    _, small = in_its_own_process(ours, max(report.rows // 10, 1))
    report.figure("ours_memory_mb_at_a_tenth", small)
    seconds, _ = in_its_own_process(from_database, report.rows)
    report.figure("from_database_rows_per_s", report.rows / seconds)
    report.ratio("openpyxl", rates["ours"] / rates["openpyxl"])
    report.ratio("xlsxwriter", rates["ours"] / rates["xlsxwriter"])


if __name__ == "__main__":
    measure("registers", work, rows=100_000)
