"""register.jsonl: the canonical lines of a register, kept compressed beside its workbook, and sealed by their digest."""

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, Any

from isal import igzip

from declarations.registers.pieces import Packed, combined, copy, unpacked

_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # no name, no time: the same lines give the same bytes
_AHEAD = 1 << 18  # bytes read at once
_NO_MORE = b"\x03\x00"  # an empty last block


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many lines and bytes register.jsonl has, and its SHA-256."""

    lines: int
    size: int
    sha256: str


def write(packed: Iterable[Packed], out: IO[bytes]) -> Sealed:
    """Put the pieces together as one gzip file in `out`, and say what is in it."""
    pieces = list(packed)
    out.write(_GZIP)
    digest, lines = hashlib.sha256(), 0
    for piece in pieces:
        copy(piece, out)
        for chunk in unpacked(piece.path):
            digest.update(chunk)
            lines += chunk.count(b"\n")
    raw, _, crc = combined(pieces)
    out.write(_NO_MORE + struct.pack("<II", crc, raw & 0xFFFFFFFF))
    return Sealed(lines, raw, digest.hexdigest())


def lines(path: Path) -> Iterator[bytes]:
    """The canonical lines of a kept register (`storage.path_of(register.rows_stored_as)`), each with its line end."""
    with igzip.open(path, "rb") as file, BufferedReader(file, _AHEAD) as ahead:  # type: ignore[no-untyped-call]
        yield from ahead


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a kept register: `sheet` and the columns by their keys, see `canonical`."""
    for line in lines(path):
        row: dict[str, Any] = json.loads(line)
        yield row
