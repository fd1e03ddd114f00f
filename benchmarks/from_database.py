"""The whole register out of a database, with one process and with two, beside the one a developer would write first; and how long
pages take meanwhile."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from flask_babel import force_locale

from benchmarks import by_orm
from benchmarks.contenders import MOST, SMALL, in_its_own_process, in_turns, measured, versus
from benchmarks.crowd import NOW, fill
from benchmarks.measure import Report, Stopwatch, Took, percentile, timed
from benchmarks.pages import database, pages
from benchmarks.sheet_writers import forks_are_up
from benchmarks.sheets import ZONE
from benchmarks.varied import vary
from config import Settings
from declarations.extensions import db
from declarations.jobs import worker
from declarations.registers import reader
from declarations.registers.scope import Scope
from declarations.registers.seen import Seen
from declarations.registers.workbook import write_workbook
from tests.conftest import close_database, make_app
from tests.support.story import Story

DAYS = 540  # the crowd's declarations are spread evenly over them
ROUNDS = 200  # pages asked for


def from_database(path: Path, settings: Settings, scope: Scope, _rows: int, *, by_two: bool = False) -> Took:
    """The whole register, all sheets and the canonical rows, through one snapshot."""
    with _app(settings), path.open("wb") as file, path.with_suffix(".gz").open("wb") as lines:
        if by_two:
            forks_are_up("declarations.registers.halves")
        watch = Stopwatch()
        with reader.snapshot(db.engine) as connection:
            helped = settings if by_two else None
            write_workbook(connection, scope, file, lines, folder=path.parent, language="en", seen=Seen(0), helped=helped)
        return watch.took_with_others() if by_two else watch.took()


def from_database_by_two(path: Path, settings: Settings, scope: Scope, rows: int) -> Took:
    """The same by two processes."""
    return from_database(path, settings, scope, rows, by_two=True)


def orm_and_append(path: Path, settings: Settings, scope: Scope, rows: int) -> Took:
    """The first `rows` of the same entries with their decisions, by ORM and openpyxl's write-only mode."""
    with _app(settings), force_locale("en"):
        watch = Stopwatch()
        by_orm.write(db.session(), scope, path, most=rows)
        return watch.took()


@contextmanager
def _app(settings: Settings) -> Iterator[None]:
    app = make_app(settings)
    with app.app_context():
        yield
    close_database(app)


def out_of_the_database(report: Report, rows: int) -> None:
    """The register of everything the crowd declared."""
    with database("sqlite") as app:
        story = fill(app, rows)
        vary(app)
        settings, group = app.config["SETTINGS"], story.ids["company NL"]
        everything = _since(group, NOW - timedelta(days=2 * DAYS))
        contenders = {"from_database": rows, "from_database_by_two": rows, "orm_and_append": min(rows, MOST)}
        paces, memory = in_turns(report, __name__, contenders, settings, everything)
        versus(report, "openpyxl_from_database", paces["from_database"], paces["orm_and_append"])
        report.ratio("openpyxl_from_database_by_two", paces["from_database_by_two"][0] / paces["orm_and_append"][0])
        few = _since(group, NOW - timedelta(days=max(DAYS * SMALL // rows, 1)))
        _, small = in_its_own_process(__name__, "from_database", settings, few, SMALL)
        report.figure("from_database_memory_mb_at_about_10000", small)
        report.ratio("memory_from_database", memory["from_database"] / small)
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
    kindly = partial(os.nice, worker.KINDNESS)
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), kindly) as builder:
        building, meanwhile = builder.submit(measured, __name__, "from_database_by_two", settings, scope, report.rows), []
        while not building.done():
            meanwhile += ask()
    report.times("pages_alone", alone)
    report.times("pages_meanwhile", meanwhile)
    report.ratio("pages_p99_meanwhile", percentile(meanwhile, 99) / percentile(alone, 99))
