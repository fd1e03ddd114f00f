"""Long sheets are written in pieces, each deflated by itself, so that two processes can write halves of one sheet.

A piece ends with a full flush: pieces put one after the other are one deflate stream, and their checksums combine. Where pieces
begin depends on nothing but the rows, so that the same data gives the same bytes whoever writes them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from isal import isal_zlib

ROWS = 5_000  # in a piece
LEVEL = 0  # isal's fastest: a fifth of what it packs, and as small as zlib's second level makes it
_RAW = -15  # a deflate stream and nothing around it


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a part of a sheet; `first` is the number that part gives the first of them, `place` the one it has on all of them,
    counted from 0."""

    sheet: str
    part: int
    number: int
    first: int
    rows: int
    place: int


@dataclass(frozen=True, slots=True)
class Packed:
    """A deflated piece in a file: how many bytes it was, how many it is, and its CRC-32."""

    path: Path
    raw: int
    size: int
    crc: int


class Packer:
    """Deflates what it is given into a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("xb")
        self._deflate = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, _RAW)
        self._raw = self._crc = 0

    def write(self, content: bytes) -> None:
        """Add some bytes."""
        self._crc = isal_zlib.crc32(content, self._crc)
        self._raw += len(content)
        self._file.write(self._deflate.compress(content))

    def done(self, *, last: bool = False) -> Packed:
        """Close the file; `last` ends the whole stream, else another piece may follow."""
        self._file.write(self._deflate.flush(isal_zlib.Z_FINISH if last else isal_zlib.Z_FULL_FLUSH))
        size = self._file.tell()
        self.close()
        return Packed(self._path, self._raw, size, self._crc)

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


def combined(packed: Iterable[Packed]) -> tuple[int, int, int]:
    """Bytes before and after, and CRC-32, of pieces one after the other."""
    raw = size = crc = 0
    for one in packed:
        crc = isal_zlib.crc32_combine(crc, one.crc, one.raw)
        raw, size = raw + one.raw, size + one.size
    return raw, size, crc


def unpacked(path: Path) -> Iterator[bytes]:
    """The bytes that were packed into a piece."""
    inflate = isal_zlib.decompressobj(_RAW)
    with open(path, "rb") as file:
        while chunk := file.read(1 << 16):
            yield inflate.decompress(chunk)


def copy(packed: Packed, out: IO[bytes]) -> None:
    """Append a piece's deflated bytes to `out`."""
    with open(packed.path, "rb") as file:
        while chunk := file.read(1 << 20):
            out.write(chunk)


def plan(counted: Mapping[str, int], *, rows_a_sheet: int) -> list[Piece]:
    """All pieces of a register, in the order of its sheets. `counted` says how many rows each has."""
    pieces: list[Piece] = []
    for sheet, rows in counted.items():
        begins = _begins(rows, rows_a_sheet)
        for begin, end in zip(begins, [*begins[1:], rows], strict=True):
            part, place = divmod(begin, rows_a_sheet)
            pieces.append(Piece(sheet, part, len(pieces), place + 2, end - begin, begin))
    return pieces


def _begins(rows: int, rows_a_sheet: int) -> Sequence[int]:
    """At which row each piece begins; none reaches from one part of a sheet into the next."""
    parts = range(0, max(rows, 1), rows_a_sheet)
    return [begin for part in parts for begin in range(part, min(part + rows_a_sheet, max(rows, 1)), ROWS)]
