"""Two processes write one register: each takes the next piece nobody has taken, out of the same snapshot.

The second is a help and never a need: what it did not hand in, because it could not join the snapshot or died, the first writes
itself. It ends when the first does, and what it wrote lies in the first one's folder, which dies with it. It comes from a server of
processes that has loaded the program once, for all registers of a worker, and runs no thread that a fork could tear apart.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from config import Settings
from declarations.extensions import db
from declarations.models import Event
from declarations.registers import reader
from declarations.registers.pieces import Piece
from declarations.registers.press import Done, Press
from declarations.registers.rows_xml import Styles
from declarations.registers.scope import Scope

WORTH_IT = 15_000  # entries; below, one is done before a second has started
_FORKS = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Job:
    """What a press needs to know, and how to join the snapshot."""

    settings: Settings
    snapshot: str
    scope: Scope
    language: str
    styles: Styles
    folder: Path


@dataclass(frozen=True)
class Second:
    """The second process: whose turn it is, and how it hears and tells of pieces."""

    turn: Any
    pipe: Pipe


@contextmanager
def beside(job: Job | None) -> Iterator[Second | None]:
    """A second process as long as the block lasts; None without a job."""
    if job is None:
        yield None
    else:
        with _second(job) as second:
            yield second


def begin(second: Second | None, pieces: Sequence[Piece]) -> None:
    """Let the second, where there is one, write while the first sees to something else."""
    if second is not None:
        with suppress(BrokenPipeError):  # it has died already
            second.pipe.send(pieces)


def write_all(
    connection: Connection, press: Press, pieces: Sequence[Piece], heard: Callable[[int], None], second: Second | None
) -> list[Done]:
    """Write every piece and return them in their order; together with a second process where there is one, which has begun."""
    if second is None:
        return [press.write(connection, piece, heard) for piece in pieces]
    done: dict[int, Done] = {}
    while (number := _next(second.turn)) < len(pieces):
        done[number] = press.write(connection, pieces[number], heard)
        _collect(second.pipe, done, heard, wait=False)
    _collect(second.pipe, done, heard, wait=True)
    for number, piece in enumerate(pieces):
        if number not in done:
            press.forget(piece)
            done[number] = press.write(connection, piece, heard)
    return [done[number] for number in range(len(pieces))]


def shared(connection: Connection) -> str:
    """A name under which another process can join this snapshot."""
    if connection.dialect.name == "postgresql":
        return str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())
    return str(_last_event(connection))


@contextmanager
def _joined(name: str) -> Iterator[Connection | None]:
    """The snapshot of that name; None where it cannot be joined any more.

    SQLite has one writer, who writes an event with whatever a register shows: the same last event is the same content.
    """
    with reader.snapshot(db.engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{name}'")
            yield connection
        else:
            yield connection if str(_last_event(connection)) == name else None


def _last_event(connection: Connection) -> int:
    last: int = connection.execute(select(func.max(Event.id))).scalar_one() or 0
    return last


@contextmanager
def _second(job: Job) -> Iterator[Second]:
    _FORKS.set_forkserver_preload([__name__])
    turn = _FORKS.Value("i", 0)
    mine, its = _FORKS.Pipe()
    process: BaseProcess = _FORKS.Process(target=help_write, args=(job, turn, its), daemon=True)
    process.start()
    its.close()
    try:
        yield Second(turn, mine)
    finally:
        mine.close()
        process.terminate()
        process.join()


def _next(turn: Any) -> int:
    with turn.get_lock():
        turn.value += 1
        return int(turn.value) - 1


def _collect(pipe: Pipe, done: dict[int, Done], heard: Callable[[int], None], *, wait: bool) -> None:
    """What the second has handed in so far, or, if `wait`, all until it ends."""
    try:
        while wait or pipe.poll():
            handed: Done = pipe.recv()
            done[handed.piece.number] = handed
            heard(handed.piece.rows)
    except (EOFError, ConnectionResetError):
        return


def help_write(job: Job, turn: Any, pipe: Pipe) -> None:
    """What the second process does."""
    from declarations import create_app  # noqa: PLC0415 - it imports this module

    server = os.getppid()  # which ends when the first does

    def heard(_rows: int) -> None:
        if os.getppid() != server:
            raise SystemExit

    with create_app(job.settings, rooms=()).app_context(), _joined(job.snapshot) as connection:
        if connection is None:
            return
        press = Press(job.scope, job.language, job.styles, job.folder)
        try:
            pieces: Sequence[Piece] = pipe.recv()
        except EOFError:  # the first has given up
            return
        while (number := _next(turn)) < len(pieces):
            pipe.send(press.write(connection, pieces[number], heard))
