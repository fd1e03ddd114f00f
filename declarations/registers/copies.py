"""A reader's copy of a bundle is the kept file, byte for byte, with their receipt added behind the last part.

Only the zip's directory at the end is written anew; the parts are sent as they lie on disk, so that nobody's copy can differ in them.
The receipt is signed with the event key, the only one that the web server has.
"""

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from declarations.evidence.keys import Signer
from declarations.registers.bundle import part_info, plain, signed

FORMAT = "aboveboard receipt 1"
RECEIPT, RECEIPT_SIGNATURE = "receipt.json", "receipt.sig"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Receipt:
    """Who took which bundle when (UTC, as text), after typing their password when, and the digest of the event that says so."""

    register: str
    name: str
    number: str
    taken_at: str
    confirmed_at: str
    event: str


@dataclass(frozen=True)
class Copy:
    """A copy on its way: `kept` up to `length`, then `tail`."""

    kept: Path
    length: int
    tail: bytes

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.length + len(self.tail)

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, some at a time."""
        left = self.length
        with self.kept.open("rb") as file:
            while left and (chunk := file.read(min(left, _CHUNK))):
                left -= len(chunk)
                yield chunk
        yield self.tail


def copy(kept: Path, receipt: Receipt, signer: Signer) -> Copy:
    """A copy of the bundle `kept` with its receipt."""
    with kept.open("rb") as file:
        behind = _Behind(file)
        with ZipFile(behind, "a", ZIP_DEFLATED) as archive:
            begins = behind.begins = archive.start_dir
            content = _told(receipt, archive.read("manifest.json"), signer)
            archive.writestr(part_info(RECEIPT), content)
            archive.writestr(part_info(RECEIPT_SIGNATURE), signed(signer, FORMAT, content))
        return Copy(kept, begins, behind.written.getvalue())


def _told(receipt: Receipt, manifest: bytes, signer: Signer) -> bytes:
    return plain(
        {
            "confirmed_at": receipt.confirmed_at,
            "event": receipt.event,
            "format": FORMAT,
            "key": signer.id,
            "manifest": hashlib.sha256(manifest).hexdigest(),
            "register": receipt.register,
            "taken_at": receipt.taken_at,
            "taken_by": {"name": receipt.name, "number": receipt.number},
        }
    )


class _Behind(io.RawIOBase):
    """A file to read, whose bytes from `begins` on are written in memory instead."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file, self._at = file, 0
        self._end = os.fstat(file.fileno()).st_size
        self.begins: int | None = None
        self.written = io.BytesIO()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        size = self._end if self.begins is None else self.begins + len(self.written.getbuffer())
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Of the file itself; nothing that was written is read back."""
        self._file.seek(self._at)
        found = self._file.read(-1 if size is None else size)
        self._at += len(found)
        return found

    def write(self, content: bytes) -> int:  # type: ignore[override]
        """Behind the file's parts."""
        assert self.begins is not None
        self.written.seek(self._at - self.begins)
        self._at += self.written.write(content)
        return len(content)

    def truncate(self, size: int | None = None) -> int:
        """What was there before is not sent."""
        assert self.begins is not None
        return self.written.truncate((self._at if size is None else size) - self.begins)
