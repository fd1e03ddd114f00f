"""The last sheet: what the register can be checked by. Nobody needs this app for it: the lines lie beside the workbook."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, select

from declarations.models import Event, LogCheckpoint, LogLeaf
from declarations.registers.changes import Last
from declarations.registers.lines_file import Sealed
from declarations.registers.seen import Seen
from workflows.words import N_

_SAME_ROWS = N_(
    "register.jsonl holds the same rows as this workbook, one to a line. Codes stand for words there, except in “What would have "
    "changed it”."
)


def facts(connection: Connection, seen: Seen, sealed: Sealed, last: Last | None) -> list[tuple[str, Any]]:
    """Name and value of each line, in the language in force; `connection` reads the record."""
    digest = connection.execute(select(Event.digest).where(Event.id == seen.last)).scalar_one_or_none()
    checkpoint = _checkpoint(connection, seen)
    return [
        (_("What can be checked"), _(_SAME_ROWS)),
        (_("Lines"), sealed.lines),
        (_("Bytes"), sealed.size),
        (_("SHA-256 of register.jsonl"), sealed.sha256),
        (_("Last event of the record that it saw"), seen.last),
        (_("Digest of that event"), digest or "–"),
        (_("Last event that the extract before saw"), last.seen.last if last else "–"),
        (_("Checkpoint of the record"), checkpoint or _("The record had no checkpoint yet.")),
    ]


def _checkpoint(connection: Connection, seen: Seen) -> str | None:
    """The latest signed note over no event that came later."""
    later = select(LogLeaf.index).where(LogLeaf.event_id > seen.last).order_by(LogLeaf.index).limit(1)
    first_later = connection.execute(later).scalar_one_or_none()
    query = select(LogCheckpoint.note).order_by(LogCheckpoint.size.desc(), LogCheckpoint.id.desc()).limit(1)
    if first_later is not None:
        query = query.where(LogCheckpoint.size <= first_later)
    return connection.execute(query).scalar_one_or_none()
