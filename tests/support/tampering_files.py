"""Tampering with files: a byte of an attachment, a cell of a register."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Container
from random import Random

from declarations.registers import storage
from tests.support.hands import Hands


def attachment_byte(hands: Hands) -> str | None:
    """A byte of a file that was attached, and half of the time its digest in the row."""
    row = hands.one("attachment")
    assert row is not None
    path = hands.folder / "attachments" / row["stored_as"]
    content = hands.byte(path.read_bytes())
    hands.write(path, content)
    also = hands.chance.random() < 0.5
    if also:
        hands.change("attachment", row, sha256=hashlib.sha256(content).hexdigest())
    return f"{row['filename']}{', its digest too' if also else ''}"


def workbook_cell(hands: Hands) -> str | None:
    """A letter or digit of a cell in a kept register, and half of the time its size and digest in the row."""
    row = hands.chance.choice([row for row in hands.rows("register") if row["stored_as"]])
    path = storage.path_of(row["stored_as"])
    told = changed_cell(hands.chance, path.read_bytes())
    if told is None:
        return None
    content, what = told
    hands.write(path, content)
    also = hands.chance.random() < 0.5
    if also:
        hands.change("register", row, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    return f"{what}{', its digest too' if also else ''}"


def changed_cell(chance: Random, workbook: bytes, sheets: Container[str] | None = None) -> tuple[bytes, str] | None:
    """The workbook with another digit in a random cell (of these sheets), and what was changed; None if there is no such cell."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = [(info, archive.read(info)) for info in archive.infolist()]
    wanted = [n for n, (info, _) in enumerate(parts) if _is_sheet(info.filename) and (sheets is None or info.filename in sheets)]
    number = chance.choice(wanted)
    info, xml = parts[number]
    places = [found.start(1) for found in re.finditer(rb"<v>(.)", xml)]
    if not places:
        return None
    place = chance.choice(places)
    new = chance.choice([digit for digit in b"0123456789" if digit != xml[place]])
    parts[number] = (info, xml[:place] + bytes([new]) + xml[place + 1 :])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each, content in parts:
            archive.writestr(each.filename, content)
    return out.getvalue(), f"{info.filename} at {place}"


def _is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/sheet")
