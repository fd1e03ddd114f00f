"""Which rows stand on each sheet, in their order, is asked once: their keys lie in files in the build's folder, eight bytes each.

So no sheet is looked for among all declarations again, memory stays the same however many there are, and a second process knows
the rows too.
"""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, select

from declarations.models import Decider, Declaration
from declarations.registers.reader import BREACH, DECISION, DECISIONS_ORDER, ENTRIES_ORDER
from declarations.registers.scope import Scope, belongs, breach
from workflows.words import Kind

_AT_ONCE = 10_000
_SIZE = array("q").itemsize


def write(connection: Connection, scope: Scope, folder: Path) -> dict[str, int]:
    """Write the keys of each sheet; returns how many rows each has: by kind, "decision" and "breach"."""
    counted = dict.fromkeys([*(kind.value for kind in Kind), DECISION, BREACH], 0)
    with ExitStack() as stack:
        files = {sheet: stack.enter_context(_path(folder, sheet).open("xb")) for sheet in counted}

        def put(sheet: str, some: Sequence[int]) -> None:
            array("q", some).tofile(files[sheet])
            counted[sheet] += len(some)

        entries = select(Declaration.id, Declaration.kind, breach(scope)).where(belongs(scope)).order_by(*ENTRIES_ORDER)
        for rows in _partitions(connection, entries):
            for kind in {kind for _, kind, _ in rows}:
                put(kind, [key for key, of, _ in rows if of == kind])
            put(BREACH, [key for key, _, late in rows if late])
        decisions = select(Decider.id).join(Declaration, Declaration.id == Decider.declaration_id).where(belongs(scope))
        for rows in _partitions(connection, decisions.order_by(*DECISIONS_ORDER)):
            put(DECISION, [key for (key,) in rows])
    return counted


def read(folder: Path, sheet: str, place: int, rows: int, at_once: int) -> Iterator[list[int]]:
    """The keys of some rows of a sheet, from the one at `place` (counted from 0) on, in batches."""
    keys = array("q")
    with _path(folder, sheet).open("rb") as file:
        file.seek(place * _SIZE)
        keys.frombytes(file.read(rows * _SIZE))
    for start in range(0, len(keys), at_once):
        yield keys[start : start + at_once].tolist()


def _partitions(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Any]]:
    """Through a cursor on the server, some rows at a time."""
    return connection.execute(query.execution_options(yield_per=_AT_ONCE)).partitions()


def _path(folder: Path, sheet: str) -> Path:
    return folder / f"{sheet}.keys"
