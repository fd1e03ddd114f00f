"""Writers of one big sheet from memory: ours beside openpyxl (write-only), XlsxWriter and rustpy-xlsxwriter, all given the same rows.

The others get the values ready to write and no formats, which flatters them.
"""

from __future__ import annotations

import multiprocessing
import os
import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook

from benchmarks.measure import Stopwatch, Took
from declarations.registers.columns import Cell, Column, entry_columns
from declarations.registers.look import dress, styles_of
from declarations.registers.package import Pour, write_package
from declarations.registers.pieces import Packed, Packer
from declarations.registers.rows_xml import RowWriter, Styles
from workflows.money import Money
from workflows.words import Kind

POOL = 2_000  # different rows, written over and over; far more text than deflate can look back on
BATCH = 500
PIECE = 5_000
FORKS = multiprocessing.get_context("forkserver")
ZONE = ZoneInfo("Europe/Copenhagen")
WORDS = (
    "dinner after the quarterly review with two members of the client’s procurement team including wine hamper conference ticket "
    "travel café théâtre box football match watch voucher donated & recorded <EUR 50 Søren Łukasz 田中 O’Brien GmbH A/S"
).split()


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


def ours(path: Path, rows: int, *, processes: int = 1) -> Took:
    """Our sheet: openpyxl's package, rows poured in. The second process is forked when the first starts."""
    data, made = pool(), columns()
    if processes > 1:
        forks_are_up(__name__)
    watch = Stopwatch()
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    dress(sheet, key="Gifts", names=[str(n) for n in range(len(made))], widths=[c.width for c in made], rows=rows)
    job = Job(styles_of(workbook, sheet), path.parent, rows)
    places = list(range(0, rows, PIECE))
    if processes == 1:
        packed = dict(_pieces(job, data, iter(places)))
    else:
        turn = FORKS.Value("i", 0)
        mine, its = FORKS.Pipe(duplex=False)
        second = FORKS.Process(target=_half, args=(job, turn, its))
        second.start()
        its.close()
        packed = dict(_pieces(job, data, _turns(turn, rows)))
        packed |= mine.recv()
        second.join()
    with path.open("wb") as file:
        write_package(workbook, {sheet.title: Pour(rows, [packed[place] for place in places])}, file, path.parent)
    return watch.took() if processes == 1 else watch.took_with_others()


def forks_are_up(program: str) -> None:
    """What forks second processes has loaded the program, as it has from a worker's second register on."""
    FORKS.set_forkserver_preload([program])
    first = FORKS.Process(target=os.getpid)
    first.start()
    first.join()


def ours_by_two(path: Path, rows: int) -> Took:
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


def openpyxl(path: Path, rows: int) -> Took:
    """openpyxl's own write-only mode."""
    data = [ready(row) for row in pool()]
    watch = Stopwatch()
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Gifts")
    for batch in batches(data, rows):
        for row in batch:
            sheet.append(row)
    workbook.save(path)
    return watch.took()


def xlsxwriter(path: Path, rows: int) -> Took:
    """XlsxWriter in constant memory."""
    import xlsxwriter as library

    data = [ready(row) for row in pool()]
    watch = Stopwatch()
    workbook = library.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, number = workbook.add_worksheet("Gifts"), 0
    for batch in batches(data, rows):
        for row in batch:
            sheet.write_row(number, 0, row)
            number += 1
    workbook.close()
    return watch.took()


def rustpy_xlsxwriter(path: Path, rows: int) -> Took:
    """rustpy-xlsxwriter, fed as it streams; it knows no Decimal."""
    import rustpy_xlsxwriter as library

    names = [str(number) for number in range(len(columns()))]
    plain = [[float(value) if isinstance(value, Decimal) else value for value in ready(row)] for row in pool()]
    data = [dict(zip(names, row, strict=True)) for row in plain]
    watch = Stopwatch()
    library.write_worksheet((row for batch in batches(data, rows) for row in batch), str(path), sheet_name="Gifts")
    return watch.took()
