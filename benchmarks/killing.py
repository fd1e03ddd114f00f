"""A register's build is killed at random moments, half of them late: it is absent or complete, and nothing personal is left lying."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
from datetime import date

from flask import Flask

from benchmarks.crowd import fill
from benchmarks.measure import Report, measure, tell
from benchmarks.pages import database
from declarations import clock
from declarations.extensions import db, writing
from declarations.models import Register
from declarations.registers import building, storage

KILLED = 100
LATE = 1.5  # every other build is killed after its rows are written, within that many times a build's time


def work(report: Report) -> None:
    """Build once to know how long it takes, then kill KILLED builds somewhere in that time."""
    chance = random.Random(7)
    with database("sqlite") as app:
        story = fill(app, report.rows)
        company = story.ids["company NL"]
        began = time.perf_counter()
        _wait(_build(app, ask(app, company)))
        whole = time.perf_counter() - began
        tell(f"a whole build takes {whole:.1f} s")
        absent = complete = left = broken = 0
        for number in range(KILLED):
            public_id = ask(app, company)
            child = _build(app, public_id)
            if number % 2:
                _until_its_rows_are_written(app, child)
            time.sleep(chance.uniform(0, whole * LATE if number % 2 else whole))
            os.kill(child, signal.SIGKILL)
            _wait(child)
            with app.app_context():
                building.sweep()  # what a worker does when it starts
                row = db.session.query(Register).filter_by(public_id=public_id).one()
                left += len(_left_lying())
                if row.built_at is None:
                    absent += 1
                else:
                    complete += 1
                    broken += not _whole(row)
                db.session.remove()
                db.engine.dispose()
            tell(f"{number + 1}: {absent} absent, {complete} complete, {broken} broken, {left} left lying")
    for name, value in (("absent", absent), ("complete", complete), ("broken", broken), ("files_left_lying", left)):
        report.figure(name, value)


def ask(app: Flask, company_id: int) -> str:
    """A register asked for, as a row; no connection stays open, since what follows forks."""
    with app.app_context():
        with writing() as session:
            row = Register(company_id=company_id, first_on=date(2000, 1, 1), last_on=date(2100, 1, 1), language="en")
            row.asked_at = clock.now()
            session.add(row)
            session.flush()
            public_id = row.public_id
        db.session.remove()
        db.engine.dispose()
    return public_id


def _build(app: Flask, public_id: str) -> int:
    """Build in a process of its own; its number."""
    child = os.fork()
    if child == 0:
        with app.app_context():
            building.build(public_id)
        os._exit(0)
    return child


def _wait(child: int) -> None:
    os.waitpid(child, 0)


def _until_its_rows_are_written(app: Flask, child: int) -> None:
    """Until its lines are being put together, or it is done."""
    with app.app_context():
        unfinished = storage.folder() / "unfinished"
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if any(path.stat().st_size for path in unfinished.glob("*/register.jsonl.gz")):
            return
        time.sleep(0.005)


def _left_lying() -> list[str]:
    """Files of builds that no register names."""
    files = ("stored_as", "lines_stored_as", "bundle_stored_as")
    known = {getattr(row, name) for row in db.session.query(Register) for name in files}
    there = [path for path in storage.folder().rglob("*") if path.is_file() and path.name != ".gate"]
    return [str(path) for path in there if path.name not in known]


def _whole(row: Register) -> bool:
    """True if the files are the ones that the row and its event tell of."""
    told = {row.stored_as: row.sha256, row.bundle_stored_as: row.bundle_sha256}
    return all(_digest(str(name)) == sha256 for name, sha256 in told.items() if name is not None)


def _digest(stored_as: str) -> str | None:
    path = storage.path_of(stored_as)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


if __name__ == "__main__":
    measure("killing", work, rows=2_000)
