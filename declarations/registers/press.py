"""The press writes pieces of a register: their rows as a sheet's XML, and beside it the same rows as canonical lines."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from sqlalchemy import Connection

from declarations.registers import keys, reader
from declarations.registers.canonical import LineWriter
from declarations.registers.change_columns import CHANGE_COLUMNS
from declarations.registers.pieces import Packed, Packer, Piece
from declarations.registers.rows_xml import RowWriter, Styles
from declarations.registers.scope import Scope
from declarations.registers.sheets import IN_LINES, SHEETS, values_of
from declarations.registers.words import Words

AT_ONCE = 5_000  # changes in a piece
CHANGES = "changes"


class Incomplete(Exception):
    """The rows written are not as many as the snapshot counted; such a file is never kept."""


@dataclass(frozen=True)
class Done:
    """A written piece: its XML, and its lines (None for a sheet that is not in register.jsonl)."""

    piece: Piece
    xml: Packed
    lines: Packed | None


def _values(changes: Sequence[Any]) -> list[Sequence[Any]]:
    """What stands in the columns of these changes."""
    return [list(map(column.value, changes)) for column in CHANGE_COLUMNS if callable(column.value)]


class Press:
    """Writes pieces of the register of `scope` in `language` into `folder`."""

    def __init__(self, scope: Scope, language: str, styles: Styles, folder: Path) -> None:
        self._scope, self._folder = scope, folder
        with force_locale("en"):
            english = Words()
        with force_locale(language):
            words = english if language == "en" else Words()
        self._rows: dict[str, Any] = {key: RowWriter(sheet.columns, styles, words, scope.zone) for key, sheet in SHEETS.items()}
        self._lines = {key: LineWriter(key, SHEETS[key].columns, english) for key in IN_LINES}
        self._language, self._styles, self._words = language, styles, words

    def forget(self, piece: Piece) -> None:
        """Remove what another began to write of a piece and did not finish."""
        for path in (self._xml(piece), self._told(piece)):
            path.unlink(missing_ok=True)

    def _xml(self, piece: Piece) -> Path:
        return self._folder / f"{piece.number}.xml"

    def _told(self, piece: Piece) -> Path:
        return self._folder / f"{piece.number}.jsonl"

    def write_changes(self, found: Iterable[Any], number: int, rows_a_sheet: int) -> Iterator[Done]:
        """Write the sheet of changes, which nobody counted before, in pieces numbered from `number` on. Always at least one."""
        writer = RowWriter(CHANGE_COLUMNS, self._styles, self._words, self._scope.zone)
        changes, place, most = iter(found), 0, min(AT_ONCE, rows_a_sheet)
        while True:
            part, before = divmod(place, rows_a_sheet)
            with force_locale(self._language):
                batch = list(islice(changes, min(most, rows_a_sheet - before)))
                xml = writer.encode(_values(batch), before + 2) if batch else b""
            if batch or place == 0:
                piece = Piece(CHANGES, part, number, before + 2, len(batch), place)
                with closing(Packer(self._xml(piece))) as packer:
                    packer.write(xml)
                    yield Done(piece, packer.done(), None)
            if not batch:
                return
            place, number = place + len(batch), number + 1

    def write(self, connection: Connection, piece: Piece, heard: Callable[[int], None]) -> Done:
        """Write one piece; `heard` is told how many rows were written each time. Raises Incomplete if they are not as many as
        planned, in which case nothing of it may be used."""
        left, first = piece.rows, piece.first
        columns, rows, lines = SHEETS[piece.sheet].columns, self._rows[piece.sheet], self._lines.get(piece.sheet)
        with ExitStack() as stack, force_locale(self._language), reader.no_search_for_cycles():
            xml = stack.enter_context(closing(Packer(self._xml(piece))))
            told = stack.enter_context(closing(Packer(self._told(piece)))) if lines else None
            these = keys.read(self._folder, piece.sheet, piece.place, piece.rows, reader.AT_ONCE)
            for batch in reader.batches(connection, self._scope, piece.sheet, these):
                values = values_of(columns, batch)
                xml.write(rows.encode(values, first))
                if lines and told:
                    told.write(lines.encode(values))
                written = len(values[0])
                first, left = first + written, left - written
                heard(written)
            if left:
                raise Incomplete("The rows written are not as many as the snapshot counted.")
            return Done(piece, xml.done(), told.done() if told else None)
