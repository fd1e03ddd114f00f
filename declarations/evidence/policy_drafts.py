"""Drafts of policies held against their events: where each stands, its text and resolution, and what its rehearsals found."""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Text, select, type_coerce

from declarations.evidence.chain import Difference
from declarations.evidence.record import iso
from declarations.models import Event, PolicyDraft, PolicyRehearsal

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


def rehearsals(connection: Connection) -> Iterator[Difference]:
    """Every rehearsal is the one that was asked for and found what its event says; how far one has come, and that it was given up,
    is in no event. An asking that does not name that event is from before there was one, and then only the asking is compared."""
    asked: dict[str, Any] = {}
    found: dict[str, Any] = {}
    actions = {"policy:rehearsed": asked, "policy:rehearsal_found": found}
    events = select(Event.action, Event.body).where(Event.action.in_(actions), Event.stream.like("policy/%"))
    for action, body in connection.execute(events):
        event = json.loads(body)
        actions[action][event["public"].get("rehearsal")] = event
    columns = [column for column in PolicyRehearsal.__table__.columns if column.key != "figures"]
    figures = type_coerce(PolicyRehearsal.figures, Text).label("figures")
    for row in connection.execute(select(*columns, figures, PolicyDraft.public_id.label("draft")).join(PolicyDraft)):
        name = f"rehearsal {row.public_id} of draft {row.draft}"
        event, result = asked.pop(row.public_id, None), found.get(row.public_id)
        if event is None:
            yield Difference(name, "is in no event")
            continue
        said = {**event["public"], "by": event["actor"], "at": event["at"]}
        if any(said.get(key) != value for key, value in _asked(row).items()):
            yield Difference(name, "was asked for otherwise")
        untold = row.done_at is not None and "found_in" in said
        if _found(row) != {**result["public"], "at": result["at"]} if result else untold:
            yield Difference(name, "found something else than the record says")
    for missing in sorted(asked, key=str):
        yield Difference(f"rehearsal {missing}", "is in the record, but gone")


def _asked(row: Any) -> dict[str, Any]:
    return {
        "draft": row.draft,
        "text": hashlib.sha256(row.text.encode()).hexdigest(),
        "document": row.digest,
        "first_on": row.first_on.isoformat(),
        "last_on": row.last_on.isoformat(),
        "by": row.asked_by_id,
        "at": iso(row.asked_at),
    }


def _found(row: Any) -> dict[str, Any]:
    return {
        "rehearsal": row.public_id,
        "figures": hashlib.sha256((row.figures or "").encode()).hexdigest(),
        "changes": hashlib.sha256(row.changes or b"").hexdigest(),
        "last_event": row.last_event,
        "at": iso(row.done_at) if row.done_at and not row.failed else None,
    }


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
