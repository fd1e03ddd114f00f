"""A Word or Excel file is a zip with the parts such a document must have, and none that holds macros, whatever it is called."""

import html
import io
import zipfile
import zlib
from collections.abc import Callable

from workflows.case import Invalid
from workflows.words import N_

HAS_MACROS = N_("This file holds macros, so it was not added. Save it without them.")

MOST_PARTS = 5_000
LONGEST_LIST = 1_000_000  # bytes of the list of parts once unpacked; nothing else is ever unpacked
_LIST = "[content_types].xml"
_NO_PARTS = "", ""
_MACROS_BY_NAME = ("vbaproject.bin", "/macrosheets/")
_MACROS_BY_TYPE = ("macroenabled", "vbaproject", "macrosheet")


def office(part: str) -> Callable[[bytes], bool]:
    """Tells whether bytes are a document whose main part is `part`. Raises Invalid for one with macros.

    What a part is says the list of content types, since a macro's part may have any name. Only that list is unpacked, and no
    more of it than a real one has, so that a file that unpacks to gigabytes costs nothing.
    """

    def is_document(content: bytes) -> bool:
        if not content.startswith(b"PK") or content.count(b"PK\x01\x02") > MOST_PARTS:
            return False
        names, types = _parts_of(content)
        if any(mark in names for mark in _MACROS_BY_NAME) or any(mark in types for mark in _MACROS_BY_TYPE):
            raise Invalid("file_macros", HAS_MACROS)
        return f"\n{part}\n" in names and bool(types) and "<!doctype" not in types

    return is_document


def _parts_of(content: bytes) -> tuple[str, str]:
    """The parts' names, one a line, and the list of their types, all in small letters; twice nothing if it is no such file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = {entry.filename.lower(): entry for entry in archive.infolist()}
            if len(entries) < len(archive.infolist()) or _LIST not in entries:
                return _NO_PARTS
            with archive.open(entries[_LIST]) as part:
                listed = part.read(LONGEST_LIST + 1)
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, OSError, EOFError):  # broken, locked, packed in another way
        return _NO_PARTS
    if len(listed) > LONGEST_LIST:
        return _NO_PARTS
    wide = listed.startswith((b"\xff\xfe", b"\xfe\xff"))
    types = listed.decode("utf-16" if wide else "utf-8", "replace")
    return "\n".join(("", *entries, "")), html.unescape(types).lower()
