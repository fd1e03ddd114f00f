"""Writers of one big sheet from memory: ours beside openpyxl (write-only), XlsxWriter and rustpy-xlsxwriter, all given the same rows.

The others get the values ready to write and no formats, which flatters them.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from benchmarks.measure import Stopwatch, Took
from benchmarks.sheets import ZONE, batches, columns, pool, ready
from declarations.registers.look import dress, styles_of
from declarations.registers.package import Pour, write_package
from declarations.registers.pieces import Packed, Packer
from declarations.registers.rows_xml import RowWriter, Styles

BATCH = 250
PIECE = 5_000
FORKS = multiprocessing.get_context("forkserver")


def ours(path: Path, sheet: str, rows: int, *, processes: int = 1) -> Took:
    """Our sheet: openpyxl's package, rows poured in. The second process is forked when the first starts."""
    data, made = pool(sheet), columns(sheet)
    if processes > 1:
        forks_are_up(__name__)
    watch = Stopwatch()
    workbook = Workbook()
    page = workbook.worksheets[0]
    dress(page, key="Gifts", names=[str(n) for n in range(len(made))], widths=[c.width for c in made], rows=rows)
    job = Job(styles_of(workbook, page), path.parent, sheet, rows)
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
        write_package(workbook, {page.title: Pour(rows, [packed[place] for place in places])}, file, path.parent)
    return watch.took() if processes == 1 else watch.took_with_others()


def forks_are_up(program: str) -> None:
    """What forks second processes has loaded the program, as it has from a worker's second register on."""
    FORKS.set_forkserver_preload([program])
    first = FORKS.Process(target=os.getpid)
    first.start()
    first.join()


def ours_by_two(path: Path, sheet: str, rows: int) -> Took:
    """The same by two processes."""
    return ours(path, sheet, rows, processes=2)


@dataclass(frozen=True)
class Job:
    """What both halves write with."""

    styles: Styles
    folder: Path
    sheet: str
    rows: int


def _pieces(job: Job, data: Sequence[Any], places: Iterator[int]) -> Iterator[tuple[int, Packed]]:
    """Write the pieces that begin at these places."""
    writer = RowWriter(columns(job.sheet), job.styles, None, ZONE)  # type: ignore[arg-type]
    for place in places:
        with closing(Packer(job.folder / f"{place}.xml")) as packer:
            first = place + 2
            for batch in batches(data, min(PIECE, job.rows - place), BATCH):
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
    pipe.send(dict(_pieces(job, pool(job.sheet), _turns(turn, job.rows))))


def openpyxl(path: Path, sheet: str, rows: int) -> Took:
    """openpyxl's own write-only mode."""
    data = [ready(row) for row in pool(sheet)]
    watch = Stopwatch()
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet("Gifts")
    for batch in batches(data, rows, BATCH):
        for row in batch:
            page.append(row)
    workbook.save(path)
    return watch.took()


def xlsxwriter(path: Path, sheet: str, rows: int) -> Took:
    """XlsxWriter in constant memory."""
    import xlsxwriter as library

    data = [ready(row) for row in pool(sheet)]
    watch = Stopwatch()
    workbook = library.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page, number = workbook.add_worksheet("Gifts"), 0
    for batch in batches(data, rows, BATCH):
        for row in batch:
            page.write_row(number, 0, row)
            number += 1
    workbook.close()
    return watch.took()


def rustpy_xlsxwriter(path: Path, sheet: str, rows: int) -> Took:
    """rustpy-xlsxwriter, fed as it streams; it knows no Decimal."""
    import rustpy_xlsxwriter as library

    names = [str(number) for number in range(len(columns(sheet)))]
    plain = [[float(value) if isinstance(value, Decimal) else value for value in ready(row)] for row in pool(sheet)]
    data = [dict(zip(names, row, strict=True)) for row in plain]
    watch = Stopwatch()
    library.write_worksheet((row for batch in batches(data, rows, BATCH) for row in batch), str(path), sheet_name="Gifts")
    return watch.took()
