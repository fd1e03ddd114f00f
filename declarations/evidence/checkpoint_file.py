"""Every checkpoint is also appended to a file outside the database, so that a database put back to an earlier day is noticed."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import current_app

from declarations.evidence.note import Checkpoint, Malformed, read

NAME = "checkpoints.jsonl"


@dataclass(frozen=True)
class Filed:
    """One line of the file."""

    at: str  # the moment in UTC, for the reader only
    note: str
    checkpoint: Checkpoint


def path() -> Path:
    """Where the file lies."""
    return Path(current_app.config["SETTINGS"].data_dir) / NAME


def append(note: str, at: datetime) -> None:
    """Add a note, and come back when the disk has it. A line cut short by a crash is ended first; readers pass over it."""
    line = json.dumps({"at": at.isoformat(), "note": note}, ensure_ascii=False).encode() + b"\n"
    with path().open("a+b") as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            if file.read(1) != b"\n":
                line = b"\n" + line
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def notes() -> Iterator[Filed]:
    """All notes, oldest first; none where there is no file."""
    try:
        file = path().open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            found = _read(line)
            if found is not None:
                yield found


def largest(origin: str) -> Filed | None:
    """The note over the most leaves that was ever filed for a log, the later of two."""
    found: Filed | None = None
    for one in notes():
        if one.checkpoint.origin == origin and (found is None or one.checkpoint.size >= found.checkpoint.size):
            found = one
    return found


def _read(line: bytes) -> Filed | None:
    try:
        content = json.loads(line)
        return Filed(str(content["at"]), content["note"], read(content["note"])[0])
    except (ValueError, KeyError, TypeError, AttributeError, Malformed):
        return None
