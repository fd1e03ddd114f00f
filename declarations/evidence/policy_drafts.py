"""A draft of a policy held against its events: where it stands, its text, its resolution and the document that is written in."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from declarations.evidence.chain import Difference
from declarations.models import Event, PolicyDraft

PUBLISHED = "policy:published"


def drafts(connection: Connection, bytes_of: Callable[[str, str], str | None]) -> Iterator[Difference]:
    """Every difference between the drafts and what the record says of them; `bytes_of(folder, name)` gives a stored file's SHA-256."""
    last, resolved, published = _told(connection)
    for row in connection.execute(select(*PolicyDraft.__table__.columns)):
        name = f"draft {row.public_id} of policy {row.key}"
        told = last.pop(row.public_id, None)
        if told is None:
            yield Difference(name, "is in no event")
            continue
        if row.state != ("published" if row.public_id in published else told["to"]):
            yield Difference(name, "does not stand where its last event left it")
        if hashlib.sha256(row.text.encode()).hexdigest() != told["public"]["text"]:
            yield Difference(name, "its text is not the one of its last event")
        if row.resolution is not None:
            yield from _resolution(name, row, resolved.get(row.public_id, {}), bytes_of)
    for missing in sorted(last):
        yield Difference(f"draft {missing}", "is in the record, but gone")


def _told(connection: Connection) -> tuple[dict[str, Any], dict[str, Any], set[str]]:
    """By draft its last event but the publishing, what was resolved on it; and which were published."""
    last: dict[str, Any] = {}
    resolved: dict[str, Any] = {}
    published: set[str] = set()
    rows = connection.execute(
        select(Event.action, Event.body).where(Event.stream.like("policy/%")).order_by(Event.stream, Event.sequence)
    )
    for action, body in rows:
        event = json.loads(body)
        draft = event["public"].get("draft")
        if draft and action == PUBLISHED:
            published.add(draft)
        elif draft:
            last[draft] = event
            if action == "policy:resolved":
                resolved[draft] = event["public"]
    return last, resolved, published


def _resolution(name: str, row: Any, told: dict[str, Any], bytes_of: Callable[[str, str], str | None]) -> Iterator[Difference]:
    if (row.resolution, row.resolved_on.isoformat(), row.sha256) != tuple(
        told.get(k) for k in ("resolution", "resolved_on", "sha256")
    ):
        yield Difference(name, "its resolution is not the one in its event")
    found = bytes_of("attachments", row.stored_as)
    if found != row.sha256:
        yield Difference(name, "the document of its resolution is " + ("missing" if found is None else "changed"))
