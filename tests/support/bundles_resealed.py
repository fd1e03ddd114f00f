"""Kinds of tampering with a bundle by the house itself, before it seals it anew with its own key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import rfc8785

from tests.support.opened_bundle import Kind, Opened
from tests.support.tampering_files import changed_cell

EVENTS = ("declarations.jsonl", "record.jsonl")


def row(it: Opened) -> str | None:
    """A value of a row."""
    rows = it.lines("register.jsonl")
    chosen = it.chance.choice(rows)
    key = it.chance.choice(sorted(set(chosen) - {"circumstances", "would_change"}))
    was = chosen[key]
    chosen[key] = was + 1 if isinstance(was, int) else it.letter(was) if was else "x"
    it.put("register.jsonl", rows)
    return f"{chosen.get('number')}: {key} {was!r} → {chosen[key]!r}"


def row_gone(it: Opened) -> str | None:
    rows = it.lines("register.jsonl")
    gone = rows.pop(it.chance.randrange(len(rows)))
    it.put("register.jsonl", rows)
    return f"{gone['number']} of {gone['sheet']}"


def cell(it: Opened) -> str | None:
    """A digit of a cell of the workbook's sheets with rows."""
    changed = changed_cell(it.chance, it.parts["register.xlsx"], {f"xl/worksheets/sheet{n}.xml" for n in (*range(2, 9), 11)})
    if changed is None:
        return None
    it.parts["register.xlsx"], what = changed
    return what


def totals(it: Opened) -> str | None:
    lines = json.loads(it.parts["totals.json"])
    line = it.chance.choice(lines)
    key = it.chance.choice(("entries", "without_value", "value_minor", "share_minor", "base_minor"))
    line[key] += it.chance.choice((-1, 1, 100))
    it.parts["totals.json"] = rfc8785.dumps(lines)
    return key


def _event(it: Opened, change: Callable[[dict[str, Any]], str | None]) -> str | None:
    part = it.chance.choice(EVENTS)
    events = it.lines(part)
    event = it.chance.choice(events)
    what = change(event)
    it.put(part, events)
    return what and f"{json.loads(event['body'])['stream']}: {what}"


def body(it: Opened) -> str | None:
    """A member of an event."""

    def change(event: dict[str, Any]) -> str | None:
        content = json.loads(event["body"])
        key = it.chance.choice(("actor", "at", "role", "seen", "previous", "policy", "from", "to"))
        content[key] = (
            it.letter(content[key]) if isinstance(content[key], str) and key != "at" else 7 if key == "actor" else content[key]
        )
        if key == "at":
            content["at"] = f"{int(content['at'][:4]) - 1}{content['at'][4:]}"
        text = rfc8785.dumps(content).decode()
        same = text == event["body"]
        event["body"] = text
        return None if same else key

    return _event(it, change)


def signature(it: Opened) -> str | None:
    return _event(it, lambda event: event.update(signature=it.base64(event["signature"])) or "signature")


def proof(it: Opened) -> str | None:
    """A hash of the proof that an event lies in the tree, or its place."""

    def change(event: dict[str, Any]) -> str | None:
        if it.chance.random() < 0.3 or not event["proof"]:
            event["index"] += 1
            return "place"
        place = it.chance.randrange(len(event["proof"]))
        event["proof"][place] = it.base64(event["proof"][place])
        return f"hash {place}"

    return _event(it, change)


def _value(it: Opened, change: Callable[[dict[str, str]], str]) -> str | None:
    def one(event: dict[str, Any]) -> str | None:
        return change(event["values"][it.chance.choice(sorted(event["values"]))]) if event["values"] else None

    return _event(it, one)


def value(it: Opened) -> str | None:
    """A disclosed value, another one of the same sort."""

    def change(one: dict[str, str]) -> str:
        content = json.loads(one["value"])
        changed = {**content, "title": "x"} if isinstance(content, dict) else f"{content}x" if isinstance(content, str) else [1]
        one["value"] = rfc8785.dumps(changed).decode()
        return "value"

    return _value(it, change)


def salt(it: Opened) -> str | None:
    return _value(it, lambda one: one.update(salt=it.letter(one["salt"])) or "salt")


def event_gone(it: Opened) -> str | None:
    """An event with others after it."""
    part = it.chance.choice(EVENTS)
    events = it.lines(part)
    streams = [json.loads(event["body"])["stream"] for event in events]
    places = [place for place, stream in enumerate(streams[:-1]) if streams[place + 1] == stream]
    if not places:
        return None
    gone = it.chance.choice(places)
    del events[gone]
    it.put(part, events)
    return streams[gone]


def declaration_gone(it: Opened) -> str | None:
    """All events of a declaration, its rows left."""
    events = it.lines("declarations.jsonl")
    gone = it.chance.choice(events)
    stream = json.loads(gone["body"])["stream"]
    it.put("declarations.jsonl", [event for event in events if json.loads(event["body"])["stream"] != stream])
    return stream


def last_event_gone(it: Opened) -> str | None:
    """The last of a declaration's several events."""
    events = it.lines("declarations.jsonl")
    streams = [json.loads(event["body"])["stream"] for event in events]
    places = [n for n, stream in enumerate(streams) if n and streams[n - 1] == stream and streams[n + 1 : n + 2] != [stream]]
    if not places:
        return None
    gone = it.chance.choice(places)
    del events[gone]
    it.put("declarations.jsonl", events)
    return streams[gone]


def key(it: Opened) -> str | None:
    """A key, or from when or until when it was good."""
    keys = json.loads(it.parts["keys.json"])
    one = it.chance.choice(keys)
    column = it.chance.choice(("public", "valid_from", "valid_to", "ended", "purpose"))
    one[column] = {
        "public": it.letter(one["public"]),
        "ended": "lost",
        "purpose": "event" if one["purpose"] == "checkpoint" else "checkpoint",
    }.get(column, "2026-01-01T00:00:00.000000Z")
    it.parts["keys.json"] = rfc8785.dumps(keys)
    return column


def policy(it: Opened) -> str | None:
    """A byte of a policy, as it was written or as it was pinned."""
    name = it.chance.choice(sorted(name for name in it.parts if name.startswith("policies/")))
    it.parts[name] = it.byte(it.parts[name])
    return name


def earlier_checkpoint(it: Opened) -> str | None:
    """The proof that this checkpoint continues an earlier one."""
    lines = it.lines("checkpoints.jsonl")
    with_proof = [line for line in lines if line["consistency"]]
    if not with_proof:
        return None
    line = it.chance.choice(with_proof)
    place = it.chance.randrange(len(line["consistency"]))
    line["consistency"][place] = it.base64(line["consistency"][place])
    it.put("checkpoints.jsonl", lines)
    return f"hash {place}"


def checkpoint(it: Opened) -> str | None:
    """The root of the checkpoint."""
    lines = it.parts["checkpoint.txt"].decode().split("\n")
    lines[2] = it.base64(lines[2])
    it.parts["checkpoint.txt"] = "\n".join(lines).encode()
    return "root"


BY_THE_HOUSE: dict[str, Kind] = {
    "a row": row,
    "a row gone": row_gone,
    "a cell": cell,
    "totals": totals,
    "an event's body": body,
    "a signature": signature,
    "a proof": proof,
    "a value": value,
    "a salt": salt,
    "an event gone": event_gone,
    "last event gone": last_event_gone,
    "a declaration gone": declaration_gone,
    "a key": key,
    "a policy": policy,
    "an earlier checkpoint": earlier_checkpoint,
    "the checkpoint": checkpoint,
}
