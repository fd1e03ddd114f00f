"""Which rows stand on each sheet, in their order, is asked once: their keys lie in files in the build's folder, eight bytes each.

So no sheet is looked for among all declarations again, memory stays the same however many there are, and a second process knows
the rows too.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain, compress
from pathlib import Path

from sqlalchemy import Connection, select

from declarations.models import Decider, Declaration
from declarations.registers.columnwise import Reading
from declarations.registers.reader import BREACH, DECISION, ENTRIES_ORDER, no_search_for_cycles
from declarations.registers.scope import Scope, belongs, breach
from workflows.words import Kind

_AT_ONCE = 10_000
_SIZE = array("q").itemsize
_DECISIONS = select(Decider.declaration_id, Decider.id).order_by(Decider.declaration_id, Decider.event_sequence)


def write(connection: Connection, scope: Scope, folder: Path) -> dict[str, int]:
    """Write the keys of each sheet; returns how many rows each has: by kind, "decision" and "breach"."""
    counted = dict.fromkeys([*(kind.value for kind in Kind), DECISION, BREACH], 0)
    with ExitStack() as stack, no_search_for_cycles():
        files = {sheet: stack.enter_context(_path(folder, sheet).open("xb")) for sheet in counted}

        def put(sheet: str, some: Sequence[int]) -> None:
            array("q", some).tofile(files[sheet])
            counted[sheet] += len(some)

        entries = select(Declaration.id, Declaration.kind, breach(scope)).where(belongs(scope)).order_by(*ENTRIES_ORDER)
        decided = Reading(connection, _DECISIONS, Decider.declaration_id)
        for rows in connection.execute(entries.execution_options(yield_per=_AT_ONCE)).partitions():
            ids, kinds, late = zip(*rows, strict=True)
            for kind in set(kinds):
                put(kind, [key for key, of in zip(ids, kinds, strict=True) if of == kind])
            put(BREACH, list(compress(ids, late)))
            put(DECISION, _by(ids, decided.of(ids)))
    return counted


def _by(ids: Sequence[int], decisions: Iterable[Sequence[int]]) -> list[int]:
    """Decisions in the order of the declarations that they decided."""
    made: dict[int, list[int]] = {}
    for number, key in decisions:
        made.setdefault(number, []).append(key)
    return list(chain.from_iterable(made[number] for number in ids if number in made))


def read(folder: Path, sheet: str, place: int, rows: int, at_once: int) -> Iterator[list[int]]:
    """The keys of some rows of a sheet, from the one at `place` (counted from 0) on, in batches."""
    keys = array("q")
    with _path(folder, sheet).open("rb") as file:
        file.seek(place * _SIZE)
        keys.frombytes(file.read(rows * _SIZE))
    for start in range(0, len(keys), at_once):
        yield keys[start : start + at_once].tolist()


def _path(folder: Path, sheet: str) -> Path:
    return folder / f"{sheet}.keys"
