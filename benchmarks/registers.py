"""Rows a second and memory of a register: from memory beside three other writers, then the whole register out of the database, with
one process and with two, beside the one a developer would write first; and how long pages take meanwhile.

Each contender has a process of its own, so that its memory is its own; a second process's start counts. Ratios are by the clock;
those by seconds of processor time say more where the machine is busy. Slow contenders stop after MOST rows: their pace stays.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from flask_babel import force_locale

from benchmarks import by_orm
from benchmarks.crowd import NOW, fill
from benchmarks.measure import Report, Stopwatch, Took, measure, peak_memory_mb, percentile, tell, timed
from benchmarks.pages import database, pages
from benchmarks.sheet_writers import ZONE, columns, openpyxl, ours, ours_by_two, rustpy_xlsxwriter, xlsxwriter
from benchmarks.varied import vary
from config import Settings
from declarations.extensions import db
from declarations.registers import reader
from declarations.registers.scope import Scope
from declarations.registers.seen import Seen
from declarations.registers.workbook import write_workbook
from tests.conftest import close_database, make_app
from tests.support.story import Story

MOST = 30_000
SMALL = 10_000
DAYS = 540  # the crowd's declarations are spread evenly over them
ROUNDS = 200  # pages asked for
FROM_MEMORY = {each.__name__: each for each in (ours, ours_by_two, openpyxl, xlsxwriter, rustpy_xlsxwriter)}
SLOW = (openpyxl, xlsxwriter)


def from_database(path: Path, settings: Settings, scope: Scope, *, by_two: bool = False) -> Took:
    """The whole register, all sheets and the canonical rows, through one snapshot."""
    with _app(settings), path.open("wb") as file, path.with_suffix(".gz").open("wb") as lines:
        watch = Stopwatch()
        with reader.snapshot(db.engine) as connection:
            helped = settings if by_two else None
            write_workbook(connection, scope, file, lines, folder=path.parent, language="en", seen=Seen(0), helped=helped)
        return watch.took()


def from_database_by_two(path: Path, settings: Settings, scope: Scope) -> Took:
    """The same by two processes."""
    return from_database(path, settings, scope, by_two=True)


def orm_and_append(path: Path, settings: Settings, scope: Scope) -> Took:
    """The first MOST of the same entries with their decisions, by ORM and openpyxl's write-only mode."""
    with _app(settings), force_locale("en"):
        watch = Stopwatch()
        by_orm.write(db.session(), scope, path, most=MOST)
        return watch.took()


FROM_DATABASE = {each.__name__: each for each in (from_database, from_database_by_two, orm_and_append)}


@contextmanager
def _app(settings: Settings) -> Iterator[None]:
    app = make_app(settings)
    with app.app_context():
        yield
    close_database(app)


def in_its_own_process(kind: str, name: str, *given: object) -> tuple[Took, float]:
    """What a contender took, and its peak memory in MB, that had a whole process to itself."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
        return alone.submit(_measured, kind, name, *given).result()


def _measured(kind: str, name: str, *given: object) -> tuple[Took, float]:
    """In the child, which finds the contender by its name."""
    contenders: dict[str, Callable[..., Took]] = {**FROM_MEMORY, **FROM_DATABASE}
    with tempfile.TemporaryDirectory() as folder:
        return contenders[name](Path(folder) / f"{kind}.xlsx", *given), peak_memory_mb()


def told(report: Report, name: str, rows: int, took: Took, memory: float) -> tuple[float, float]:
    """Report a contender's rows for each second, by the clock and of processors."""
    paces = rows / took.clock, rows / took.processor
    report.figure(f"{name}_rows_per_s", paces[0])
    report.figure(f"{name}_rows_per_processor_s", paces[1])
    report.figure(f"{name}_memory_mb", memory)
    tell(f"{name}: {rows} rows, {paces[0]:,.0f} rows/s, {paces[1]:,.0f} a second of processor time, {memory:.0f} MB")
    return paces


def versus(report: Report, name: str, mine: tuple[float, float], theirs: tuple[float, float]) -> None:
    """Report how many times faster ours is."""
    report.ratio(name, mine[0] / theirs[0])
    report.ratio(f"{name}_processor", mine[1] / theirs[1])


def from_memory(report: Report) -> None:
    """One sheet, its rows at hand."""
    report.figure("columns", len(columns()))
    paces, memory = {}, {}
    for name, contender in FROM_MEMORY.items():
        rows = min(report.rows, MOST) if contender in SLOW else report.rows
        took, memory[name] = in_its_own_process("sheet", name, rows)
        paces[name] = told(report, name, rows, took, memory[name])
    for name in ("openpyxl", "xlsxwriter", "rustpy_xlsxwriter"):
        versus(report, name, paces["ours"], paces[name])
    report.ratio("openpyxl_by_two", paces["ours_by_two"][0] / paces["openpyxl"][0])
    small = min(SMALL, report.rows)
    report.figure(f"ours_memory_mb_at_{small}", in_its_own_process("sheet", "ours", small)[1])
    report.ratio("memory", memory["ours"] / report.figures[f"ours_memory_mb_at_{small}"])


def out_of_the_database(report: Report, rows: int) -> None:
    """The register of everything the crowd declared."""
    with database("sqlite") as app:
        story = fill(app, rows)
        vary(app)
        settings, group = app.config["SETTINGS"], story.ids["company NL"]
        everything = _since(group, NOW - timedelta(days=2 * DAYS))
        paces, memory = {}, {}
        for name in FROM_DATABASE:
            took, memory[name] = in_its_own_process("register", name, settings, everything)
            written = min(rows, MOST) if name == "orm_and_append" else rows
            paces[name] = told(report, name, written, took, memory[name])
        versus(report, "openpyxl_from_database", paces["from_database"], paces["orm_and_append"])
        report.ratio("openpyxl_from_database_by_two", paces["from_database_by_two"][0] / paces["orm_and_append"][0])
        few = _since(group, NOW - timedelta(days=max(DAYS * SMALL // rows, 1)))
        report.figure("from_database_memory_mb_at_about_10000", in_its_own_process("register", "from_database", settings, few)[1])
        report.ratio("memory_from_database", memory["from_database"] / report.figures["from_database_memory_mb_at_about_10000"])
        _pages_meanwhile(report, app, story, settings, everything)


def _since(company_id: int, first: datetime) -> Scope:
    return Scope(company_id, ZONE, first.date(), NOW.date())


def _pages_meanwhile(report: Report, app: Flask, story: Story, settings: Settings, scope: Scope) -> None:
    """The 99th percentile of pages while nobody builds, and while one register after the other is built by two processes."""
    asked = [opened for name, opened in pages(story).items() if name in ("home", "declaration", "search")]

    def ask() -> list[float]:
        return [s for client, paths in asked for path in paths[:ROUNDS] for s in timed(partial(client.get, path), 1)]

    ask()
    alone = ask()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as builder:
        building, meanwhile = builder.submit(_measured, "register", "from_database_by_two", settings, scope), []
        while not building.done():
            meanwhile += ask()
    report.times("pages_alone", alone)
    report.times("pages_meanwhile", meanwhile)
    report.ratio("pages_p99_meanwhile", percentile(meanwhile, 99) / percentile(alone, 99))


def work(report: Report) -> None:
    """Both in turn."""
    from_memory(report)
    out_of_the_database(report, min(report.rows, 100_000))


if __name__ == "__main__":
    measure("registers", work, rows=100_000)
